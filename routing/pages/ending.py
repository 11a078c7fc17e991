"""Cases that run past the end of the programme that pays: what a supervisor must settle in time."""

from __future__ import annotations

from flask import Blueprint, Response

from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.core.web import render
from directory.roles import SUPERVISE
from routing.programme_ends import AHEAD_DAYS
from routing.queries.ending_soon import ending_soon

blueprint = Blueprint("ending", __name__, url_prefix="/supervision/ending")


@blueprint.get("")
@needs(SUPERVISE, audited=True)
def view() -> Response:
    """The cases, the soonest end first."""
    actor = current_actor()
    audit.record(db.session, actor, "routing:ending:read", f"account:{actor.user_id}", now=now())
    found = ending_soon(db.session, actor, today=today())
    return render("routing/ending.html", found=found, days=AHEAD_DAYS)
