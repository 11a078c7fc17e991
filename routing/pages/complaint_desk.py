"""The desk of those who handle complaints: the inbox with its promises, one complaint, its steps."""

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
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import asked_page, render
from directory.roles import COUNT_COMPLAINT, READ_COMPLAINT
from directory.who import Who
from routing.complaint_levels import CATEGORIES, LEVELS, PROMISES
from routing.complaint_life import DECISIONS, LABELS, NOTES
from routing.forms.complaints import COMPLAINT_FIELDS, read_complaint_details
from routing.forms.step_fields import Control
from routing.models import Complaint
from routing.operations.complaint_steps import (
    Act,
    act_on_complaint,
    available_notes,
    available_steps,
    read_complaint,
    role_of,
)
from routing.operations.complaints import CHANNELS
from routing.queries.complaint_counts import Quarter, complaint_counts
from routing.queries.complaint_inbox import (
    certain_parties,
    clocks_of,
    complaints_count,
    complaints_list,
    history,
    label_of,
    service_of,
)
from routing.queries.complaint_scope import Sight, complaint_for

blueprint = Blueprint("complaint_desk", __name__, url_prefix="/complaints")
NOTED = N_("It is noted.")
MOST_QUARTERS = 4
"""How far back the sums are shown."""


@blueprint.get("")
@needs(READ_COMPLAINT)
def inbox() -> Response:
    """What is there, the most urgent first; codes and promises, nothing of what was said."""
    page, closed = asked_page(), request.args.get("closed") == "1"
    actor = current_actor()
    rows = complaints_list(
        db.session, actor, limit=page.size, offset=page.offset, closed=closed
    )  # fmt: skip
    return render(
        "routing/complaint_inbox.html", rows=rows, page=page, closed=closed, **_words(),
        total=complaints_count(db.session, actor, closed=closed),
    )  # fmt: skip


@blueprint.get("/<uuid:complaint_id>")
@needs(READ_COMPLAINT, audited=True)
def view(complaint_id: UUID) -> Response:
    """One complaint as far as it may be read; the reading is logged."""
    actor = current_actor()
    complaint, sight = read_complaint(db.session, actor, complaint_id, now=now())
    role = role_of(db.session, actor, complaint)
    return render(
        "routing/complaint.html", complaint=complaint, sight=sight.value,
        service=service_of(db.session, complaint), parties=certain_parties(complaint),
        steps=available_steps(complaint, role), notes=available_notes(complaint, role),
        lines=history(db.session, complaint, sight), clocks=clocks_of(complaint),
        said_words=said_words, is_full=sight is Sight.FULL, **_words(),
    )  # fmt: skip


@blueprint.get("/<uuid:complaint_id>/steps/<name>")
@needs(READ_COMPLAINT)
def form(complaint_id: UUID, name: str) -> Response:
    """What the step asks."""
    complaint = complaint_for(db.session, current_actor(), complaint_id)
    return _show(complaint, name, _role(complaint, name), {})


@blueprint.post("/<uuid:complaint_id>/steps/<name>")
@needs(READ_COMPLAINT)
def take(complaint_id: UUID, name: str) -> ResponseReturnValue:
    """Take the step; a refusal shows the present state and keeps what was typed."""
    complaint = complaint_for(db.session, current_actor(), complaint_id)
    role = _role(complaint, name)
    try:
        act_on_complaint(db.session, complaint, name, _act(name, role))
    except (Conflict, Invalid) as error:
        db.session.expire_all()
        return _show(complaint, name, role, request.form, error)
    flash(words(NOTED))
    try:
        complaint_for(db.session, current_actor(), complaint_id)
    except NotFound:  # it went to another track, or is about the own organisation
        return redirect(url_for(".inbox"), 303)
    return redirect(url_for(".view", complaint_id=complaint_id), 303)


@blueprint.get("/statistics")
@needs(COUNT_COMPLAINT)
def statistics() -> Response:
    """Sums by level and quarter; small numbers are not said."""
    actor, quarter = current_actor(), Quarter.of(today())
    quarters = [quarter]
    while len(quarters) < MOST_QUARTERS:
        quarters.append(quarters[-1].previous)
    counts = [(one, complaint_counts(db.session, actor, one, now=now())) for one in quarters]
    return render("routing/complaint_counts.html", counts=counts, **_words())


def said_words(name: str, value: Any) -> Any:
    """A recorded value as people read it."""
    tables: dict[str, Mapping[str, Text]] = {
        "decision": DECISIONS, "channel": CHANNELS,
        "level": {level.value: rule.label for level, rule in LEVELS.items()},
    }  # fmt: skip
    return tables.get(name, {}).get(value, value)


def _act(name: str, role: Who) -> Act:
    typed = request.form
    version = typed.get("expected_version", "")
    given: dict[str, Any] = {}
    for field in COMPLAINT_FIELDS.get(name, ()):
        value = typed.get(field.name, "").strip()
        if value:
            given[field.name] = value == "1" if field.control is Control.TICK else value
    return Act(
        actor=current_actor(), role=role, now=now(), key=typed.get("idempotency_key"),
        expected_version=int(version) if version.isdigit() else None,
        details=read_complaint_details(name, given),
    )  # fmt: skip


def _role(complaint: Complaint, name: str) -> Who:
    """The role in which the actor may take the step now."""
    role = role_of(db.session, current_actor(), complaint)
    names = [line.name for line in available_steps(complaint, role)]
    if role is not None and name in (*names, *available_notes(complaint, role)):
        return role
    if request.method == "POST" and name in COMPLAINT_FIELDS and role is not None:
        state = LABELS[complaint.state]
        raise Conflict(N_("This is not possible now: the status is “{state}”.", state=state))
    raise NotFound


def _show(
    complaint: Complaint, name: str, role: Who, given: Mapping[str, Any],
    error: Conflict | Invalid | None = None,
) -> Response:  # fmt: skip
    fields = COMPLAINT_FIELDS[name]
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/complaint_step.html", status=status, complaint=complaint, name=name, role=role,
        label=NOTES[name].label if name in NOTES else label_of(name), fields=fields, given=given,
        problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        labels={field.name: field.label for field in fields}, **_words(),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    return {
        "COMPLAINT_STATES": LABELS, "COMPLAINT_LEVELS": LEVELS, "COMPLAINT_CATEGORIES": CATEGORIES,
        "COMPLAINT_CHANNELS": CHANNELS, "COMPLAINT_NOTES": NOTES, "DECISIONS": DECISIONS,
        "PROMISES": PROMISES,
    }  # fmt: skip
