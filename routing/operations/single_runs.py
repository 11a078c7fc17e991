"""The run of proposals for a referral that was not chosen from a list: one listing, judged."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.models import Listing
from directory.queries.directory_version import directory_number
from routing import disclosure
from routing.disclosure import DATASET_VERSION
from routing.models import Need, RoutingRun
from routing.queries.eligibility_now import asks_of, assessment_of
from routing.queries.known_facts import facts_of


def run_of_one(
    session: Session, need: Need, listing: Listing, *, actor: Actor, now: dt.datetime
) -> RoutingRun:
    """A stored run with the answer of this listing and every reason."""
    today = now.date()
    facts = facts_of(session, need.member, today=today)
    sender = need.case.organisation.key
    asks = asks_of(session, listing, facts, sender=sender, today=today)
    found = assessment_of(asks, facts, today)
    run = RoutingRun(
        need_id=need.id, rules=DATASET_VERSION, directory_number=directory_number(session),
        facts_digest=disclosure.digest(facts.written()), at=now, by_id=actor.user_id,
        counts={found.verdict.value: 1},
        results=[{
            "listing": str(listing.id), "verdict": found.verdict.value,
            "reasons": [str(reason) for reason in found.reasons],
        }],
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run
