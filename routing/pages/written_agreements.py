"""Written agreements: who may send whom to whom, quotas and payments, and how they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.models import Organisation
from directory.roles import READ_PARTNER, REPORT_AGREEMENT, WRITE_AGREEMENT
from routing.criteria.quota import GROUPS
from routing.forms.written_agreements import TERMS, read_parties, read_report, read_terms
from routing.models import WrittenAgreement
from routing.operations.written_agreements import (
    change_terms,
    report_on_agreement,
    write_agreement,
)
from routing.pages.choices import CATEGORY_CHOICES
from routing.queries.written_agreements import (
    agreement_for,
    may_report,
    may_write,
    possible_senders,
    visible_agreements,
)
from routing.written_agreements import PAYMENTS, in_force, payment_warning, still_needed

blueprint = Blueprint("agreements", __name__, url_prefix="/agreements")
WHAT_IS_SHOWN: dict[str, Any] = {
    "GROUPS": GROUPS, "PAYMENTS": PAYMENTS, "in_force": in_force, "still_needed": still_needed,
    "payment_warning": payment_warning,
}  # fmt: skip


@blueprint.get("")
@needs(READ_PARTNER)
def index() -> Response:
    """The agreements that concern me, with what is not kept."""
    found = db.session.scalars(visible_agreements(current_actor())).all()
    return render("routing/agreements.html", agreements=found, today=today(), **WHAT_IS_SHOWN)


@blueprint.get("/new")
@needs(WRITE_AGREEMENT)
def form() -> Response:
    """A new agreement."""
    return _show_new({})


@blueprint.post("")
@needs(WRITE_AGREEMENT)
def create() -> ResponseReturnValue:
    """Write it down."""
    try:
        parties, terms = read_parties(request.form), read_terms(_typed())
        row = write_agreement(db.session, *parties, terms, actor=current_actor(), now=now())
    except Invalid as error:
        return _show_new(_typed(), error)
    flash(words(N_("The agreement is written down.")))
    return redirect(url_for(".view", agreement_id=row.id), 303)


@blueprint.get("/<uuid:agreement_id>")
@needs(READ_PARTNER)
def view(agreement_id: UUID) -> Response:
    """One agreement: its terms, and how it goes."""
    row = agreement_for(db.session, current_actor(), agreement_id)
    return _show(row, _written(row))


@blueprint.post("/<uuid:agreement_id>/terms")
@needs(WRITE_AGREEMENT)
def terms(agreement_id: UUID) -> ResponseReturnValue:
    """Other terms."""
    row = agreement_for(db.session, current_actor(), agreement_id)
    return _changed(row, change_terms, read_terms)


@blueprint.post("/<uuid:agreement_id>/report")
@needs(REPORT_AGREEMENT)
def report(agreement_id: UUID) -> ResponseReturnValue:
    """How it goes: people accepted so far, and payments."""
    row = agreement_for(db.session, current_actor(), agreement_id)
    return _changed(row, report_on_agreement, read_report)


def _changed(row: WrittenAgreement, change: Any, read: Any) -> ResponseReturnValue:
    version = request.form.get("expected_version", type=int)
    try:
        change(
            db.session, row, read(_typed()), actor=current_actor(), now=now(),
            expected_version=version,
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        return _show(row, {**_written(row), **_typed()}, error)
    flash(words(N_("The agreement is changed.")))
    return redirect(url_for(".view", agreement_id=row.id), 303)


def _typed() -> dict[str, Any]:
    form = request.form
    return {**form.to_dict(), "categories": form.getlist("categories")}


def _written(row: WrittenAgreement) -> dict[str, Any]:
    """The row as its form shows it."""
    names = (*TERMS, "title", "note", "accepted", "accepted_of_group", "payment", "payment_since",
             "payment_expected_on")  # fmt: skip
    values = {name: getattr(row, name) for name in names}
    return {
        name: value if isinstance(value, list) else "" if value is None else str(value)
        for name, value in values.items()
    }


def _show(
    row: WrittenAgreement, given: Mapping[str, Any], error: Conflict | Invalid | None = None
) -> Response:
    actor = current_actor()
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/agreement.html", status=status, agreement=row, given=given, today=today(),
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        may_write=may_write(actor, row.sender_id, row.provider), may_report=may_report(actor, row),
        category_choices=CATEGORY_CHOICES, currencies=TERMS["currency"].choices, **WHAT_IS_SHOWN,
    )  # fmt: skip


def _show_new(given: Mapping[str, Any], error: Invalid | None = None) -> Response:
    senders = possible_senders(db.session, current_actor())
    countries = {row.country for row in senders}
    providers = db.session.scalars(
        select(Organisation).where(Organisation.country.in_(countries)).order_by(Organisation.name)
    )
    return render(
        "routing/agreement_new.html", status=200 if error is None else 422, given=given,
        problems=error.fields if error else {}, category_choices=CATEGORY_CHOICES,
        senders=[(str(row.id), row.name) for row in senders],
        providers=[(str(row.id), row.name) for row in providers],
        currencies=TERMS["currency"].choices, **WHAT_IS_SHOWN,
    )  # fmt: skip
