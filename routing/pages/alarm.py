"""The dead man's alarm: whoever coordinates reads on every page that the clocks stand still."""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, public
from directory.roles import MANAGE_ACCOUNTS, READ_COORDINATION, SUPERVISE
from routing.queries.worker_health import Silence, clocks_stopped

blueprint = Blueprint("alarm", __name__)
ALARMED = (SUPERVISE, READ_COORDINATION, MANAGE_ACCOUNTS)
"""Who holds one of these is told."""


def init_app(app: Flask) -> None:
    """Give templates ``stopped_clocks``."""
    app.jinja_env.globals["stopped_clocks"] = stopped_clocks


def stopped_clocks() -> Silence | None:
    """What the reader of this page must know about the clocks, if anything."""
    actor = current_actor()
    if not any(actor.may(permission) for permission in ALARMED):
        return None
    return clocks_stopped(db.session, now=now())


@blueprint.get("/healthz/worker")
@public
def health() -> Response:
    """``ok``, or ``late`` (503) when the clocks have been silent for five minutes; for a monitor."""
    is_late = clocks_stopped(db.session, now=now()) is not None
    answer = Response("late\n" if is_late else "ok\n", 503 if is_late else 200)
    answer.mimetype = "text/plain"
    answer.headers["Cache-Control"] = "no-store"
    return answer
