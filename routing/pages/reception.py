"""A new person: what the first talk brings, on one page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.models import Organisation
from directory.roles import WRITE_CASE
from routing.case_life import State
from routing.forms.fact_inputs import typed_parts
from routing.forms.locations import LOCATION, WhichPlace
from routing.forms.new_person import FIRST_FACTS, read_reception
from routing.models import Need
from routing.operations.reception import receive_person, receiving_organisations
from routing.pages.choices import CATEGORY_CHOICES, LANGUAGE_CHOICES, MODES, PRIORITY_CHOICES
from routing.pages.person_address import person_url

blueprint = Blueprint("reception", __name__, url_prefix="/cases/new")
RECEIVED = "received"
REGISTERED = N_("The case is registered. Nothing is sent anywhere before the person agrees.")


@blueprint.get("")
@needs(WRITE_CASE)
def form() -> Response:
    """The empty form."""
    return _show({"priority": "P3", "route-call": "1"})


@blueprint.post("")
@needs(WRITE_CASE)
def create() -> ResponseReturnValue:
    """The case, then its proposals; the same form sent twice receives one person."""
    if (address := _received()) is not None:
        return redirect(address, 303)
    place = _organisation()
    try:
        found = read_reception(db.session, request.form, country=place.country, today=today())
        need = receive_person(
            db.session, found, organisation=place, actor=current_actor(), now=now()
        )
    except Invalid as error:
        return _show(request.form, error)
    return redirect(_remember(need), 303)


def _received() -> str | None:
    """Where the first sending of this form led to."""
    known: dict[str, str] = session.get(RECEIVED, {})
    return known.get(request.form.get("idempotency_key", ""))


def _remember(need: Need) -> str:
    """Where the form leads to."""
    if need.case.state is State.ACTIVE:
        address = url_for("proposals.view", need_id=need.id)
    else:
        flash(words(REGISTERED))
        address = person_url(need.member)
    if key := request.form.get("idempotency_key"):
        session[RECEIVED] = {key: address}
    return address


def _organisation() -> Organisation:
    found = receiving_organisations(db.session, current_actor())
    asked = request.form.get("organisation") or ""
    return next((row for row in found if row.id == _uuid(asked)), found[0])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _show(given: Any, error: Invalid | None = None) -> Response:
    organisations = receiving_organisations(db.session, current_actor())
    typed = {name: typed_parts(request.form, name) for name in (*FIRST_FACTS, LOCATION)}
    if isinstance(error, WhichPlace):
        typed[LOCATION]["suggestions"] = error.suggestions
    return render(
        "routing/case_new.html", status=422 if error else 200, given=given, typed=typed,
        problems=error.fields if error else {}, first_facts=FIRST_FACTS,
        organisations=[(str(row.id), row.name) for row in organisations],
        country=organisations[0].country, category_choices=CATEGORY_CHOICES,
        priority_choices=PRIORITY_CHOICES, language_choices=LANGUAGE_CHOICES,
        mode_choices=MODES.items(),
    )  # fmt: skip
