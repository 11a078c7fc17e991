"""The provider's inbox, on a phone first: what to answer, what is under way, places kept true."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import asked_page, render
from directory.models import Listing
from directory.operations.places_and_windows import set_places
from directory.roles import ANSWER_REFERRAL, DELIVER_REFERRAL, EDIT_CAPACITY
from directory.who import Who
from routing.attempts import OUTCOMES, Outcome
from routing.models import ContactRoute, Referral
from routing.operations.cases import route_of
from routing.operations.disclosures import RecipientView, read_by_recipient, referral_for_recipient
from routing.operations.informing import record_attempt
from routing.pages.step_words import recorded
from routing.promises import PROMISES
from routing.queries.casework import kept_listings
from routing.queries.inbox import PROVIDER_CLOCKS, TO_ANSWER, inbox
from routing.queries.messages import message_lines
from routing.queries.payload import may_be_told
from routing.queries.promises import promises_about, promises_seen
from routing.queries.proxies import proxies_to_confirm
from routing.queries.referral import AvailableStep, available_steps, clocks_of, timeline
from routing.referral_states import IDENTITY_SHOWN

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
ANSWERS = ("accept", "ask-info", "waitlist", "reject")
"""The four answers of a provider, in this order."""


@blueprint.get("")
@needs(DELIVER_REFERRAL, audited=True)
def view() -> Response:
    """What was received; each reading is logged."""
    page = asked_page()
    rows = inbox(db.session, current_actor(), limit=page.size, offset=page.offset)
    views = read_by_recipient(
        db.session, current_actor(), [row.referral for row in rows], now=now()
    )
    seen = {one.referral.id: one for one in views}
    shown = [(row, seen[row.referral.id]) for row in rows if row.referral.id in seen]
    return render(
        "routing/inbox.html",
        to_answer=[pair for pair in shown if pair[0].to_answer],
        under_way=[pair for pair in shown if not pair[0].to_answer], answers=answers_for,
        proxies=proxies_to_confirm(db.session, current_actor())
        if current_actor().may(ANSWER_REFERRAL) else [],
        period_of=period_of, next_step=next_step, shows_identity=shows_identity, places=_places(),
        promises=promises_seen(db.session, current_actor()), PROMISES=PROMISES,
    )  # fmt: skip


@blueprint.get("/<uuid:referral_id>")
@needs(DELIVER_REFERRAL, audited=True)
def detail(referral_id: UUID) -> Response:
    """One referral as far as it may be read now."""
    found = referral_for_recipient(db.session, current_actor(), referral_id, now=now())
    referral = found.referral
    return render(
        "routing/received.html", view=found, referral=referral, answers=answers_for(referral),
        steps=_other_steps(referral), lines=timeline(db.session, referral), recorded=recorded,
        clocks=[one for one in clocks_of(db.session, referral) if one.clock in PROVIDER_CLOCKS],
        messages=message_lines(db.session, referral), shows_identity=shows_identity(found),
        routes=_routes(found), outcomes=OUTCOMES.items(),
        PROMISES=PROMISES,
        promises=promises_about(db.session, referral),
    )  # fmt: skip


@blueprint.post("/<uuid:referral_id>/attempts")
@needs(DELIVER_REFERRAL)
def attempt(referral_id: UUID) -> ResponseReturnValue:
    """Note one try to reach the person."""
    found = referral_for_recipient(db.session, current_actor(), referral_id, now=now())
    allowed = {str(route.id) for route in _routes(found)}
    if request.form.get("route") not in allowed:
        raise NotFound
    form, actor = request.form, current_actor()
    try:
        record_attempt(
            db.session, found.referral, actor=actor, role=Who.PW, now=now(),
            route=route_of(found.referral.member, UUID(form.get("route", ""))),
            outcome=Outcome(form.get("outcome", "")), announced=form.get("announced") == "1",
            idempotency_key=form.get("idempotency_key"),
        )  # fmt: skip
    except ValueError:
        flash(words(N_("Choose which way was tried, and how it ended.")))
    return redirect(url_for(".detail", referral_id=referral_id), 303)


@blueprint.post("/places/<uuid:listing_id>")
@needs(EDIT_CAPACITY)
def places(listing_id: UUID) -> ResponseReturnValue:
    """One place more or less, the next entry, or "still exact"."""
    listing = next((row for row in _kept() if row.id == listing_id), None)
    if listing is None:
        raise NotFound
    try:
        number, next_on = _asked_places(listing)
        set_places(db.session, listing, number, next_on, actor=current_actor(), now=now())
    except (Conflict, Invalid) as error:
        db.session.rollback()
        for reason in error.reasons:
            flash(words(reason))
        return redirect(url_for(".view"), 303)
    flash(words(N_("Places are up to date. Thank you.")))
    return redirect(f"{url_for('.view')}#places-{listing_id}", 303)


def answers_for(referral: Referral) -> list[str]:
    """The answers that are possible: question and waiting list only where the listing has them."""
    if referral.state not in TO_ANSWER:
        return []
    listing = referral.listing
    possible = {
        "accept": True, "reject": True, "waitlist": listing.waitlist_days is not None,
        "ask-info": bool(listing.data_needed) and referral.info_rounds < MOST_QUESTIONS,
    }  # fmt: skip
    return [name for name in ANSWERS if possible[name]]


MOST_QUESTIONS = 2
CONTACT = "contact-route"


def next_step(referral: Referral) -> AvailableStep | None:
    """The main step that the provider may take now."""
    steps = available_steps(db.session, current_actor(), referral)
    return next((step for step in steps if step.line.main and not step.by_proxy), None)


def shows_identity(view: RecipientView) -> bool:
    """The provider may read who it is."""
    return view.referral.single_stage or view.referral.state in IDENTITY_SHOWN


def _other_steps(referral: Referral) -> list[AvailableStep]:
    steps = available_steps(db.session, current_actor(), referral)
    answers = answers_for(referral)
    return [step for step in steps if step.name not in answers and not step.by_proxy]


def _routes(view: RecipientView) -> list[ContactRoute]:
    """Ways that the provider was told: none where the field was struck or goes by the caseworker."""
    if CONTACT not in view.fields:
        return []
    return [route for route in view.referral.member.routes if may_be_told(route)]


def _places() -> dict[str, list[Listing]]:
    """Listings whose places are counted, and the others, behind a fold."""
    kept = _kept()
    counted = [row for row in kept if row.capacities]
    return {"counted": counted, "uncounted": [row for row in kept if not row.capacities]}


def _kept() -> list[Listing]:
    return kept_listings(db.session, current_actor())


def _asked_places(listing: Listing) -> tuple[int | None, dt.date | None]:
    """Number and date that the form asks for; what is not typed stays."""
    form, period = request.form, period_of(listing)
    known = period.places if period is not None else None
    change = form.get("change", "")
    if change in ("-1", "1"):
        number = max((known or 0) + int(change), 0)
    else:
        typed = form.get("places", "").strip()
        number = int(typed) if typed.isdigit() else known
    next_on = form.get("next_on") or ""
    return number, dt.date.fromisoformat(next_on) if next_on else None


def period_of(listing: Listing) -> Any:
    """The period that counts today, else the next one."""
    coming = [row for row in listing.capacities if row.until_on is None or row.until_on >= today()]
    return min(coming, key=lambda row: (row.from_on or dt.date.min, str(row.id)), default=None)
