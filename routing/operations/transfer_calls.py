"""Urgent calls between both organisations in the month after a transfer (protocol A.14)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_
from routing.case_life import CALL_BACK_DAYS
from routing.models import CaseTransfer, TransferCall
from routing.operations.transfer_messages import (
    audit_transfer,
    receiving_side,
    sending_side,
    tell,
)
from routing.queries.transfers import is_receiver, is_sender
from routing.transfer_parts import ACCEPTED


def ask_call_back(
    session: Session, transfer: CaseTransfer, message: str, *, actor: Actor, now: dt.datetime
) -> TransferCall:
    """Something urgent for the other side; only in the thirty days after the transfer."""
    if transfer.state != ACCEPTED or transfer.answered_at is None:
        raise Conflict(N_("The case has not been taken over yet."))
    if now >= transfer.answered_at + dt.timedelta(days=CALL_BACK_DAYS):
        raise Conflict(
            N_("More than {days} days have passed since the transfer.", days=CALL_BACK_DAYS)
        )
    if not message.strip():
        raise Invalid({"message": N_("Please fill this in.")})
    by_sender = is_sender(session, actor, transfer)
    call = TransferCall(by_sender=by_sender, message=message.strip(), at=now, by_id=actor.user_id)
    transfer.calls.append(call)
    session.flush()
    audit_transfer(session, transfer, "call", actor, now)
    told = receiving_side(session, transfer) if by_sender else sending_side(session, transfer)
    tell(session, transfer, "transfer-call-back", told, now=now)
    return call


def answer_call_back(
    session: Session, transfer: CaseTransfer, call_id: UUID, *, actor: Actor, now: dt.datetime
) -> TransferCall:
    """The other side has called back."""
    call = next((one for one in transfer.calls if one.id == call_id), None)
    answers = is_receiver if call is not None and call.by_sender else is_sender
    if call is None or not answers(session, actor, transfer):
        raise Forbidden(N_("The other side answers this call."))
    call.answered_at = call.answered_at or now
    audit_transfer(session, transfer, "call-answered", actor, now)
    return call
