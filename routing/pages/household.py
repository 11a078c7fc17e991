"""The people of a household: corrected, taken off, and a sheet for one of them to read or keep."""

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
from directory.roles import READ_CASE, WRITE_CASE
from routing.models import CaseMember
from routing.operations.cases import change_member, remove_member
from routing.pages.choices import LANGUAGE_CHOICES, RELATIONS
from routing.pages.person_address import person_url
from routing.pages.reading import read_member
from routing.queries.casework import referrals_of_case
from routing.queries.household import shown_to

blueprint = Blueprint("household", __name__, url_prefix="/people/<uuid:member_id>")


@blueprint.get("/edit")
@needs(WRITE_CASE, audited=True)
def form(member_id: UUID) -> Response:
    """Name, language and relation of one person."""
    member = read_member(member_id)
    given = {"name": member.name, "language": member.language, "relation": member.relation}
    return _show(member, given)


@blueprint.post("/edit")
@needs(WRITE_CASE)
def change(member_id: UUID) -> ResponseReturnValue:
    """Correct what was noted."""
    member, typed = read_member(member_id), request.form
    try:
        change_member(
            db.session, member, actor=current_actor(), now=now(),
            name=typed.get("name", "").strip(), language=typed.get("language") or None,
            relation=typed.get("relation") or None,
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        return _show(read_member(member_id), typed, error)
    flash(words(N_("Corrected.")))
    return redirect(person_url(member), 303)


@blueprint.post("/remove")
@needs(WRITE_CASE)
def remove(member_id: UUID) -> ResponseReturnValue:
    """Take somebody off who was noted by mistake."""
    member = read_member(member_id)
    case_id = member.case_id
    try:
        remove_member(db.session, member, actor=current_actor(), now=now())
    except Conflict as error:
        db.session.rollback()
        member = read_member(member_id)
        given = {"name": member.name, "language": member.language, "relation": member.relation}
        return _show(member, given, error)
    flash(words(N_("Taken off the case.")))
    return redirect(url_for("cases.view", case_id=case_id), 303)


@blueprint.get("/sheet")
@needs(READ_CASE, audited=True)
def sheet(member_id: UUID) -> Response:
    """What this person may read and keep: nothing of another adult."""
    member = read_member(member_id)
    case, shown = member.case, shown_to(db.session, member, today=today()).needs
    ids = {need.id for need in shown}
    return render(
        "routing/household_sheet.html", member=member, case=case, needs=shown,
        referrals=[one for one in referrals_of_case(db.session, case) if one.need_id in ids],
    )  # fmt: skip


def _show(
    member: CaseMember, given: Mapping[str, Any], error: Conflict | Invalid | None = None
) -> Response:
    return render(
        "routing/member_edit.html", member=member, given=given,
        status=200 if error is None else 422 if isinstance(error, Invalid) else 409,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        language_choices=LANGUAGE_CHOICES,
        relation_choices=[pair for pair in RELATIONS.items() if pair[0] != "principal"],
    )  # fmt: skip
