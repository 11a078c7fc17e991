"""The number that people call who are accompanied by one's own organisation."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import render
from directory.models import Organisation
from directory.roles import EDIT_HELP_LINE
from routing.help_lines import read_help_line
from routing.operations.help_lines import set_help_line
from routing.queries.help_lines import help_line_of, help_lines_of

blueprint = Blueprint("help_lines", __name__, url_prefix="/help-lines")


@blueprint.get("")
@needs(EDIT_HELP_LINE)
def index() -> ResponseReturnValue:
    """What receipts say for each of my organisations; straight to the form where it is one."""
    found = help_lines_of(db.session, current_actor())
    if len(found) == 1:
        return redirect(url_for(".form", key=found[0].id))
    return render("routing/help_lines.html", found=found)


@blueprint.get("/<uuid:key>")
@needs(EDIT_HELP_LINE)
def form(key: UUID) -> Response:
    """The number of one organisation, to be changed."""
    one = help_line_of(db.session, current_actor(), key)
    return _show(one, {"phone": one.help_phone or "", "hours": one.help_hours or ""})


@blueprint.post("/<uuid:key>")
@needs(EDIT_HELP_LINE)
def change(key: UUID) -> ResponseReturnValue:
    """Say which number is called, and when somebody answers; nothing: the caseworker's is printed."""
    actor = current_actor()
    one = help_line_of(db.session, actor, key)
    try:
        line = read_help_line(request.form.get("phone"), request.form.get("hours"), one.country)
    except Invalid as error:
        return _show(one, request.form, error)
    set_help_line(db.session, one, line, actor=actor, now=now())
    flash(words(N_("Saved. Receipts show it from now on.")))
    return redirect(url_for(".form", key=one.id), 303)


def _show(one: Organisation, given: Mapping[str, str], error: Invalid | None = None) -> Response:
    problems = error.fields if error else {}
    return render(
        "routing/help_line.html", status=422 if error else 200, organisation=one, given=given,
        problems=problems,
    )  # fmt: skip
