"""The form of one step of a referral, and taking it: for the sender's and the provider's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Invalid, NotFound
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.roles import READ_REFERRAL
from directory.who import Who
from routing.details import NONE
from routing.fact_table import FACTS
from routing.forms.step_fields import Control, StepField, fields_of
from routing.forms.steps import read_details
from routing.models import Referral
from routing.operations.events import done_before
from routing.operations.referrals import take_step
from routing.pages.choices import AFTER_STEP
from routing.queries.contest import comparison
from routing.queries.referral import AvailableStep, available_steps, referral_for
from routing.reasons import REASONS
from routing.referral_life import LIFE
from routing.referral_states import STATES, State

blueprint = Blueprint("steps", __name__, url_prefix="/referrals/<uuid:referral_id>/steps")
PROVIDER = frozenset({Who.FP, Who.PW})
ACKNOWLEDGE_FIRST = frozenset({"ask-info", "waitlist"})
"""Steps that need a named person who has it: whoever takes them is that person."""


@blueprint.get("/<name>")
@needs(READ_REFERRAL)
def form(referral_id: UUID, name: str) -> Response:
    """What the step asks; nothing about the person stands here."""
    referral = referral_for(db.session, current_actor(), referral_id)
    return _show(referral, _step(referral, name), _beginning(referral, name))


@blueprint.post("/<name>")
@needs(READ_REFERRAL)
def take(referral_id: UUID, name: str) -> ResponseReturnValue:
    """Take the step; a refusal shows the present state and keeps what was typed.

    What was sent twice on a poor line is answered like the first time.
    """
    key = request.form.get("idempotency_key")
    first = done_before(db.session, current_actor(), referral_id, name, key)
    if first is not None:
        flash(words(AFTER_STEP.get(name, DONE)))
        return redirect(address_of(first.referral_id, Who(first.role)), 303)
    referral = referral_for(db.session, current_actor(), referral_id)
    step = _step(referral, name)
    try:
        _take(referral, step)
    except (Conflict, Invalid) as error:
        db.session.expire_all()
        return _show(referral, step, typed(request.form, step), error)
    flash(words(AFTER_STEP.get(name, DONE)))
    return redirect(address_of(referral.id, step.role), 303)


DONE = N_("It is noted.")


def _beginning(referral: Referral, name: str) -> dict[str, Any]:
    """What the form says before anybody types: today, and what contradicts the refusal."""
    if name != "contest":
        return {"started_on": today().isoformat()}
    found = comparison(db.session, referral, today=today())
    return {"evidence": "\n".join(words(line) for line in found)}


def _take(referral: Referral, step: AvailableStep) -> None:
    form, actor = request.form, current_actor()
    version = int(form["expected_version"]) if form.get("expected_version") else None
    details = read_details(step.name, given_for(form, step))
    with db.session.begin_nested():
        if step.name in ACKNOWLEDGE_FIRST and referral.state is State.SENT:
            take_step(
                db.session, referral, "acknowledge", actor=actor, role=step.role, now=now(),
                expected_version=version,
            )  # fmt: skip
            version = None
        take_step(
            db.session, referral, step.name, actor=actor, role=step.role, now=now(),
            expected_version=version, idempotency_key=form.get("idempotency_key"),
            details=details,
        )  # fmt: skip


def given_for(form: MultiDict[str, str], step: AvailableStep) -> dict[str, Any]:
    """What was typed for the fields of the step, as ``read_details`` takes it."""
    given: dict[str, Any] = {}
    for field in fields_of(step.name, by_proxy=step.by_proxy):
        if field.control is Control.CHOICES:
            given[field.name] = form.getlist(field.name)
        elif field.control is Control.DETAIL:
            given[field.name] = _detail(form)
        elif form.get(field.name, "").strip():
            given[field.name] = form[field.name].strip()
    return given


def _detail(form: MultiDict[str, str]) -> dict[str, str]:
    """The detail that belongs to the chosen reason; the others on the page are not read."""
    code = form.get("code", "")
    names = [detail.name for detail in REASONS[code].details] if code in REASONS else []
    found = {}
    for name in names:
        key = f"detail-{code}-{name}"
        if form.get(f"{key}-none"):
            found[name] = NONE
        elif form.get(key, "").strip():
            found[name] = form[key].strip()
    return found


def typed(form: MultiDict[str, str], step: AvailableStep) -> dict[str, Any]:
    """What was typed, to show it again."""
    kept: dict[str, Any] = {name: form[name] for name in form}
    for field in fields_of(step.name, by_proxy=step.by_proxy):
        if field.control is Control.CHOICES:
            kept[field.name] = form.getlist(field.name)
    return kept


def choices_for(referral: Referral, field: StepField) -> dict[str, Text] | None:
    """A provider asks only for what its listing has declared."""
    if field.name != "fields":
        return None
    return {name: FACTS[name].label for name in referral.listing.data_needed if name in FACTS}


def address_of(referral_id: UUID, role: Who) -> str:
    """Where the referral is shown to who acts in ``role``."""
    if role in PROVIDER:
        return url_for("inbox.view")
    return url_for("referrals.view", referral_id=referral_id)


def _step(referral: Referral, name: str) -> AvailableStep:
    """The step, if the actor may try it in this state or after confirming receipt."""
    steps = available_steps(db.session, current_actor(), referral)
    found = next((step for step in steps if step.name == name), None)
    if found is None and name in ACKNOWLEDGE_FIRST and referral.state is State.SENT:
        found = _after_receipt(steps, name)
    if found is None:
        if request.method == "POST":
            word = STATES[referral.state].word
            raise Conflict(N_("This is not possible now: the status is “{state}”.", state=word))
        raise NotFound
    return found


def _after_receipt(steps: list[AvailableStep], name: str) -> AvailableStep | None:
    own = next((step for step in steps if step.name == "acknowledge" and not step.by_proxy), None)
    line = next(line for line in LIFE.leaving(State.ACK) if line.name == name)
    return AvailableStep(line, own.role) if own is not None else None


def _show(
    referral: Referral, step: AvailableStep, given: Mapping[str, Any],
    error: Conflict | Invalid | None = None,
) -> Response:  # fmt: skip
    fields = fields_of(step.name, by_proxy=step.by_proxy)
    status = 200 if error is None else 422 if isinstance(error, Invalid) else 409
    return render(
        "routing/step.html", status=status, referral=referral, step=step, fields=fields,
        given=given, problems=error.fields if isinstance(error, Invalid) else {},
        reasons=error.reasons if isinstance(error, Conflict) else (),
        labels={field.name: field.label for field in fields},
        choices={field.name: choices_for(referral, field) for field in fields},
        back=address_of(referral.id, step.role), is_provider=step.role in PROVIDER,
    )  # fmt: skip
