"""Data without consent: recording why, the second person's list, and a professional's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.roles import (
    COUNTERSIGN_EXCEPTION,
    DECLARE_INCAPACITY,
    EXCEPT_CONSENT,
    SEND_REFERRAL,
)
from routing.consent_exceptions import INCAPACITY_DAYS, LABELS
from routing.disclosure import Mark, overview
from routing.forms.exceptions import GUARDIANS, Stated, codes_for, read_exception
from routing.models import ConsentRecord, Referral
from routing.operations.consents import Named
from routing.operations.exceptions import confirm_danger, countersign, record_exception
from routing.pages.reading import read_referral
from routing.queries.consents import consent_for
from routing.queries.exceptions import (
    BEING_PREPARED,
    CONFIRMABLE,
    danger_of,
    referral_under_code,
    to_countersign,
)

blueprint = Blueprint("exceptions", __name__, url_prefix="/exceptions")
TELL = N_("It is noted. Tell the caseworker that the file can be sent.")


@blueprint.get("")
@needs(COUNTERSIGN_EXCEPTION, audited=True)
def view() -> Response:
    """What waits for a second person, with the time that is left."""
    found = to_countersign(db.session, current_actor())
    lines: list[tuple[str, str, dict[str, Any]]] = [
        ("routing:consent:view", f"consent:{one.record.id}", {}) for one in found
    ]
    if lines:
        audit.record_many(db.session, current_actor(), lines, now=now())
    return render("routing/exceptions.html", found=found, actor_id=current_actor().user_id)


@blueprint.post("/<uuid:consent_id>/countersign")
@needs(COUNTERSIGN_EXCEPTION)
def sign(consent_id: UUID) -> ResponseReturnValue:
    """A second person agrees."""
    record = consent_for(db.session, current_actor(), consent_id)
    try:
        countersign(db.session, record, actor=current_actor(), now=now())
    except (Conflict, Forbidden) as error:
        return _refused(error, url_for(".view"))
    flash(words(N_("Countersigned. The provider may go on.")))
    return redirect(url_for(".view"), 303)


@blueprint.get("/new")
@needs(EXCEPT_CONSENT)
def by_code() -> Response:
    """For whoever was given the code of a referral by telephone."""
    return _show(None, {})


@blueprint.post("/new")
@needs(EXCEPT_CONSENT)
def record_by_code() -> ResponseReturnValue:
    """Keep the exception for the referral of that code; nothing about the person is shown."""
    actor, form = current_actor(), request.form
    try:
        referral = referral_under_code(db.session, actor, form.get("referral_code", ""))
        _record(referral, read_exception(form, actor, now=now()))
    except Invalid as error:
        return _show(None, form, error)
    flash(words(TELL))
    return redirect(url_for(".by_code"), 303)


@blueprint.post("/confirm")
@needs(DECLARE_INCAPACITY)
def confirm() -> ResponseReturnValue:
    """A registered professional confirms a danger to life."""
    actor, form = current_actor(), request.form
    try:
        code = form.get("referral_code", "")
        referral = referral_under_code(db.session, actor, code, states=CONFIRMABLE)
        record = danger_of(db.session, referral)
        confirm_danger(db.session, record, licence=form.get("licence", ""), actor=actor, now=now())
    except Invalid as error:
        return _show(None, form, error)
    except Conflict as error:
        return _refused(error, url_for(".by_code"))
    flash(words(N_("The danger is confirmed. Thank you.")))
    return redirect(url_for(".by_code"), 303)


@blueprint.get("/for/<uuid:referral_id>")
@needs(SEND_REFERRAL, audited=True)
def form(referral_id: UUID) -> Response:
    """For the referral that the caseworker is preparing."""
    return _show(read_referral(referral_id), {})


@blueprint.post("/for/<uuid:referral_id>")
@needs(SEND_REFERRAL, audited=True)
def record(referral_id: UUID) -> ResponseReturnValue:
    """Keep the exception, then see what will go."""
    referral = read_referral(referral_id)
    if referral.state not in BEING_PREPARED:
        raise Conflict(N_("An exception is recorded before the referral is sent."))
    try:
        _record(referral, read_exception(request.form, current_actor(), now=now()))
    except Invalid as error:
        return _show(referral, request.form, error)
    flash(words(N_("It is noted. Somebody else must countersign within 24 hours.")))
    return redirect(url_for("consent.sending", referral_id=referral.id), 303)


def _record(referral: Referral, stated: Stated) -> ConsentRecord:
    named = Named(
        organisation_id=referral.recipient_id, listing_id=referral.listing_id, accepted=True
    )
    return record_exception(
        db.session, referral.member, stated.code, need=referral.need, recipients=(named,),
        facts=stated.facts, actor=current_actor(), role=stated.role, now=now(),
        valid_until=stated.valid_until,
    )  # fmt: skip


def _show(
    referral: Referral | None, given: Mapping[str, Any], error: Invalid | None = None
) -> Response:
    codes = codes_for(current_actor())
    return render(
        "routing/exception.html", status=422 if error else 200, referral=referral, given=given,
        problems=error.fields if error else {}, codes=[(code.value, LABELS[code]) for code in codes],
        guardians=GUARDIANS.items(), longest=INCAPACITY_DAYS, emergency=_emergency(referral),
        confirms=referral is None and current_actor().may(DECLARE_INCAPACITY),
    )  # fmt: skip


def _emergency(referral: Referral | None) -> list[Any]:
    """What goes without consent: the preview and no more."""
    if referral is None:
        return []
    category = referral.listing.service.category
    return list(overview(category, priority=referral.need.priority)[Mark.PREVIEW])


def _refused(error: Conflict | Forbidden, back: str) -> ResponseReturnValue:
    db.session.rollback()
    for reason in error.reasons:
        flash(words(reason))
    return redirect(back, 303)
