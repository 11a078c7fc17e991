"""The team of a case: who accompanies the person, who joins, who takes over."""

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
from directory.models import Account
from directory.roles import SUPERVISE, WRITE_CASE
from routing.forms.transfers import read_key
from routing.models import Case
from routing.operations.case_team import assign, hand_over, take_off
from routing.pages.reading import read_case
from routing.queries.cases import team_of
from routing.queries.scope import in_team
from routing.queries.transfers import colleagues

blueprint = Blueprint("team", __name__, url_prefix="/cases/<uuid:case_id>/team")


@blueprint.get("")
@needs(WRITE_CASE, audited=True)
def view(case_id: UUID) -> Response:
    """Who accompanies the person."""
    return _show(read_case(case_id), {})


@blueprint.post("")
@needs(WRITE_CASE)
def change(case_id: UUID) -> ResponseReturnValue:
    """A colleague joins, or takes over; whoever leaves no longer sees the case."""
    case, actor = read_case(case_id), current_actor()
    try:
        _change(case)
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _show(read_case(case_id), request.form, error)
    flash(words(N_("The team is changed.")))
    stays = actor.may(SUPERVISE) or in_team(db.session, actor, case.id)
    address = url_for(".view", case_id=case.id) if stays else url_for("caseload.view")
    return redirect(address, 303)


def _change(case: Case) -> None:
    form, actor, at = request.form, current_actor(), now()
    if form.get("action") == "remove":
        take_off(db.session, case, read_key(form, "account"), actor=actor, now=at)
        return
    account = db.session.get(Account, read_key(form, "account"))
    if account is None:
        raise Invalid({"account": N_("Please choose one of the list.")})
    if form.get("action") == "hand-over" and actor.user_id is not None:
        hand_over(db.session, case, account, former_id=actor.user_id, actor=actor, now=at)
        return
    assign(db.session, case, account, actor=actor, now=at)


def _show(
    case: Case, given: Mapping[str, Any], error: Conflict | Invalid | None = None
) -> Response:
    team = team_of(db.session, case)
    others = [one for one in colleagues(db.session, case.organisation_id) if one not in team]
    return render(
        "routing/team.html", case=case, team=team, given=given,
        status=200 if error is None else 422 if isinstance(error, Invalid) else 409,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        colleague_choices=[(one.id, one.name) for one in others],
        mine=in_team(db.session, current_actor(), case.id),
    )  # fmt: skip
