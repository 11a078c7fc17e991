"""What a person does with their tracking code: says whether they were contacted, asks to be called.

Taking an agreement back is ``consents.withdraw_consent`` with ``BENEFICIARY`` and ``Who.BEN``.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor, Grant
from directory.core.errors import Conflict
from directory.core.text import N_
from directory.roles import WITHDRAW_CONSENT
from directory.who import Who
from directory.working_days import calendar_of
from routing.clocks import Clock, due
from routing.models import ConsentRecord, Need, Referral, ReferralEvent, Task
from routing.operations.consents import withdraw_consent
from routing.operations.events import append_event
from routing.operations.gathering import Asked
from routing.operations.needs import finish_tasks, open_task
from routing.operations.referrals import lock, perform
from routing.person_words import ASKED_WHETHER_CONTACTED
from routing.projection import PERSON_SAYS, Happened
from routing.referral_states import State

BENEFICIARY = Actor(None, "person", (Grant("BEN", frozenset({WITHDRAW_CONSENT})),))
"""Somebody who holds the code of a receipt: no account, and nothing but their own requests."""
BY_CODE = "tracking-code"
CALL_PERSON, CHECK_CONTACT = "call-person", "check-contact"
NOT_CONTACTED = "not-contacted"
DISPUTED_BY_A_NO = frozenset({State.CONTACTED, State.IN_SERVICE})


def say_contacted(
    session: Session, referral: Referral, *, contacted: bool, now: dt.datetime,
    actor: Actor = BENEFICIARY, channel: str = BY_CODE,
) -> ReferralEvent:  # fmt: skip
    """Note the person's own word; where the provider has said otherwise, theirs counts.

    A "no" after the provider's "contacted" is the step "dispute" (once a referral); before it, and
    a second time, a task for the caseworker. The same answer twice is noted once.
    """
    lock(session, referral)
    if referral.state not in ASKED_WHETHER_CONTACTED:
        raise Conflict(N_("Nobody is to contact you at this moment."))
    last = _last_answer(session, referral)
    if last is not None and last.details.get("contacted") is contacted:
        return last
    event = append_event(
        session, referral,
        Happened(
            PERSON_SAYS, referral.state, referral.state, now,
            {"contacted": contacted, "channel": channel},
        ),
        actor=actor, role=Who.BEN,
    )  # fmt: skip
    _audit(session, referral, actor, now, "contacted" if contacted else NOT_CONTACTED)
    if contacted:
        finish_tasks(session, referral.need, now=now, kind=CHECK_CONTACT)
    elif referral.state in DISPUTED_BY_A_NO and referral.disputes == 0:
        _dispute(session, referral, actor, channel, now)
    else:
        _task_once(session, referral.need, CHECK_CONTACT, now)
    return event


def ask_call(
    session: Session, referral: Referral, *, now: dt.datetime, actor: Actor = BENEFICIARY
) -> Task:
    """A dated task to call the person; asked again, the first promise stands."""
    task = _task_once(session, referral.need, CALL_PERSON, now)
    _audit(session, referral, actor, now, "call")
    return task


def take_back(
    session: Session, referral: Referral, *, now: dt.datetime, actor: Actor = BENEFICIARY,
    channel: str = BY_CODE,
) -> list[Referral]:  # fmt: skip
    """Withdraw the consent on which a request stands: effective with this transaction."""
    if referral.consent_id is None:
        raise Conflict(N_("There is no agreement to take back."))
    record = session.get_one(ConsentRecord, referral.consent_id)
    return withdraw_consent(session, record, actor=actor, role=Who.BEN, now=now, channel=channel)


def _dispute(
    session: Session, referral: Referral, actor: Actor, channel: str, now: dt.datetime
) -> None:
    """The caseworker's role is borrowed: the guards are those of their own step."""
    details = {"statement": NOT_CONTACTED, "asker": "automated", "channel": channel}
    perform(
        Asked(
            session=session, referral=referral, name="dispute", actor=actor, role=Who.RC, now=now,
            details=details,
        )
    )  # fmt: skip


def _last_answer(session: Session, referral: Referral) -> ReferralEvent | None:
    """What the person said last, if nothing has happened since."""
    query = (
        select(ReferralEvent)
        .where(ReferralEvent.referral_id == referral.id)
        .order_by(ReferralEvent.number.desc())
        .limit(1)
    )
    event = session.scalars(query).one_or_none()
    return event if event is not None and event.step == PERSON_SAYS else None


def _task_once(session: Session, need: Need, kind: str, now: dt.datetime) -> Task:
    query = select(Task).where(Task.need_id == need.id, Task.kind == kind, Task.done_at.is_(None))
    known = session.scalars(query).first()
    if known is not None:
        return known
    at = due(Clock.INFORM, need.priority, now, calendar_of(need.case.country))
    return open_task(session, need, kind, Who.RC, now=now, due_at=at)


def _audit(session: Session, referral: Referral, actor: Actor, now: dt.datetime, said: str) -> None:
    audit.record(
        session, actor, "routing:referral:person-says", f"referral:{referral.id}", now=now,
        chain=referral.case.organisation_id, said=said,
    )  # fmt: skip
