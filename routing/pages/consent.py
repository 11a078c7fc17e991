"""Consent for one referral, the last look at what goes, and sending."""

from __future__ import annotations

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
from directory.models import Listing
from directory.roles import SEND_REFERRAL
from directory.who import Who
from routing.affordability import Gap, monthly_gap
from routing.consent import Giver, latest_expiry
from routing.fact_table import FACTS
from routing.forms.agreements import read_agreement
from routing.forms.step_fields import PREPARATION, Control
from routing.forms.steps import read_details
from routing.guardians import ASSENT_MODES, OF_GUARDIAN, RELATIONS
from routing.models import Referral
from routing.operations.cases import exclude_government
from routing.operations.companion_needs import need_cash
from routing.operations.consents import give_consent
from routing.operations.referrals import take_step
from routing.pages.choices import LANGUAGE_CHOICES, MODES
from routing.pages.consent_lists import alternates_for, shared_fields
from routing.pages.consent_words import must_be_interpreted, spoken
from routing.pages.reading import read_referral
from routing.priorities import URGENT
from routing.queries.consents import as_person
from routing.queries.disclosure_basis import basis_for
from routing.queries.eligibility_now import asks_of, is_hidden
from routing.queries.known_facts import facts_of
from routing.referral_life import State

blueprint = Blueprint("consent", __name__, url_prefix="/referrals/<uuid:referral_id>")
GIVERS = {
    Giver.BEN: N_("The person"), Giver.GUA: N_("Parent or guardian"),
    Giver.CPA: N_("Child-protection authority"),
}  # fmt: skip
REFUSED = N_("The person does not want this organisation. Nothing goes there.")
BEFORE_SENDING = frozenset({State.DRAFT, State.READY})


@blueprint.get("/consent")
@needs(SEND_REFERRAL, audited=True)
def form(referral_id: UUID) -> ResponseReturnValue:
    """What the person hears and decides."""
    referral = read_referral(referral_id)
    if referral.state is not State.DRAFT:
        return redirect(_next(referral))
    return _show(referral)


@blueprint.post("/consent")
@needs(SEND_REFERRAL, audited=True)
def agree(referral_id: UUID) -> ResponseReturnValue:
    """Keep what was agreed; if nothing else is missing, the file is ready."""
    referral = read_referral(referral_id)
    listings = _named(referral)
    offered = shared_fields(referral).offered
    try:
        agreement = read_agreement(request.form, referral.need, listings, offered)
        give_consent(db.session, referral.member, agreement, actor=current_actor(), now=now())
    except Invalid as error:
        return _show(referral, request.form, error)
    if request.form.get("companion") == "1":
        need_cash(db.session, referral.member, actor=current_actor(), now=now())
    if not agreement.recipients[0].accepted:
        flash(words(REFUSED))
        return redirect(url_for("proposals.view", need_id=referral.need_id), 303)
    _prepare(referral)
    return redirect(url_for(".sending", referral_id=referral.id), 303)


@blueprint.post("/consent/government")
@needs(SEND_REFERRAL)
def government(referral_id: UUID) -> ResponseReturnValue:
    """One tap: no public body, for the whole case."""
    referral = read_referral(referral_id)
    exclude_government(db.session, referral.case, excluded=True, actor=current_actor(), now=now())
    if referral.listing.service.organisation.is_government:
        flash(words(N_("This provider is a public body: choose another one.")))
        return redirect(url_for("proposals.view", need_id=referral.need_id), 303)
    return redirect(url_for(".form", referral_id=referral.id), 303)


@blueprint.get("/sending")
@needs(SEND_REFERRAL, audited=True)
def sending(referral_id: UUID) -> ResponseReturnValue:
    """The last look: exactly what the provider will see."""
    referral = read_referral(referral_id)
    if referral.state not in BEFORE_SENDING:
        return redirect(_next(referral))
    return render(
        "routing/sending.html", referral=referral, payload=referral.payload or {},
        fields=_preparation(referral), missing=_missing(referral), basis=_basis(referral),
        gap=_gap(referral),
    )  # fmt: skip


@blueprint.post("/sending")
@needs(SEND_REFERRAL)
def send(referral_id: UUID) -> ResponseReturnValue:
    """Make ready, or send what is ready; a returned referral that led here is closed with it."""
    referral = read_referral(referral_id)
    if referral.state is State.DRAFT:
        _prepare(referral)
        return redirect(url_for(".sending", referral_id=referral.id), 303)
    try:
        _send(referral)
    except Conflict as error:
        return _not_possible(referral_id, error)
    return redirect(url_for("receipts.slip", referral_id=referral.id), 303)


@blueprint.post("/sending/change")
@needs(SEND_REFERRAL)
def change(referral_id: UUID) -> ResponseReturnValue:
    """Back to the draft."""
    referral = read_referral(referral_id)
    take_step(db.session, referral, "edit", actor=current_actor(), role=Who.RC, now=now())
    return redirect(url_for(".form", referral_id=referral.id), 303)


