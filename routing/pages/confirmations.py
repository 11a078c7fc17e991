"""Providers are asked, before somebody travels, whether their care is there; nobody is named."""

from __future__ import annotations

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
from directory.roles import ANSWER_REFERRAL
from routing.forms.packets import read_answer
from routing.operations.service_confirmations import answer_confirmation
from routing.queries.packets import confirmation_for, confirmations_to_answer

blueprint = Blueprint("confirmations", __name__, url_prefix="/confirmations")


@blueprint.get("")
@needs(ANSWER_REFERRAL)
def index() -> Response:
    """Questions to your services that wait for an answer."""
    return _show()


@blueprint.post("/<uuid:confirmation_id>/answer")
@needs(ANSWER_REFERRAL)
def answer(confirmation_id: UUID) -> ResponseReturnValue:
    """Confirm your terms until a day, or say that you cannot."""
    row = confirmation_for(db.session, current_actor(), confirmation_id)
    try:
        answer_confirmation(
            db.session, row, read_answer(request.form), actor=current_actor(), now=now()
        )
    except Invalid as error:
        db.session.rollback()
        return _show(confirmation_id, error)
    flash(words(N_("Thank you. The counsellor sees your answer.")))
    return redirect(url_for(".index"), 303)


def _show(wrong: UUID | None = None, error: Invalid | None = None) -> Response:
    return render(
        "routing/confirmations.html", found=confirmations_to_answer(db.session, current_actor()),
        wrong=wrong, problems=error.fields if error else {}, given=request.form if error else {},
        status=422 if error else 200,
    )  # fmt: skip
