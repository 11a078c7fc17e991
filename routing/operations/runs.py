"""Keeps what was proposed, so that "why this one?" has an answer later (protocol A.9.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from routing import disclosure
from routing.disclosure import DATASET_VERSION
from routing.facts import Facts
from routing.models import Need, RoutingRun
from routing.proposals import Proposal, Proposals


def store_run(
    session: Session, need: Need, facts: Facts, found: Proposals, *, actor: Actor, now: dt.datetime
) -> RoutingRun:
    """The run with every component of the order; the same answer on the same day is kept once."""
    digest = disclosure.digest(facts.written())
    latest = session.scalars(
        select(RoutingRun).where(RoutingRun.need_id == need.id).order_by(RoutingRun.at.desc())
    ).first()
    if latest is not None and _is_same(latest, digest, found, now):
        return latest
    run = RoutingRun(
        need_id=need.id, rules=DATASET_VERSION, directory_number=found.directory_number,
        facts_digest=digest, at=now, by_id=actor.user_id,
        counts={verdict.value: number for verdict, number in found.counts.items()},
        results=[_written(proposal) for proposal in found],
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def _is_same(latest: RoutingRun, digest: str, found: Proposals, now: dt.datetime) -> bool:
    asked = (digest, found.directory_number, now.date(), len(list(found)))
    stored = (
        latest.facts_digest, latest.directory_number, latest.at.date(), len(latest.results),
    )  # fmt: skip
    return asked == stored


def _written(proposal: Proposal) -> dict[str, Any]:
    distance = proposal.distance
    return {
        "listing": str(proposal.listing_id),
        "verdict": proposal.answer.value,
        "reasons": [str(reason) for reason in proposal.assessment.reasons],
        "metres": [distance.lo, distance.hi] if distance is not None else None,
        "rank": proposal.rank.written(),
    }
