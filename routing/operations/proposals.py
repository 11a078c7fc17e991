"""Propose for a need and keep what was proposed, with a line in the audit."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from routing.models import Need, RoutingRun
from routing.operations.runs import store_run
from routing.proposals import Proposals
from routing.queries.known_facts import facts_of
from routing.queries.proposals import need_asked, propose


def run_for_need(
    session: Session, need: Need, actor: Actor, now: dt.datetime, *, k: int = 5
) -> tuple[RoutingRun, Proposals]:
    """What the engine answers to this need now, stored with every component of the order.

    The same answer to the same facts on the same day is stored once; every run leaves an audit line.
    """
    facts = facts_of(session, need.member, today=now.date())
    found = propose(session, facts, need_asked(need, k=k), actor, now.date())
    run = store_run(session, need, facts, found, actor=actor, now=now)
    audit.record(
        session, actor, "routing:need:propose", f"need:{need.id}", now=now,
        chain=need.case.organisation_id, run=str(run.id), directory_number=found.directory_number,
    )  # fmt: skip
    return run, found
