"""Proposals for a need: the question that decides most, the candidates with reasons, the choice."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.roles import SEND_REFERRAL
from directory.who import Who
from routing.affordability import monthly_gap
from routing.counselling import SHOWN_AT_MOST, must_be_counselled
from routing.eligibility import Verdict
from routing.fact_table import FACTS
from routing.forms.fact_inputs import said_unknown, typed_parts
from routing.models import Need
from routing.operations.needs import open_task
from routing.operations.options_talk import open_options, tried_before
from routing.operations.referral_creation import create_referral, tried_listings
from routing.operations.runs import store_run
from routing.pages.offer_cards import OfferCard, offer_cards, source_of
from routing.pages.people import keep_answer, show_fact
from routing.pages.quick_answers import quick_answers
from routing.pages.reading import read_need
from routing.proposals import Proposals
from routing.queries.answer_times import observed_answers
from routing.queries.casework import listing_of, returned_referral
from routing.queries.known_facts import facts_of
from routing.queries.proposals import cards, proposals_of
from routing.queries.written_agreements import unpaid_providers
from routing.questions import Question, summary

blueprint = Blueprint("proposals", __name__, url_prefix="/needs/<uuid:need_id>")
SKIPPED = "questions_skipped"
LOOK_AGAIN = "look-again"


@blueprint.get("/proposals")
@needs(SEND_REFERRAL, audited=True)
def view(need_id: UUID) -> Response:
    """The screen that matters."""
    need = read_need(need_id)
    found = proposals_for(need)
    facts = facts_of(db.session, need.member, today=today())
    run = store_run(db.session, need, facts, found, actor=current_actor(), now=now())
    shown, parent = offers_for(need, found), returned_referral(db.session, need)
    return render(
        "routing/proposals.html", need=need, found=found, run=run,
        groups=[(verdict, _of(shown, verdict)) for verdict in Verdict], source_of=source_of,
        parent=parent, tried=tried_listings(db.session, parent) if parent else set(),
        **_question(need, found),
        around=_around(need), summary=summary(found.questions), Verdict=Verdict,
    )  # fmt: skip


@blueprint.post("/answers/<name>")
@needs(SEND_REFERRAL)
def answer(need_id: UUID, name: str) -> ResponseReturnValue:
    """Keep the answer and propose again; "does not know" goes on to the next question."""
    need = read_need(need_id)
    if name not in FACTS:
        raise NotFound
    if said_unknown(request.form, name):
        _skip(need, name)
        return redirect(url_for(".view", need_id=need.id), 303)
    try:
        keep_answer(need.member, name)
    except Invalid as error:
        return show_fact(need.member, name, typed_parts(request.form, name), error)
    return redirect(url_for(".view", need_id=need.id), 303)


@blueprint.post("/referrals")
@needs(SEND_REFERRAL)
def choose(need_id: UUID) -> ResponseReturnValue:
    """A draft to the chosen provider, then the consent; where there is a choice, counselling first."""
    need, form = read_need(need_id), request.form
    if (address := _talk_first(need, form.get("listing_id", ""))) is not None:
        return redirect(address, 303)
    try:
        referral = create_referral(
            db.session, need, listing_of(db.session, form.get("listing_id")),
            actor=current_actor(), now=now(), run_id=_uuid(form.get("run_id")),
            parent=returned_referral(db.session, need),
            idempotency_key=form.get("idempotency_key"),
        )  # fmt: skip
    except Conflict as error:
        return _refused(need_id, error)
    return redirect(url_for("consent.form", referral_id=referral.id), 303)


@blueprint.post("/reminders")
@needs(SEND_REFERRAL)
def remind(need_id: UUID) -> ResponseReturnValue:
    """A dated task to look again when enrolment opens."""
    need = read_need(need_id)
    day = dt.date.fromisoformat(request.form["on"])
    at = dt.datetime.combine(max(day, today()), dt.time(8), dt.UTC)
    open_task(db.session, need, LOOK_AGAIN, Who.RC, now=now(), due_at=at)
    flash(words(N_("You will be reminded on {date}.", date=day)))
    return redirect(url_for(".view", need_id=need.id), 303)


def proposals_for(need: Need, k: int = 5) -> Proposals:
    """What the engine answers to this need today."""
    return proposals_of(db.session, need, current_actor(), today(), k=k)


def _talk_first(need: Need, chosen: str) -> str | None:
    """Where the options are talked over, if there are several; the best stand beside the chosen."""
    found = proposals_for(need)
    if not must_be_counselled(open_options(db.session, need, found), need.priority):
        return None
    tried = tried_before(db.session, need)
    best = [
        str(one.listing_id) for one in found.eligible
        if one.listing_id not in tried and str(one.listing_id) != chosen
    ]  # fmt: skip
    shown = [chosen, *best[: SHOWN_AT_MOST - 1]]
    return url_for("counselling.compare", need_id=need.id, listing=shown, chosen=chosen)


def offers_for(need: Need, found: Proposals) -> list[OfferCard]:
    """The proposals as cards, numbered."""
    listings = cards(db.session, found)
    facts = facts_of(db.session, need.member, today=today())
    gaps = {one.listing_id: monthly_gap(facts, one.offer, today()) for one in found}
    providers = {one.service.organisation_id for one in listings.values()}
    unpaid = unpaid_providers(db.session, providers, today=today())
    observed = observed_answers(db.session, list(listings))
    ages = facts.known("child-ages", today())
    return offer_cards(
        found, listings, gaps, need.priority.value, unpaid, observed,
        child_ages=None if ages.unknown else ages.value,
    )  # fmt: skip


def _of(shown: list[OfferCard], verdict: Verdict) -> list[OfferCard]:
    return [card for card in shown if card.proposal.answer is verdict]


def _question(need: Need, found: Proposals) -> dict[str, Any]:
    """The next question that nobody has put off, with its quick answers."""
    put_off = session.get(SKIPPED, {}).get(str(need.id), [])
    waiting: list[Question] = [one for one in found.questions if one.fact not in put_off]
    if not waiting:
        return {"question": None, "quick": [], "later": list(found.questions)}
    first = waiting[0]
    quick = quick_answers(first.fact, need.case.country)
    return {"question": first, "quick": quick, "later": waiting[1:4]}


def _skip(need: Need, name: str) -> None:
    skipped = dict(session.get(SKIPPED, {}))
    skipped[str(need.id)] = sorted({*skipped.get(str(need.id), []), name})
    session[SKIPPED] = skipped


def _around(need: Need) -> dict[str, Any] | None:
    """Where the person lives, for the map of this page only."""
    facts = facts_of(db.session, need.member, today=today())
    place = facts.known("location", today()).value
    if place is None or not place.has_point:
        return None
    name = words(N_("The person lives here"))
    return {"lon": place.lon, "lat": place.lat, "radius": place.radius, "name": name}


def _refused(need_id: UUID, error: Conflict) -> ResponseReturnValue:
    db.session.rollback()
    for reason in error.reasons:
        flash(words(reason))
    return redirect(url_for(".view", need_id=need_id), 303)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
