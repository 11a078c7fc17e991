"""Steps in the life of a case that have a form: beginning later, pause, closure, coming back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.i18n import words
from directory.core.machine import Step
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.roles import WRITE_CASE
from directory.who import Who
from routing.case_life import CLOSED_BY_HAND, LABELS, LIFE, fast_lane
from routing.forms.new_person import read_beginning
from routing.forms.step_fields import TOLD, Control, StepField
from routing.models import Case
from routing.operations.case_steps import take_case_step
from routing.operations.reception import begin_case
from routing.pages.choices import MODES
from routing.queries.scope import case_for

blueprint = Blueprint("case_steps", __name__, url_prefix="/cases/<uuid:case_id>/steps")
FIELDS: dict[str, tuple[StepField, ...]] = {
    "activate-at-once": (),
    "set-dormant": (),
    "call-back": (
        StepField("channel", N_("How the person was in touch"), Control.CHOICE, choices=TOLD),
    ),
    "close": (
        StepField("closure_code", N_("Why"), Control.CHOICE, choices=CLOSED_BY_HAND),
        StepField("continuing_service", N_("The service that goes on"), required=False),
        StepField(
            "person_told", N_("The person knows what is closed, that they may come back, and how"),
            Control.TICK, required=False,
        ),
    ),
    "reopen": (StepField("reason", N_("Reason"), Control.LONG_TEXT),),
}  # fmt: skip
"""What each step asks."""
KEPT = N_(
    "The case was closed less than a year ago: the assessment is kept. The consents are asked "
    "again, and what may have changed."
)
ANEW = N_(
    "The case was closed more than a year ago: the dangers are checked and the plan is made again. "
    "The consents are asked again."
)
CLOSING = (
    N_("Where writing is safe, the person gets a message that names nobody and no service."),
    N_("The person may come back at any time: the case is then reopened."),
    N_(
        "If a child belongs to the case, you are reminded in three months to ask how the child is doing."
    ),
    N_(
        "The end of a programme closes no case with an urgent need, and the service that goes on is named."
    ),
)


def notes_for(case: Case, name: str) -> tuple[Text, ...]:
    """What happens with the step, said before it is taken."""
    if name == "close":
        return CLOSING
    if name == "reopen" and case.closed_at is not None:
        return (KEPT if fast_lane(case.closed_at.date(), today()) else ANEW,)
    return ()


@blueprint.get("/<name>")
@needs(WRITE_CASE)
def form(case_id: UUID, name: str) -> Response:
    """What the step asks."""
    case = case_for(db.session, current_actor(), case_id)
    return _show(case, _line(case, name), {})


@blueprint.post("/<name>")
@needs(WRITE_CASE)
def take(case_id: UUID, name: str) -> ResponseReturnValue:
    """Take the step; a refusal names everything that is missing and keeps what was typed."""
    case = case_for(db.session, current_actor(), case_id)
    line, given = _line(case, name), request.form
    try:
        take_case_step(
            db.session, case, name, actor=current_actor(), role=Who.RC, now=now(),
            expected_version=int(given["expected_version"]), details=_details(name),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        db.session.expire_all()
        return _show(case, line, given, error)
    flash(words(N_("The case is now: {state}.", state=LABELS[case.state])))
    return redirect(url_for("cases.view", case_id=case.id), 303)


@blueprint.get("/begin")
@needs(WRITE_CASE)
def begin_form(case_id: UUID) -> Response:
    """What must be settled before a registered case begins."""
    return _begin(case_for(db.session, current_actor(), case_id), {})


@blueprint.post("/begin")
@needs(WRITE_CASE)
def begin(case_id: UUID) -> ResponseReturnValue:
    """The person agrees to be accompanied."""
    case = case_for(db.session, current_actor(), case_id)
    try:
        found = read_beginning(request.form)
        begin_case(db.session, case, found, actor=current_actor(), now=now())
    except (Conflict, Invalid) as error:
        db.session.rollback()
        return _begin(case_for(db.session, current_actor(), case_id), request.form, error)
    return redirect(url_for("cases.view", case_id=case.id), 303)


def _begin(
    case: Case, given: Mapping[str, Any], error: Conflict | Invalid | None = None
) -> Response:
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/case_begin.html", status=status, case=case, given=given, CASE_LABELS=LABELS,
        problems=error.fields if isinstance(error, Invalid) else {}, mode_choices=MODES.items(),
        reasons=error.reasons if isinstance(error, Conflict) else (),
    )  # fmt: skip


def _details(name: str) -> dict[str, Any]:
    form = request.form
    found: dict[str, Any] = {}
    for field in FIELDS[name]:
        typed = form.get(field.name, "").strip()
        found[field.name] = typed == "1" if field.control is Control.TICK else typed
    return found


def _line(case: Case, name: str) -> Step[Any, Who, Any]:
    steps = LIFE.available(case.state, Who.RC)
    line = next((step for step in steps if step.name == name and name in FIELDS), None)
    if line is None:
        raise NotFound
    return line


def _show(
    case: Case, line: Step[Any, Who, Any], given: Mapping[str, Any],
    error: Conflict | Invalid | None = None,
) -> Response:  # fmt: skip
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/case_step.html", status=status, case=case, line=line, fields=FIELDS[line.name],
        given=given, problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (), CASE_LABELS=LABELS,
        notes=notes_for(case, line.name), labels={field.name: field.label for field in FIELDS[line.name]},
    )  # fmt: skip
