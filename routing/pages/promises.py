"""Words given to people: noted with their day, kept or released."""

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
from directory.roles import DELIVER_REFERRAL, READ_REFERRAL, WRITE_CASE
from routing.forms.promises import read_promise
from routing.operations.disclosures import referral_for_recipient
from routing.operations.promises import close_promise, promise_about, promise_to_case
from routing.pages.reading import read_case
from routing.promises import PROMISES
from routing.queries.promises import promise_for

blueprint = Blueprint("promises", __name__)


@blueprint.get("/cases/<uuid:case_id>/promises")
@needs(WRITE_CASE, audited=True)
def case_form(case_id: UUID) -> Response:
    """The form, for whoever accompanies the person."""
    read_case(case_id)
    return _form(url_for(".to_case", case_id=case_id), url_for("cases.view", case_id=case_id))


@blueprint.post("/cases/<uuid:case_id>/promises")
@needs(WRITE_CASE)
def to_case(case_id: UUID) -> ResponseReturnValue:
    """Note a promise of one's own organisation."""
    case, back = read_case(case_id), url_for("cases.view", case_id=case_id)
    try:
        promise_to_case(
            db.session, case, **read_promise(request.form), actor=current_actor(), now=now()
        )
    except Invalid as error:
        return _form(url_for(".to_case", case_id=case_id), back, error)
    flash(words(N_("The promise is noted.")))
    return redirect(back, 303)


@blueprint.get("/inbox/<uuid:referral_id>/promises")
@needs(DELIVER_REFERRAL, audited=True)
def inbox_form(referral_id: UUID) -> Response:
    """The form, for the provider."""
    referral_for_recipient(db.session, current_actor(), referral_id, now=now())
    address = url_for(".about_referral", referral_id=referral_id)
    return _form(address, url_for("inbox.detail", referral_id=referral_id))


@blueprint.post("/inbox/<uuid:referral_id>/promises")
@needs(DELIVER_REFERRAL)
def about_referral(referral_id: UUID) -> ResponseReturnValue:
    """Note a promise of the provider."""
    found = referral_for_recipient(db.session, current_actor(), referral_id, now=now())
    back = url_for("inbox.detail", referral_id=referral_id)
    try:
        promise_about(
            db.session, found.referral, **read_promise(request.form), actor=current_actor(),
            now=now(),
        )  # fmt: skip
    except Invalid as error:
        return _form(url_for(".about_referral", referral_id=referral_id), back, error)
    flash(words(N_("The promise is noted.")))
    return redirect(back, 303)


@blueprint.post("/promises/<uuid:promise_id>/close")
@needs(READ_REFERRAL)
def close(promise_id: UUID) -> ResponseReturnValue:
    """It was kept, or the person releases from it."""
    actor = current_actor()
    promise = promise_for(db.session, actor, promise_id)
    close_promise(db.session, promise, request.form.get("outcome", ""), actor=actor, now=now())
    flash(words(N_("The promise has ended.")))
    if promise.referral_id is not None and actor.may(DELIVER_REFERRAL):
        return redirect(url_for("inbox.detail", referral_id=promise.referral_id), 303)
    return redirect(url_for("cases.view", case_id=promise.case_id), 303)


def _form(address: str, back: str, error: Invalid | None = None) -> Response:
    return render(
        "routing/promise.html", address=address, back=back, PROMISES=PROMISES,
        given=request.form, problems=error.fields if error else {}, status=422 if error else 200,
    )  # fmt: skip
