"""Keeps what was proposed, so that "why this one?" has an answer later (protocol A.9.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from routing import disclosure
from routing.conditions import Condition
from routing.disclosure import DATASET_VERSION
from routing.eligibility import Judged
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
        results=[written(proposal) for proposal in found],
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


def written(proposal: Proposal) -> dict[str, Any]:
    """One proposal as it is kept: answer, reasons, every condition, every component of its place."""
    distance = proposal.distance
    return {
        "listing": str(proposal.listing_id),
        "verdict": proposal.answer.value,
        "reasons": [str(reason) for reason in proposal.assessment.reasons],
        "metres": [distance.lo, distance.hi] if distance is not None else None,
        "findings": [_finding(judged) for judged in proposal.findings],
        "rank": proposal.rank.written(),
    }


def _finding(judged: Judged) -> list[str]:
    kind = judged.node.kind if isinstance(judged.node, Condition) else "group"
    hardness = "hard" if judged.hard else "soft"
    return [kind, judged.finding.answer.value, hardness, str(judged.finding.reason)]
