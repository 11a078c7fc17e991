"""Looking for a person: tries with or without a referral, announced calls, and being found."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_
from directory.who import Who
from routing.attempts import OUTCOMES, Outcome
from routing.case_life import State
from routing.models import AnnouncedCall, Case, CaseMember, ContactAttempt, ContactRoute
from routing.operations.announced_calls import keep_call, promise_call
from routing.operations.case_steps import step_of_person
from routing.queries.scope import case_for

AGAIN = dt.timedelta(minutes=1)
"""The same try noted twice within a minute is one try: the button was pressed twice."""


def record_try(
    session: Session, member: CaseMember, *, actor: Actor, role: Who, now: dt.datetime,
    route: ContactRoute, outcome: Outcome, announced: bool = False,
) -> ContactAttempt:  # fmt: skip
    """One try to reach the person, whatever the referral; whoever is reached wakes the case."""
    case = case_for(session, actor, member.case_id)
    if outcome not in OUTCOMES or route.member_id != member.id:
        raise Invalid({"route": N_("Please choose one of the list.")})
    with session.begin_nested():
        session.refresh(case, with_for_update=True)
        first = _same_try(session, route, outcome, actor, now)
        if first is not None:
            return first
        row = ContactAttempt(
            member_id=member.id, referral_id=None, route_id=route.id, by_role=role.value,
            by=actor.label, at=now, outcome=outcome.value,
            announced=keep_call(session, route, now=now) or announced,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.record(
            session, actor, "routing:case:attempt", f"case_file:{case.id}", now=now,
            chain=case.organisation_id, outcome=outcome.value,
        )  # fmt: skip
        found(session, case, route, outcome, actor=actor, now=now)
    return row


def found(
    session: Session, case: Case, route: ContactRoute, outcome: Outcome, *, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """A dormant case is active again at once when the person was reached."""
    if outcome is Outcome.REACHED and case.state is State.DORMANT:
        details = {"channel": route.kind}
        step_of_person(session, case, "call-back", actor=actor, now=now, details=details)


def announce_call(
    session: Session, member: CaseMember, route: ContactRoute, day: dt.date, hour: dt.time, *,
    actor: Actor, now: dt.datetime,
) -> AnnouncedCall:  # fmt: skip
    """Write to the person when somebody will call, whatever the referral; see ``promise_call``."""
    case = case_for(session, actor, member.case_id)
    row, is_new = promise_call(session, member, route, day, hour, actor=actor, now=now)
    if is_new:
        audit.record(
            session, actor, "routing:case:announce-call", f"case_file:{case.id}", now=now,
            chain=case.organisation_id,
        )  # fmt: skip
    return row


def _same_try(
    session: Session, route: ContactRoute, outcome: Outcome, actor: Actor, now: dt.datetime
) -> ContactAttempt | None:
    query = select(ContactAttempt).where(
        ContactAttempt.route_id == route.id, ContactAttempt.outcome == outcome.value,
        ContactAttempt.by == actor.label, ContactAttempt.at > now - AGAIN,
        ContactAttempt.referral_id.is_(None),
    )  # fmt: skip
    return session.scalars(query).first()
