"""What a person does with their tracking code: says whether they were contacted, asks to be called.

Taking an agreement back is ``withdrawals.withdraw_consent`` with ``BENEFICIARY`` and ``Who.BEN``.
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
from routing.operations.needs import finish_tasks, open_task
from routing.operations.person_statements import statement_by_person
from routing.operations.referrals import lock
from routing.operations.withdrawals import withdraw_consent
from routing.person_words import ASKED_WHETHER_CONTACTED
from routing.projection import FOLLOW_UP

BENEFICIARY = Actor(None, "person", (Grant("BEN", frozenset({WITHDRAW_CONSENT})),))
"""Somebody who holds the code of a receipt: no account, and nothing but their own requests."""
BY_CODE = "tracking-code"
CALL_PERSON, CHECK_CONTACT = "call-person", "check-contact"


def say_contacted(
    session: Session, referral: Referral, *, contacted: bool, now: dt.datetime,
    channel: str = BY_CODE,
) -> None:  # fmt: skip
    """Keep the person's own word; where the provider has said otherwise, theirs counts (T22b).

    A "no" that disputes nothing is a dated task for the caseworker. The same answer twice in a row
    is kept once. ``Conflict`` where nobody is to contact the person.
    """
    lock(session, referral)
    if referral.state not in ASKED_WHETHER_CONTACTED:
        raise Conflict(N_("Nobody is to contact you at this moment."))
    if _said_last(session, referral) is contacted:
        return
    disputes = referral.disputes
    statement_by_person(
        session, referral, contacted=contacted, started=None, channel=channel, now=now
    )
    if contacted:
        finish_tasks(session, referral.need, now=now, kind=CHECK_CONTACT)
    elif referral.disputes == disputes:
        _task_once(session, referral.need, CHECK_CONTACT, now)


def ask_call(
    session: Session, referral: Referral, *, now: dt.datetime, actor: Actor = BENEFICIARY
) -> Task:
    """A dated task to call the person; asked again, the first promise stands."""
    task = _task_once(session, referral.need, CALL_PERSON, now)
    audit.record(
        session, actor, "routing:referral:asks-call", f"referral:{referral.id}", now=now,
        chain=referral.case.organisation_id, task=str(task.id),
    )  # fmt: skip
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


def _said_last(session: Session, referral: Referral) -> bool | None:
    """What the person said last, if nothing has happened since."""
    query = (
        select(ReferralEvent)
        .where(ReferralEvent.referral_id == referral.id)
        .order_by(ReferralEvent.number.desc())
        .limit(1)
    )
    event = session.scalars(query).one_or_none()
    said = event.details.get("contacted") if event and event.step == FOLLOW_UP else None
    return said if isinstance(said, bool) else None


def _task_once(session: Session, need: Need, kind: str, now: dt.datetime) -> Task:
    query = select(Task).where(Task.need_id == need.id, Task.kind == kind, Task.done_at.is_(None))
    known = session.scalars(query).first()
    if known is not None:
        return known
    at = due(Clock.INFORM, need.priority, now, calendar_of(need.case.country))
    return open_task(session, need, kind, Who.RC, now=now, due_at=at)
