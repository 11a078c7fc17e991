"""What is late: for supervisors by who owes it, for coordination in numbers and codes."""

from __future__ import annotations

from flask import Blueprint, Response

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.roles import READ_COORDINATION, SUPERVISE
from routing.clocks import CLOCKS
from routing.pages.caseload import action_of, address_of, provider_of
from routing.promises import COUNTED, PROMISES
from routing.queries.late_board import OwnerKind, late_board
from routing.queries.overdue import overdue_by_region, twice_overdue
from routing.queries.promises import broken_promises, promises_seen

blueprint = Blueprint("late", __name__, url_prefix="/late")
OWNERS: dict[OwnerKind, Text] = {
    OwnerKind.PROVIDER: N_("Provider"),
    OwnerKind.CASEWORKER: N_("Caseworker"),
    OwnerKind.SUPERVISOR: N_("Supervisors"),
    OwnerKind.NOBODY: N_("Nobody accompanies these people"),
}


@blueprint.get("")
@needs(SUPERVISE, audited=True)
def view() -> Response:
    """Everything late in the supervisor's scope, each with its action."""
    actor, at = current_actor(), now()
    audit.record(db.session, actor, "routing:late:read", f"account:{actor.user_id}", now=at)
    broken = [one for one in promises_seen(db.session, actor) if one.due_at <= at]
    return render(
        "routing/late.html", board=late_board(db.session, actor, now=at), OWNERS=OWNERS,
        address_of=address_of, action_of=action_of, provider_of=provider_of, broken=broken,
        counts=broken_promises(db.session, actor, since=at - COUNTED, now=at), days=COUNTED.days,
        PROMISES=PROMISES,
    )  # fmt: skip


@blueprint.get("/region")
@needs(READ_COORDINATION)
def region() -> Response:
    """How many promises are broken where, and the codes of those nobody takes further."""
    actor, at = current_actor(), now()
    return render(
        "routing/late_region.html", counts=overdue_by_region(db.session, actor, now=at),
        waiting=twice_overdue(db.session, actor, now=at), CLOCKS=CLOCKS,
    )  # fmt: skip
