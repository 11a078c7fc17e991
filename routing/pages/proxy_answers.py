"""The provider answers with one tap for what a caseworker noted by telephone."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.roles import ANSWER_REFERRAL
from routing.operations.proxy_answers import answer_proxy
from routing.queries.proxies import proxy_for

blueprint = Blueprint("proxy_answers", __name__, url_prefix="/inbox/proxies")


@blueprint.post("/<uuid:proxy_id>")
@needs(ANSWER_REFERRAL)
def answer(proxy_id: UUID) -> ResponseReturnValue:
    """Yes, it is so; or no."""
    row = proxy_for(db.session, current_actor(), proxy_id)
    is_true = request.form.get("answer") == "yes"
    try:
        answer_proxy(db.session, row, is_true=is_true, actor=current_actor(), now=now())
    except Conflict as error:
        db.session.rollback()
        for reason in error.reasons:
            flash(words(reason))
    else:
        said = N_("Thank you, it is confirmed.")
        flash(words(said if is_true else N_("Thank you. The caseworker is told.")))
    return redirect(url_for("inbox.view"), 303)
