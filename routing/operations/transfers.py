"""Offers a case to another organisation, and takes the answer in (protocol A.14).

Until the receiving supervisor accepts, the sender stays responsible and nothing stands still.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_, Text
from directory.models import Organisation
from directory.who import Who
from routing.case_life import TRANSFER_DAYS
from routing.models import Case, CaseTransfer
from routing.operations.case_steps import case_facts, lock_case, move_case
from routing.operations.transfer_agreements import Offer, agree, check_offer
from routing.operations.transfer_messages import audit_transfer, sending_side, tell
from routing.operations.unique_codes import unused_code
from routing.queries.audiences import holders_in
from routing.queries.scope import case_for
from routing.queries.transfers import (
    may_answer,
    pending_transfer,
    possible_receivers,
    transfers_waiting,
)
from routing.transfer_parts import DECLINED, HANDOVERS, OFFERED, WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The meeting or call of both caseworkers."""

    on: dt.date
    how: str
    """One of ``HANDOVERS``."""
    who: str
    """Who took part, on both sides."""
    with_person: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """A way in which an offer ends without the case moving."""

    step: str
    role: Who
    state: str


DECLINING = Ending("decline-transfer", Who.RS, DECLINED)
TAKING_BACK = Ending("withdraw-transfer", Who.RC, WITHDRAWN)


def offer_transfer(
    session: Session, case: Case, offer: Offer, *, actor: Actor, now: dt.datetime,
    expected_version: int | None = None,
) -> CaseTransfer:  # fmt: skip
    """Offer the case; the receiving supervisor has 14 days. Raises ``Invalid`` by field.

    Each adult of the case agrees to this transfer, and the change of caseworker was explained.
    """
    case_for(session, actor, case.id)
    with session.begin_nested():
        lock_case(session, case, expected_version)
        receiver = _receiver(session, case, offer)
        check_offer(session, case, offer, now)
        facts = case_facts(
            session, case, actor=actor, now=now, receiver_named=True, transfer_consented=True
        )
        agree(session, case, receiver, offer, actor=actor, now=now)
        transfer = CaseTransfer(
            code=unused_code(session, CaseTransfer), case_id=case.id,
            sender_id=case.organisation_id, receiver_id=receiver.id, state=OFFERED,
            ground=offer.ground, summary=offer.summary.strip(), struck=sorted(offer.struck),
            offered_at=now, offered_by_id=actor.user_id,
            due_at=now + dt.timedelta(days=TRANSFER_DAYS),
        )  # fmt: skip
        session.add(transfer)
        session.flush()
        move_case(
            session, case, "offer-transfer", Who.RC, facts, actor=actor, now=now,
            details={"receiver": str(receiver.id), "transfer": str(transfer.id)},
        )  # fmt: skip
    tell(session, transfer, "transfer-offered", holders_in(session, "RS", receiver.id), now=now)
    return transfer


def record_handover(
    session: Session, transfer: CaseTransfer, handover: Handover, *, actor: Actor, now: dt.datetime
) -> CaseTransfer:
    """Both caseworkers have met or called; either side may note it, before the case is accepted."""
    _must_wait(transfer)
    problems: dict[str, Text] = {}
    if handover.how not in HANDOVERS:
        problems["how"] = N_("Please choose one of the list.")
    if not handover.who.strip():
        problems["who"] = N_("Name who took part, on both sides.")
    if not transfer.offered_at.date() <= handover.on <= now.date():
        problems["on"] = N_("The handover lies between the offer and today.")
    if problems:
        raise Invalid(problems)
    transfer.handover = {
        "on": handover.on.isoformat(), "how": handover.how, "who": handover.who.strip(),
        "with_person": handover.with_person,
    }  # fmt: skip
    audit_transfer(session, transfer, "handover", actor, now)
    return transfer


def decline_transfer(
    session: Session, transfer: CaseTransfer, *, reason: str, actor: Actor, now: dt.datetime
) -> CaseTransfer:
    """The receiving supervisor says no, and why; the case goes on where it was."""
    if not may_answer(actor, transfer):
        raise Forbidden(N_("Only the receiving organisation can answer."))
    _end(session, transfer, DECLINING, reason=reason, actor=actor, now=now)
    tell(session, transfer, "transfer-declined", sending_side(session, transfer), now=now)
    return transfer


def withdraw_transfer(
    session: Session, transfer: CaseTransfer, *, reason: str, actor: Actor, now: dt.datetime
) -> CaseTransfer:
    """The sender takes the offer back, and says why; the case goes on where it was."""
    case_for(session, actor, transfer.case_id)
    _end(session, transfer, TAKING_BACK, reason=reason, actor=actor, now=now)
    told = holders_in(session, "RS", transfer.receiver_id)
    tell(session, transfer, "transfer-withdrawn", told, now=now)
    return transfer


def remind_late_transfers(session: Session, *, now: dt.datetime) -> int:
    """Tell both supervisors, once, of every offer that has waited its 14 days; how many."""
    told_now = 0
    for transfer in transfers_waiting(session, late_at=now):
        session.refresh(transfer, with_for_update=True)
        if transfer.late_at is not None or transfer.state != OFFERED:
            continue
        transfer.late_at = now
        told_now += 1
        told = [
            *holders_in(session, "RS", transfer.receiver_id),
            *sending_side(session, transfer),
        ]
        tell(session, transfer, "transfer-late", told, now=now)
    return told_now


def _must_wait(transfer: CaseTransfer) -> None:
    if transfer.state != OFFERED:
        raise Conflict(N_("This offer has been answered already."))


def _end(
    session: Session, transfer: CaseTransfer, ending: Ending, *, reason: str, actor: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    with session.begin_nested():
        lock_case(session, transfer.case)
        session.refresh(transfer)
        _must_wait(transfer)
        details = {"reason": reason.strip()}
        facts = case_facts(
            session, transfer.case, actor=actor, now=now, details=details,
            receives=may_answer(actor, transfer),
        )  # fmt: skip
        move_case(
            session, transfer.case, ending.step, ending.role, facts, actor=actor, now=now,
            details=details,
        )  # fmt: skip
        transfer.state, transfer.answered_at = ending.state, now
        transfer.answered_by_id, transfer.reason = actor.user_id, reason.strip()
        audit_transfer(session, transfer, ending.state, actor, now)


def _receiver(session: Session, case: Case, offer: Offer) -> Organisation:
    found = {one.id: one for one in possible_receivers(session, case)}
    if offer.receiver_id not in found:
        raise Invalid({"receiver": N_("Choose an organisation that has a supervisor here.")})
    if pending_transfer(session, case) is not None:
        raise Conflict(N_("The case is offered already."))
    return found[offer.receiver_id]
