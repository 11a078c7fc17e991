"""Options counselling: two or three services side by side, and the choice in the person's words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.roles import SEND_REFERRAL
from routing.counselling import SHOWN_AT_MOST, Counselled, Option
from routing.eligibility import Verdict
from routing.models import Need
from routing.operations.counselling import follow_counselling, record_counselling
from routing.operations.referral_creation import create_referral
from routing.operations.runs import store_run
from routing.pages.offer_cards import OfferCard, source_of
from routing.pages.proposals import offers_for, open_options, proposals_for
from routing.pages.reading import read_need
from routing.proposals import Proposals
from routing.queries.casework import listing_of, returned_referral
from routing.queries.known_facts import facts_of

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
            address = _keep(need, found, _cards(need, found, wanted), form)
    except (Conflict, Invalid) as error:
        db.session.expire_all()
        return _show(need, wanted, form, error)
    return redirect(address, 303)


def _keep(need: Need, found: Proposals, shown: list[OfferCard], form: Mapping[str, str]) -> str:
    run = store_run(
        db.session, need, facts_of(db.session, need.member, today=today()), found,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    row = record_counselling(
        db.session, need, _counselled(open_options(need, found), shown, form), run_id=run.id,
        actor=current_actor(), now=now(),
    )  # fmt: skip
    if row.chosen_listing_id is None:
        flash(words(KEPT))
        return url_for("proposals.view", need_id=need.id)
    referral = create_referral(
        db.session, need, listing_of(db.session, str(row.chosen_listing_id)),
        actor=current_actor(), now=now(), run_id=run.id,
        parent=returned_referral(db.session, need), idempotency_key=form.get("idempotency_key"),
    )  # fmt: skip
    follow_counselling(db.session, row, referral)
    return url_for("consent.form", referral_id=referral.id)


def _counselled(existed: int, shown: list[OfferCard], form: Mapping[str, str]) -> Counselled:
    chosen = form.get("chosen", "")
    if not chosen:
        raise Invalid(
            {"chosen": N_("Choose one of the services that were shown, or none of them.")}
        )
    return Counselled(
        shown=tuple(option_of(card) for card in shown),
        existed=existed,
        chosen=None if chosen == NONE_OF_THEM else _uuid(chosen),
        words=form.get("words", ""), was_neutral=form.get("was_neutral") == "1",
        note=form.get("note", ""), why_one=form.get("why_one", ""),
    )  # fmt: skip


def option_of(card: OfferCard) -> Option:
    """The offer on a card, as it stands today."""
    listing, reach, amount = card.listing, card.proposal.distance, card.gap.amount
    known = not card.gap.unknowns and math.isfinite(amount.lo) and math.isfinite(amount.hi)
    return Option(
        listing=listing.id, version=listing.number, name=dict(listing.service.name),
        organisation=card.organisation, verdict=card.proposal.answer,
        metres=(reach.lo, reach.hi)
        if reach is not None and not card.proposal.offer.is_hidden else None,
        starts_on=card.proposal.rank.starts_on, duration_days=listing.duration_days,
        hours_per_week=listing.hours_per_week, cost_model=listing.cost_model,
        price=str(listing.price) if listing.price is not None else None,
        currency=listing.currency, gap=(amount.lo, amount.hi) if known else None,
        free=card.proposal.offer.free,
    )  # fmt: skip


def _show(
    need: Need, wanted: list[str], given: Mapping[str, Any],
    error: Conflict | Invalid | None = None,
) -> Response:  # fmt: skip
    found = proposals_for(need)
    shown = _cards(need, found, wanted)
    existed = open_options(need, found)
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
