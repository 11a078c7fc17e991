"""Transfers of cases between organisations, and cases that outlive their programme, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.models import Account
from directory.roles import READ_CASE, SUPERVISE, WRITE_CASE
from routing.api import transfer_schemas as schemas
from routing.api.representations import case_brief
from routing.api.schemas import Done
from routing.consent import Giver
from routing.models import CaseTransfer
from routing.operations.transfer_acceptance import accept_transfer
from routing.operations.transfer_agreements import Offer
from routing.operations.transfer_calls import answer_call_back, ask_call_back
from routing.operations.transfers import (
    Handover,
    decline_transfer,
    offer_transfer,
    record_handover,
    withdraw_transfer,
)
from routing.queries.ending_soon import ending_soon
from routing.queries.scope import case_for
from routing.queries.transfers import (
    in_brief,
    is_receiver,
    other_transfers,
    transfer_for,
    transfers_to_answer,
)
from routing.transfer_parts import OFFERED

transfers = resource("transfers", about="Cases that move from one organisation to another.")
Body = Mapping[str, Any]


@transfers.get("/transfers")
@transfers.response(200, schemas.Transfers)
@needs(READ_CASE)
def listed() -> dict[str, Any]:
    """Those that concern your organisation; what waits for your answer comes first."""
    waiting = transfers_to_answer(db.session, current_actor())
    others = other_transfers(db.session, current_actor())
    rest = [one for one in others if one not in waiting]
    return {"items": [_brief(one) for one in (*waiting, *rest)]}


@transfers.post("/cases/<uuid:key>/transfer")
@transfers.arguments(schemas.OfferIn)
@transfers.response(201, schemas.TransferOut)
@transfers.alt_response(404, "NOT_FOUND")
@transfers.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def offered(body: Body, key: UUID) -> dict[str, Any]:
    """Offer a case; until the other organisation accepts, you stay responsible."""
    case = case_for(db.session, current_actor(), key)
    said = Offer(
        receiver_id=body["receiver"],
        ground=body["ground"],
        summary=body["summary"],
        struck=frozenset(body.get("struck", ())),
        change_explained=body["change_explained"],
        agreed=frozenset(body["agreed"]),
        giver=Giver(body.get("giver", "BEN")),
        assent=body.get("assent"),
        mode=body["mode"],
        witness=body.get("witness", ""),
        language=body.get("language", "fr"),
    )
    version = body.get("expected_version")
    transfer = offer_transfer(
        db.session, case, said, actor=current_actor(), now=now(), expected_version=version
    )
    return _out(transfer)


@transfers.get("/transfers/<uuid:key>")
@transfers.response(200, schemas.TransferOut)
@transfers.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def detail(key: UUID) -> dict[str, Any]:
    """One transfer; reading it is logged."""
    transfer = transfer_for(db.session, current_actor(), key)
    audit.record(
        db.session, current_actor(), "routing:transfer:read", f"case_transfer:{key}", now=now()
    )
    return _out(transfer)


@transfers.post("/transfers/<uuid:key>/handover")
@transfers.arguments(schemas.HandoverIn)
@transfers.response(200, schemas.TransferOut)
@transfers.alt_response(404, "NOT_FOUND")
@transfers.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def handed_over(body: Body, key: UUID) -> dict[str, Any]:
    """Both caseworkers have met or called; either side may note it."""
    transfer = transfer_for(db.session, current_actor(), key)
    held = Handover(**body)
    return _out(record_handover(db.session, transfer, held, actor=current_actor(), now=now()))


@transfers.post("/transfers/<uuid:key>/accept")
@transfers.arguments(schemas.AcceptIn)
@transfers.response(200, schemas.TakenOver)
@transfers.alt_response(403, "FORBIDDEN")
@transfers.alt_response(404, "NOT_FOUND")
@transfers.alt_response(409, "CONFLICT")
@needs(SUPERVISE)
def accepted(body: Body, key: UUID) -> dict[str, Any]:
    """Take the case over."""
    transfer = transfer_for(db.session, current_actor(), key)
    worker = db.session.get(Account, body["worker"])
    if worker is None:
        raise Invalid({"worker": N_("Choose a caseworker of your organisation.")})
    case = accept_transfer(db.session, transfer, worker, actor=current_actor(), now=now())
    return {"case": case.id}


@transfers.post("/transfers/<uuid:key>/decline")
@transfers.arguments(schemas.ReasonIn)
@transfers.response(200, schemas.TransferBrief)
@transfers.alt_response(403, "FORBIDDEN")
@transfers.alt_response(404, "NOT_FOUND")
@transfers.alt_response(409, "CONFLICT")
@needs(SUPERVISE)
def declined(body: Body, key: UUID) -> dict[str, Any]:
    """Say no, and why; the case goes on where it was."""
    transfer = transfer_for(db.session, current_actor(), key)
    reason = body["reason"]
    return _brief(
        decline_transfer(db.session, transfer, reason=reason, actor=current_actor(), now=now())
    )


@transfers.post("/transfers/<uuid:key>/withdraw")
@transfers.arguments(schemas.ReasonIn)
@transfers.response(200, schemas.TransferBrief)
@transfers.alt_response(404, "NOT_FOUND")
@transfers.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def withdrawn(body: Body, key: UUID) -> dict[str, Any]:
    """Take the offer back, and say why."""
    transfer = transfer_for(db.session, current_actor(), key)
    reason = body["reason"]
    return _brief(
        withdraw_transfer(db.session, transfer, reason=reason, actor=current_actor(), now=now())
    )


@transfers.post("/transfers/<uuid:key>/calls")
@transfers.arguments(schemas.CallIn)
@transfers.response(201, schemas.CallOut)
@transfers.alt_response(404, "NOT_FOUND")
@transfers.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def call(body: Body, key: UUID) -> Any:
    """Ask the other side to call back; in the thirty days after the transfer."""
    transfer = transfer_for(db.session, current_actor(), key)
    return ask_call_back(db.session, transfer, body["message"], actor=current_actor(), now=now())


@transfers.post("/transfers/<uuid:key>/calls/<uuid:call>/answer")
@transfers.response(200, Done)
@transfers.alt_response(403, "FORBIDDEN")
@transfers.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def called(key: UUID, call: UUID) -> dict[str, Any]:
    """You have called back."""
    transfer = transfer_for(db.session, current_actor(), key)
    return {"id": answer_call_back(db.session, transfer, call, actor=current_actor(), now=now()).id}


@transfers.get("/cases/ending")
@transfers.response(200, schemas.EndingList)
@needs(SUPERVISE)
def ending() -> dict[str, Any]:
    """Cases whose help would go on after the programme that pays for it has ended."""
    return {
        "items": [
            {
                "case": case_brief(line.case),
                "referral": line.referral.id,
                "need": line.referral.need_id,
                "last_day": line.last_day,
                "expected_end": line.expected_end,
                "programme": line.programme,
            }
            for line in ending_soon(db.session, current_actor(), today=today())
        ]
    }


def _brief(transfer: CaseTransfer) -> dict[str, Any]:
    return {
        "id": transfer.id,
        "code": transfer.code,
        "state": transfer.state,
        "sender": transfer.sender_id,
        "receiver": transfer.receiver_id,
        "ground": transfer.ground,
        "offered_at": transfer.offered_at,
        "due_at": transfer.due_at,
        "answered_at": transfer.answered_at,
    }


def _out(transfer: CaseTransfer) -> dict[str, Any]:
    waits = transfer.state == OFFERED
    brief = in_brief(db.session, transfer, today()) if waits else None
    leads = is_receiver(db.session, current_actor(), transfer)
    return {
        **_brief(transfer),
        "summary": transfer.summary if waits else None,
        "struck": transfer.struck,
        "handed_over": bool(transfer.handover),
        "people": [
            {"relation": p.relation, "years": list(p.years) if p.years else None}
            for p in (brief.people if brief else ())
        ],
        "needs": [
            {"category": need.category, "priority": need.priority.value}
            for need in (brief.needs if brief else ())
        ],
        "referrals_under_way": brief.referrals if brief else None,
        "case": transfer.successor_id if leads else None,
        "calls": transfer.calls,
    }
