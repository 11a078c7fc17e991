"""The data-protection officer's desk: what waits for review, withdrawals, and the lists people ask for."""

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
from directory.core.text import N_, Text
from directory.core.web import render
from directory.roles import OVERSEE_CONSENT
from routing.models import Case
from routing.operations.exceptions import OUTCOMES, review_exception
from routing.pages.choices import WITHDRAWAL
from routing.queries.consents import consent_for
from routing.queries.emergency_access import waiting_reviews
from routing.queries.exceptions import overseen_exceptions
from routing.queries.protection_desk import case_under_code, recent_withdrawals
from routing.queries.voids import voids_waiting

blueprint = Blueprint("protection_desk", __name__, url_prefix="/protection")
_OUTCOME_LABELS: dict[str, Text] = {
    "justified": N_("Justified"),
    "not-justified": N_("Not justified"),
    "incident": N_("An incident: to be followed up"),
}
FINDINGS: dict[str, Text] = {code: _OUTCOME_LABELS[code] for code in OUTCOMES}


@blueprint.get("")
@needs(OVERSEE_CONSENT, audited=True)
def view() -> Response:
    """Everything that waits for the officer."""
    return _show()


@blueprint.post("")
@needs(OVERSEE_CONSENT, audited=True)
def look_up() -> Response:
    """The people of a case whose code was given with a request; the code stays out of addresses."""
    try:
        case = case_under_code(db.session, current_actor(), request.form.get("code", ""))
    except Invalid as error:
        return _show(given=request.form, error=error)
    return _show(case, given=request.form)


@blueprint.post("/exceptions/<uuid:consent_id>/review")
@needs(OVERSEE_CONSENT)
def review(consent_id: UUID) -> ResponseReturnValue:
    """What the officer finds of an exception."""
    record, form = consent_for(db.session, current_actor(), consent_id), request.form
    try:
        review_exception(
            db.session, record, form.get("outcome", ""), note=form.get("note", ""),
            actor=current_actor(), now=now(),
        )  # fmt: skip
    except (Conflict, Forbidden, Invalid) as error:
        db.session.rollback()
        found = error.fields.values() if isinstance(error, Invalid) else error.reasons
        for reason in found:
            flash(words(reason))
        return redirect(url_for(".view"), 303)
    flash(words(N_("The review is noted.")))
    return redirect(url_for(".view"), 303)


def _show(
    case: Case | None = None, *, given: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response:  # fmt: skip
    actor = current_actor()
    exceptions = overseen_exceptions(db.session, actor)
    lines: list[tuple[str, str, dict[str, Any]]] = [
        ("routing:consent:view", f"consent:{one.record.id}", {}) for one in exceptions
    ]
    if case is not None:
        lines.append(("routing:case:overseen", f"case_file:{case.id}", {}))
    if lines:
        audit.record_many(db.session, actor, lines, now=now())
    return render(
        "routing/protection_desk.html", status=422 if error else 200, exceptions=exceptions,
        voids=voids_waiting(db.session, actor), openings=waiting_reviews(db.session, actor),
        case=case, given=given or {},
        withdrawals=recent_withdrawals(db.session, actor, now=now()), findings=FINDINGS,
        problems=error.fields if error else {}, channels=WITHDRAWAL,
    )  # fmt: skip
