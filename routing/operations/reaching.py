"""Looking for a person: tries with or without a referral, announced calls, and being found."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit, outbox
from directory.core.actor import Actor
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import shipped
from directory.core.text import N_
from directory.who import Who
from routing.attempts import OUTCOMES, Outcome
from routing.case_life import State
from routing.models import AnnouncedCall, Case, CaseMember, ContactAttempt, ContactRoute
from routing.operations.case_steps import step_of_person
from routing.operations.messages import BEN
from routing.queries.reaching import announced_call
from routing.queries.scope import case_for

AGAIN = dt.timedelta(minutes=1)
"""The same try noted twice within a minute is one try: the button was pressed twice."""
FURTHEST = dt.timedelta(days=30)
ANNOUNCEMENT = "person-call-announced"


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


def keep_call(session: Session, route: ContactRoute, *, now: dt.datetime) -> bool:
    """Whether this try is a call that was announced; the promise is kept with it."""
    call = announced_call(session, route, now=now)
    if call is None:
        return False
    call.kept_at = now
    return True


def announce_call(
    session: Session, member: CaseMember, route: ContactRoute, call_at: dt.datetime, *,
    actor: Actor, now: dt.datetime,
) -> AnnouncedCall:  # fmt: skip
    """Write to the person when somebody will call; ``Conflict`` where writing is not safe."""
    case = case_for(session, actor, member.case_id)
    if route.member_id != member.id:
        raise Invalid({"route": N_("Please choose one of the list.")})
    if not now < call_at <= now + FURTHEST:
        raise Invalid({"call_at": N_("Choose a day and an hour within the next 30 days.")})
    if route.kind != "phone" or not route.safe_to_text:
        raise Conflict(N_("Writing a message to this number is not safe."))
    row = AnnouncedCall(
        member_id=member.id, route_id=route.id, call_at=call_at, announced_at=now,
        announced_by_id=actor.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    outbox.announce(
        session, template=ANNOUNCEMENT, recipient=route.value,
        language=shipped(route.language), subject=f"announced_call:{row.id}", audience=BEN,
        country=case.country, now=now,
    )  # fmt: skip
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
