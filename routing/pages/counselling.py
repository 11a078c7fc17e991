"""Options counselling: two or three services side by side, and the choice in the person's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.roles import SEND_REFERRAL
from routing.counselling import SHOWN_AT_MOST
from routing.eligibility import Verdict
from routing.models import Need
from routing.operations.options_talk import Talk, keep_talk, open_options
from routing.pages.offer_cards import OfferCard, source_of
from routing.pages.proposals import offers_for, proposals_for
from routing.pages.reading import read_need
from routing.proposals import Proposals

blueprint = Blueprint("counselling", __name__, url_prefix="/needs/<uuid:need_id>")
NONE_OF_THEM = "none"
KEPT = N_("It is kept. The person wants none of these today: look for others, or wait.")


@blueprint.get("/compare")
@needs(SEND_REFERRAL, audited=True)
def compare(need_id: UUID) -> Response:
    """Up to three side by side, to talk over, to print and to choose from."""
    need = read_need(need_id)
    return _show(need, request.args.getlist("listing"), {"chosen": request.args.get("chosen", "")})


@blueprint.post("/counselling")
@needs(SEND_REFERRAL, audited=True)
def record(need_id: UUID) -> ResponseReturnValue:
    """Keep what was shown and said; a choice becomes a draft, and next comes the consent."""
    need, form = read_need(need_id), request.form
    wanted = form.getlist("listing")
    found = proposals_for(need)
    try:
        with db.session.begin_nested():
            address = _keep(need, _cards(need, found, wanted), form)
    except (Conflict, Invalid) as error:
        db.session.expire_all()
        return _show(need, wanted, form, error)
    return redirect(address, 303)


def _keep(need: Need, shown: list[OfferCard], form: Mapping[str, str]) -> str:
    _row, referral = keep_talk(
        db.session, need, _talk(shown, form), actor=current_actor(), now=now(),
        idempotency_key=form.get("idempotency_key"),
    )  # fmt: skip
    if referral is None:
        flash(words(KEPT))
        return url_for("proposals.view", need_id=need.id)
    return url_for("consent.form", referral_id=referral.id)


def _talk(shown: list[OfferCard], form: Mapping[str, str]) -> Talk:
    chosen = form.get("chosen", "")
    if not chosen:
        raise Invalid(
            {"chosen": N_("Choose one of the services that were shown, or none of them.")}
        )
    return Talk(
        shown=[card.listing.id for card in shown],
        chosen=None if chosen == NONE_OF_THEM else _uuid(chosen),
        words=form.get("words", ""), was_neutral=form.get("was_neutral") == "1",
        note=form.get("note", ""), why_one=form.get("why_one", ""),
    )  # fmt: skip


def _show(
    need: Need, wanted: list[str], given: Mapping[str, Any],
    error: Conflict | Invalid | None = None,
) -> Response:  # fmt: skip
    found = proposals_for(need)
    shown = _cards(need, found, wanted)
    existed = open_options(db.session, need, found)
    open_to = sum(card.proposal.answer is Verdict.ELIGIBLE for card in shown)
    return render(
        "routing/compare.html", status=_status(error), need=need, shown=shown,
        source_of=source_of, existed=existed, asks_why_one=existed > 1 > open_to - 1,
        given=given, problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        choices=[
            *((str(card.listing.id), N_("{name}", name=f"{card.name}, {card.organisation}"))
              for card in shown),
            (NONE_OF_THEM, N_("None of these today")),
        ],
    )  # fmt: skip


def _status(error: Conflict | Invalid | None) -> int:
    if error is None:
        return 200
    return 422 if isinstance(error, Invalid) else 409


def _cards(need: Need, found: Proposals, wanted: list[str]) -> list[OfferCard]:
    cards = [card for card in offers_for(need, found) if str(card.listing.id) in wanted]
    return cards[:SHOWN_AT_MOST]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid({"chosen": N_("Please choose one of the list.")}) from None
