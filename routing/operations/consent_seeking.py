"""Whoever was referred without consent is asked for it, at first soon, then every week."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.who import Who
from routing.consent_exceptions import ExceptionCode, consent_sought_by
from routing.models import ConsentRecord, Need, Referral, Task
from routing.operations.exceptions import SEEK_TASK
from routing.operations.needs import OPEN, open_task
from routing.queries.disclosure_basis import basis_for
from routing.queries.known_facts import facts_of
from routing.referral_states import LIVE


def seek_consents(session: Session, *, now: dt.datetime) -> int:
    """Open the next task for each exception whose person was last asked a week ago; how many.

    It stops with the referral, with the exception, and as soon as the person has agreed.
    """
    opened = 0
    for referral, record in _under_exception(session):
        need = referral.need
        last = _last_asked(session, need)
        if last is None or need.state != OPEN or _has_agreed(session, referral, record, now):
            continue
        due_at = consent_sought_by(record.given_at, last)
        open_task(session, need, SEEK_TASK, Who.RC, now=now, due_at=due_at)
        opened += 1
    return opened


def _under_exception(session: Session) -> list[tuple[Referral, ConsentRecord]]:
    query = (
        select(Referral, ConsentRecord)
        .join(ConsentRecord, ConsentRecord.id == Referral.consent_id)
        .where(
            ConsentRecord.exception_code.is_not(None),
            ConsentRecord.exception_code != ExceptionCode.LEGAL_DUTY,
            ConsentRecord.withdrawn_at.is_(None),
            Referral.state.in_(LIVE),
        )
        .order_by(Referral.id)
    )
    return [(referral, record) for referral, record in session.execute(query)]


def _last_asked(session: Session, need: Need) -> dt.datetime | None:
    """When the person was last asked; nothing while a task to ask is open."""
    tasks = select(Task).where(Task.need_id == need.id, Task.kind == SEEK_TASK)
    if session.scalars(tasks.where(Task.done_at.is_(None))).first() is not None:
        return None
    return session.scalars(
        select(func.max(Task.done_at)).where(Task.need_id == need.id, Task.kind == SEEK_TASK)
    ).one()


def _has_agreed(
    session: Session, referral: Referral, record: ConsentRecord, now: dt.datetime
) -> bool:
    facts = facts_of(session, referral.member, today=now.date())
    basis = basis_for(session, referral.need, referral.listing, facts=facts, now=now)
    return basis.consent_gap is None and basis.record is not record
