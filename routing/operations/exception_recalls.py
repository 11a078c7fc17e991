"""Referrals without consent that nobody countersigned in time are taken back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.errors import DomainError
from directory.who import Who
from routing.clocks import Audience
from routing.consent_exceptions import countersign_gap
from routing.country_rules import rules_of
from routing.models import ConsentRecord, Referral
from routing.operations.gathering import Asked
from routing.operations.messages import announce
from routing.operations.needs import DECIDE_NEXT, open_task
from routing.operations.referrals import line_of, perform
from routing.queries.consents import as_exception
from routing.referral_states import READABLE

MISSING = "countersign-missing"


def uncountersigned(session: Session, *, now: dt.datetime) -> list[UUID]:
    """Referrals on their way under an exception whose countersignature is overdue."""
    query = (
        select(Referral, ConsentRecord)
        .join(ConsentRecord, ConsentRecord.id == Referral.consent_id)
        .where(
            ConsentRecord.exception_code.is_not(None),
            ConsentRecord.escalated_at.is_(None),
            Referral.state.in_(READABLE),
        )
        .order_by(Referral.id)
    )
    return [
        referral.id
        for referral, record in session.execute(query)
        if countersign_gap(
            as_exception(record),
            referral.priority,
            now,
            rules_of(referral.case.country).policy,
        )
        is not None
    ]


def recall_uncountersigned(session: Session, referral: Referral, now: dt.datetime) -> str | None:
    """Take it back in the caseworker's name; where that is not possible the supervisor is told.

    What the life of a referral allows (T41): it is taken back from SENT to ACCEPTED, and only if
    the person does not know of it yet. Further on, or once the person was told, a human being must
    speak to them first: the supervisor gets a task and a message, once. The recipient reads nothing
    meanwhile: every reading asks for the countersignature.
    """
    open_task(session, referral.need, DECIDE_NEXT, Who.RS, now=now)
    if line_of(referral.state, "recall") is not None:
        asked = Asked(
            session=session, referral=referral, name="recall", actor=SYSTEM, role=Who.RC, now=now,
            details={"reason": MISSING}, found={"need_followed": True},
        )  # fmt: skip
        try:
            with session.begin_nested():
                perform(asked)
        except DomainError:
            pass
        else:
            return "recall"
    session.get_one(ConsentRecord, referral.consent_id).escalated_at = now
    announce(session, referral, "escalate-countersign", {Audience.RS}, now=now)
    return "escalate-countersign"
