"""Services that open soon, with the people to prepare for them."""

from __future__ import annotations

from flask import Blueprint, Response

from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.core.web import render
from directory.roles import SEND_REFERRAL
from directory.vocabulary import DOCUMENTS
from routing.queries.opening_soon import AHEAD_DAYS, opening_soon

blueprint = Blueprint("opening_soon", __name__, url_prefix="/cases/opening-soon")


@blueprint.get("")
@needs(SEND_REFERRAL, audited=True)
def view() -> Response:
    """By service, the soonest opening first."""
    actor = current_actor()
    subject = f"account:{actor.user_id}"
    audit.record(db.session, actor, "routing:opening-soon:read", subject, now=now())
    found = opening_soon(db.session, actor, today=today())
    return render("routing/opening_soon.html", found=found, days=AHEAD_DAYS, documents=DOCUMENTS)
