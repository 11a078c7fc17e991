"""A file is opened in an emergency: the reasons, the hour with its banner, and the officer's review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.pages.fresh import fresh, second_factor_is
from directory.roles import OPEN_IN_EMERGENCY, REVIEW_EMERGENCY
from routing.emergency_access import MINUTES, REASONS, VERDICTS
from routing.models import EmergencyAccess
from routing.operations.emergency_access import (
    Opening,
    close_access,
    open_in_emergency,
    read_in_emergency,
    review_access,
    widen_access,
)
from routing.pages.cases import KnownFact
from routing.pages.casework import fact_words
from routing.priorities import PRIORITIES, URGENT, Priority
from routing.queries.emergency_access import (
    access_for,
    count_of,
    open_access_of,
    review_for,
    reviewable,
)
from routing.queries.known_facts import value_of

blueprint = Blueprint("emergency", __name__, url_prefix="/emergency")
URGENCIES = [(code.value, PRIORITIES[code]) for code in sorted(URGENT)]


@blueprint.get("")
@needs(OPEN_IN_EMERGENCY)
@fresh("emergency.form")
def form() -> Response:
    """What must be said before a file is opened."""
    return _show_form({})


@blueprint.post("")
@needs(OPEN_IN_EMERGENCY)
@fresh("emergency.form")
def opened() -> ResponseReturnValue:
    """Open one person's file for an hour."""
    typed = request.form
    said = Opening(
        priority=_priority(typed.get("priority", "")), reason_code=typed.get("reason_code", ""),
        reason=typed.get("reason", ""), code=typed.get("code", ""),
        number=typed.get("number", 1, type=int), phone=typed.get("phone", ""),
        country=typed.get("country", ""),
    )  # fmt: skip
    try:
        access = open_in_emergency(
            db.session, said, actor=current_actor(), now=now(),
            second_factor=second_factor_is(typed.get("second_factor", "")),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _show_form(typed, error)
    return redirect(url_for(".view", access_id=access.id), 303)


@blueprint.get("/<uuid:access_id>")
@needs(OPEN_IN_EMERGENCY, audited=True)
def view(access_id: UUID) -> Response:
    """The file, as far as the reason goes, while the hour runs."""
    return _show_file(access_for(db.session, current_actor(), access_id), {})


@blueprint.post("/<uuid:access_id>/widen")
@needs(OPEN_IN_EMERGENCY)
def widen(access_id: UUID) -> ResponseReturnValue:
    """A second reason opens the rest."""
    access, typed = access_for(db.session, current_actor(), access_id), request.form
    try:
        widen_access(
            db.session, access, typed.get("second_reason", ""), actor=current_actor(), now=now()
        )
    except Invalid as error:
        db.session.rollback()
        return _show_file(access_for(db.session, current_actor(), access_id), typed, error)
    return redirect(url_for(".view", access_id=access.id), 303)


@blueprint.post("/<uuid:access_id>/close")
@needs(OPEN_IN_EMERGENCY)
def close(access_id: UUID) -> ResponseReturnValue:
    """The file is not needed any more."""
    access = access_for(db.session, current_actor(), access_id)
    close_access(db.session, access, actor=current_actor(), now=now())
    flash(words(N_("The file is closed. The data-protection officer reviews the opening.")))
    return redirect(url_for("search.page"), 303)


@blueprint.get("/reviews")
@needs(REVIEW_EMERGENCY, audited=True)
def reviews() -> Response:
    """Every opening, those without a review first, and the figures."""
    return _show_reviews({})


@blueprint.post("/reviews/<uuid:review_id>")
@needs(REVIEW_EMERGENCY)
def review(review_id: UUID) -> ResponseReturnValue:
    """Justified, not, or an incident; and whether the person is told."""
    typed = request.form

    def act() -> EmergencyAccess:
        access = review_for(db.session, current_actor(), review_id)
        return review_access(
            db.session, access, verdict=typed.get("verdict", ""), note=typed.get("note", ""),
            tells_person=typed.get("tells_person") == "1", actor=current_actor(), now=now(),
        )  # fmt: skip

    error = _try(act)
    if error is not None:
        return _show_reviews(typed, error, review_id)
    flash(words(N_("The review is recorded.")))
    return redirect(url_for(".reviews"), 303)


def _try(act: Callable[[], object]) -> Conflict | Invalid | None:
    try:
        act()
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return error
    return None


def _priority(typed: str) -> Priority | None:
    return Priority(typed) if typed in set(Priority) else None


def _show_form(given: Mapping[str, Any], error: Conflict | Invalid | None = None) -> Response:
    return render(
        "routing/emergency_open.html", given=given, status=_status(error),
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (), minutes=MINUTES,
        reason_choices=REASONS.items(), urgencies=URGENCIES,
        already=open_access_of(db.session, current_actor(), now()),
        asks_code=current_user.has_second_factor or not current_user.is_demo,
    )  # fmt: skip


def _show_file(
    access: EmergencyAccess, given: Mapping[str, Any], error: Invalid | None = None
) -> Response:
    try:
        rows = read_in_emergency(db.session, access, actor=current_actor(), now=now())
    except Forbidden as refusal:
        return render(
            "routing/emergency_over.html", status=403, access=access, reason=refusal.reason
        )
    facts = [KnownFact(row, _words(row)) for row in rows]
    return render(
        "routing/emergency_file.html", status=_status(error), access=access, facts=facts,
        given=given, problems=error.fields if error is not None else {}, REASON_WORDS=REASONS,
    )  # fmt: skip


def _words(row: Any) -> Text:
    return fact_words(row.name, value_of(row, today=today()).value)


def _show_reviews(
    given: Mapping[str, Any], error: Conflict | Invalid | None = None,
    wrong: UUID | None = None,
) -> Response:  # fmt: skip
    actor = current_actor()
    audit.record(db.session, actor, "routing:emergency:list", f"account:{actor.user_id}", now=now())
    found = reviewable(db.session, actor)
    return render(
        "routing/emergency_reviews.html", found=found, count=count_of(found, now()), given=given,
        status=_status(error), wrong=wrong, VERDICTS=VERDICTS, REASON_WORDS=REASONS,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
    )  # fmt: skip


def _status(error: Conflict | Invalid | None) -> int:
    return 200 if error is None else 422 if isinstance(error, Invalid) else 409