def _send(referral: Referral) -> None:
    form, actor = request.form, current_actor()
    version = int(form["expected_version"]) if form.get("expected_version") else None
    with db.session.begin_nested():
        take_step(
            db.session, referral, "send", actor=actor, role=Who.RC, now=now(),
            expected_version=version, idempotency_key=form.get("idempotency_key"),
        )  # fmt: skip
        parent = db.session.get(Referral, referral.parent_id) if referral.parent_id else None
        if parent is not None and parent.state is State.RETURNED:
            details = {"child_id": str(referral.id), "announce": True}
            take_step(
                db.session, parent, "reroute", actor=actor, role=Who.RC, now=now(), details=details
            )


def _prepare(referral: Referral) -> None:
    """Freeze what will be sent if nothing is missing; else say what is."""
    form = request.form
    given = {
        field.name: form[field.name]
        for field in PREPARATION
        if field.control is not Control.ID and form.get(field.name)
    }
    try:
        details = read_details("prepare", given)
        take_step(
            db.session, referral, "prepare", actor=current_actor(), role=Who.RC, now=now(),
            details=details, idempotency_key=form.get("idempotency_key"),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        for reason in error.reasons:
            flash(words(reason))


def _show(
    referral: Referral, given: Mapping[str, str] | None = None, error: Invalid | None = None
) -> Response:
    shared, expires = shared_fields(referral), latest_expiry(now())
    facts = facts_of(db.session, referral.member, today=today())
    category = referral.listing.service.category
    person = as_person(referral.case, facts, today(), category)
    return render(
        "routing/consent.html", status=422 if error else 200, referral=referral, shared=shared,
        listings=_named(referral), spoken=spoken(referral, until=expires.date()),
        interpreted=must_be_interpreted(referral), expires=expires.date(),
        given=given or {"language": referral.member.language}, is_adult=person.is_minor is False,
        may_alone=person.may_consent_alone, assent_choices=ASSENT_MODES.items(),
        guardian_choices=[(code, RELATIONS[code]) for code in (*OF_GUARDIAN, "authority")],
        struck=_struck(shared.offered), extra=request.form.getlist("extra"),
        problems=error.fields if error else {}, fields=_preparation(referral),
        gap=_gap(referral), mode_choices=MODES.items(), language_choices=LANGUAGE_CHOICES,
        givers=GIVERS.items(),
    )  # fmt: skip


def _struck(offered: frozenset[str]) -> frozenset[str]:
    """What was struck when the form came back with something wrong."""
    if request.method != "POST":
        return frozenset()
    return offered - frozenset(request.form.getlist("shared"))


def _named(referral: Referral) -> list[Listing]:
    return [referral.listing, *alternates_for(referral)]


def _preparation(referral: Referral) -> list[Any]:
    """What else must be said for this provider: cost, call to a stale listing, one stage."""
    listing = referral.listing
    wanted = {
        "affordability": True,
        "phone_check": listing.state.value == "stale",
        "single_stage": listing.single_stage,
        "by_phone": referral.priority in URGENT and not is_hidden(listing),
    }
    return [field for field in PREPARATION if wanted.get(field.name)]


def _missing(referral: Referral) -> list[Any]:
    """Facts that this provider needs and that are unknown or out of date."""
    facts = facts_of(db.session, referral.member, today=today())
    asks = asks_of(db.session, referral.listing, facts, sender="", today=today())
    needed = set(referral.listing.data_needed)
    counting = needed | set(asks.facts_read(hard_only=True))
    seen = {name: facts.known(name, today()) for name in FACTS if name in counting}
    return [
        FACTS[name] for name, found in seen.items()
        if found.stale or (found.unknown and name in needed)
    ]  # fmt: skip


def _gap(referral: Referral) -> Gap:
    """What the person will lack a month, to be talked over before anything is sent."""
    facts = facts_of(db.session, referral.member, today=today())
    asks = asks_of(db.session, referral.listing, facts, sender="", today=today())
    return monthly_gap(facts, asks.offer, today())


def _basis(referral: Referral) -> Any:
    facts = facts_of(db.session, referral.member, today=today())
    return basis_for(db.session, referral.need, referral.listing, facts=facts, now=now())


def _next(referral: Referral) -> str:
    if referral.state in BEFORE_SENDING:
        return url_for(".sending", referral_id=referral.id)
    return url_for("referrals.view", referral_id=referral.id)


def _not_possible(referral_id: UUID, error: Conflict) -> ResponseReturnValue:
    db.session.rollback()
    for reason in error.reasons:
        flash(words(reason))
    return redirect(url_for(".sending", referral_id=referral_id), 303)
