"""Transfers of cases on both sides: the offer, the inbox of the supervisor, the answer, the calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.models import Account
from directory.roles import READ_CASE, SUPERVISE, WRITE_CASE
from routing.consent import Giver
from routing.forms.transfers import read_handover, read_key, read_offer
from routing.models import Case, CaseTransfer
from routing.operations.case_endings import children_of
from routing.operations.transfer_acceptance import accept_transfer
from routing.operations.transfer_calls import answer_call_back, ask_call_back
from routing.operations.transfers import (
    decline_transfer,
    offer_transfer,
    record_handover,
    withdraw_transfer,
)
from routing.pages.choices import MODES
from routing.pages.reading import read_case
from routing.queries.transfers import (
    colleagues,
    in_brief,
    is_receiver,
    is_sender,
    may_answer,
    other_transfers,
    possible_receivers,
    transfer_for,
    transfers_to_answer,
)
from routing.transfer_parts import GROUNDS, HANDOVERS, OFFERED, PARTS, STATES

blueprint = Blueprint("transfers", __name__)
GIVERS: dict[str, Text] = {
    Giver.BEN.value: N_("The person"),
    Giver.GUA.value: N_("Parent or guardian of a minor"),
    Giver.CPA.value: N_("Child-protection authority"),
}
ASSENT: dict[str, Text] = {"yes": N_("The child agrees"), "no": N_("The child does not agree")}


@blueprint.get("/cases/<uuid:case_id>/transfer")
@needs(WRITE_CASE, audited=True)
def offer_form(case_id: UUID) -> Response:
    """What must be settled before a case is offered."""
    return _show_offer(read_case(case_id), MultiDict())


@blueprint.post("/cases/<uuid:case_id>/transfer")
@needs(WRITE_CASE)
def offer(case_id: UUID) -> ResponseReturnValue:
    """Offer the case to another organisation."""
    case, form = read_case(case_id), request.form
    try:
        said = read_offer(form, case.members[0].language)
        version = form.get("expected_version", type=int)
        transfer = offer_transfer(
            db.session, case, said, actor=current_actor(), now=now(), expected_version=version
        )
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _show_offer(read_case(case_id), form, error)
    flash(words(N_("The case is offered. Until it is accepted, you stay responsible.")))
    return redirect(url_for(".view", transfer_id=transfer.id), 303)


@blueprint.get("/transfers")
@needs(READ_CASE, audited=True)
def index() -> Response:
    """What waits for an answer, and what became of the others."""
    actor = current_actor()
    audit.record(db.session, actor, "routing:transfer:list", f"account:{actor.user_id}", now=now())
    waiting = transfers_to_answer(db.session, actor)
    return render(
        "routing/transfers.html", waiting=waiting, STATES=STATES, GROUNDS=GROUNDS,
        others=[one for one in other_transfers(db.session, actor) if one not in waiting],
    )  # fmt: skip


@blueprint.get("/transfers/<uuid:transfer_id>")
@needs(READ_CASE, audited=True)
def view(transfer_id: UUID) -> Response:
    """One transfer, as far as this side may know it."""
    return _show(_read(transfer_id), {})


@blueprint.post("/transfers/<uuid:transfer_id>/handover")
@needs(WRITE_CASE)
def handover(transfer_id: UUID) -> ResponseReturnValue:
    """Both caseworkers have met or called."""
    return _do(transfer_id, N_("The handover is noted."), lambda transfer: record_handover(
        db.session, transfer, read_handover(request.form), actor=current_actor(), now=now()
    ))  # fmt: skip


@blueprint.post("/transfers/<uuid:transfer_id>/accept")
@needs(SUPERVISE)
def accept(transfer_id: UUID) -> ResponseReturnValue:
    """Take the case over, with the caseworker who accompanies the person from now on."""

    def take_over(transfer: CaseTransfer) -> Case:
        worker = db.session.get(Account, read_key(request.form, "worker"))
        if worker is None:
            raise Invalid({"worker": N_("Choose a caseworker of your organisation.")})
        return accept_transfer(db.session, transfer, worker, actor=current_actor(), now=now())

    said = N_("The case is yours now. Those who have open referrals know whom to call.")
    return _do(transfer_id, said, take_over)


@blueprint.post("/transfers/<uuid:transfer_id>/decline")
@needs(SUPERVISE)
def decline(transfer_id: UUID) -> ResponseReturnValue:
    """Say no, and why."""
    return _do(transfer_id, N_("Declined. The other organisation is told why."), lambda transfer: (
        decline_transfer(
            db.session, transfer, reason=request.form.get("reason", ""), actor=current_actor(),
            now=now(),
        )
    ))  # fmt: skip


@blueprint.post("/transfers/<uuid:transfer_id>/withdraw")
@needs(WRITE_CASE)
def withdraw(transfer_id: UUID) -> ResponseReturnValue:
    """Take the offer back, and say why."""
    return _do(transfer_id, N_("The offer is taken back. The case goes on here."), lambda transfer: (
        withdraw_transfer(
            db.session, transfer, reason=request.form.get("reason", ""), actor=current_actor(),
            now=now(),
        )
    ))  # fmt: skip


@blueprint.post("/transfers/<uuid:transfer_id>/calls")
@needs(WRITE_CASE)
def call(transfer_id: UUID) -> ResponseReturnValue:
    """Ask the other side to call back, urgently."""
    return _do(transfer_id, N_("The other side is asked to call back."), lambda transfer: (
        ask_call_back(
            db.session, transfer, request.form.get("message", ""), actor=current_actor(),
            now=now(),
        )
    ))  # fmt: skip


@blueprint.post("/transfers/<uuid:transfer_id>/calls/<uuid:call_id>/answer")
@needs(WRITE_CASE)
def called(transfer_id: UUID, call_id: UUID) -> ResponseReturnValue:
    """We have called back."""
    return _do(transfer_id, N_("Noted: called back."), lambda transfer: answer_call_back(
        db.session, transfer, call_id, actor=current_actor(), now=now()
    ))  # fmt: skip


def _do(
    transfer_id: UUID, said: Text, act: Callable[[CaseTransfer], object]
) -> ResponseReturnValue:
    """Do something with a transfer; a refusal names what is missing and keeps what was typed."""
    try:
        act(_read(transfer_id))
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _show(_read(transfer_id), request.form, error)
    flash(words(said))
    return redirect(url_for(".view", transfer_id=transfer_id), 303)


def _read(transfer_id: UUID) -> CaseTransfer:
    actor = current_actor()
    transfer = transfer_for(db.session, actor, transfer_id)
    chain = transfer.sender_id if is_sender(db.session, actor, transfer) else transfer.receiver_id
    audit.record(
        db.session, actor, "routing:transfer:read", f"case_transfer:{transfer.id}", now=now(),
        chain=chain,
    )  # fmt: skip
    return transfer


def _show(
    transfer: CaseTransfer, given: Mapping[str, Any], error: Conflict | Invalid | None = None
) -> Response:
    actor = current_actor()
    answers = transfer.state == OFFERED and may_answer(actor, transfer)
    return render(
        "routing/transfer.html", status=_status(error), transfer=transfer, given=given,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (), answers=answers,
        brief=in_brief(db.session, transfer, today()) if transfer.state == OFFERED else None,
        by_sender=is_sender(db.session, actor, transfer),
        by_receiver=is_receiver(db.session, actor, transfer),
        worker_choices=[(one.id, one.name) for one in colleagues(db.session, transfer.receiver_id)]
        if answers else [],
        STATES=STATES, GROUNDS=GROUNDS, PARTS=PARTS, HANDOVERS=HANDOVERS,
    )  # fmt: skip


def _show_offer(
    case: Case, given: MultiDict[str, str], error: Conflict | Invalid | None = None
) -> Response:
    children = {member.id for member in children_of(db.session, case, today())}
    return render(
        "routing/transfer_offer.html", status=_status(error), case=case, given=given,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (), children=children,
        receivers=[(one.id, one.name) for one in possible_receivers(db.session, case)],
        GROUNDS=GROUNDS, PARTS=PARTS, GIVERS=GIVERS, ASSENT=ASSENT, MODES=MODES,
    )  # fmt: skip


def _status(error: Conflict | Invalid | None) -> int:
    return 200 if error is None else 422 if isinstance(error, Invalid) else 409
