"""Whom to prepare for services that open soon: a yearly campaign must not find the files empty (F20)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager

from directory.core.actor import Actor
from directory.intake import Opening, intake
from directory.models import Listing
from routing.case_life import State
from routing.eligibility import Verdict
from routing.fact_table import FACTS
from routing.facts import Facts
from routing.models import Case, Need, Referral
from routing.proposals import MOST, Proposal
from routing.queries.known_facts import facts_of
from routing.queries.proposals import cards, need_asked, propose
from routing.queries.scope import case_seen_by
from routing.referral_states import LIVE

AHEAD_DAYS = 60
"""A complete file takes weeks: birth certificates, photographs, a visit to the doctor [P]."""
MOST_NEEDS = 200
"""Looked at for one reader, the most urgent first, so that the page stays quick [P]."""


@dataclass(frozen=True, slots=True)
class ToPrepare:
    """Somebody whom nothing but the date keeps out."""

    need: Need
    missing: tuple[str, ...]
    """Facts that the service asks for at once and that nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A service that opens soon, with the people to prepare for it."""

    listing: Listing
    opens_on: dt.date
    last_on: dt.date | None
    """Last day to apply; nothing: until further notice."""
    people: tuple[ToPrepare, ...]


def opening_soon(
    session: Session, actor: Actor, *, today: dt.date, ahead_days: int = AHEAD_DAYS
) -> list[Campaign]:
    """For the open needs without a referral that ``actor`` sees, the soonest opening first."""
    found: dict[UUID, list[tuple[Need, Facts, Opening]]] = defaultdict(list)
    proposals: dict[UUID, Proposal] = {}
    for need in _waiting(session, actor):
        facts = facts_of(session, need.member, today=today)
        for proposal in _not_now(session, actor, need, facts, today):
            opening = _opening(proposal, today, ahead_days)
            if opening is not None:
                proposals[proposal.listing_id] = proposal
                found[proposal.listing_id].append((need, facts, opening))
    listings = cards(session, proposals.values())
    campaigns = [_campaign(listings[key], rows, today) for key, rows in found.items()]
    return sorted(campaigns, key=lambda one: (one.opens_on, str(one.listing.id)))


def _waiting(session: Session, actor: Actor) -> list[Need]:
    under_way = exists().where(Referral.need_id == Need.id, Referral.state.in_(LIVE))
    query = (
        select(Need)
        .join(Need.case)
        .where(
            case_seen_by(actor), Case.state == State.ACTIVE, Need.state == "open", ~under_way
        )
        .options(contains_eager(Need.case))
        .order_by(Need.priority, Need.opened_at, Need.id)
        .limit(MOST_NEEDS)
    )  # fmt: skip
    return list(session.scalars(query))


def _not_now(
    session: Session, actor: Actor, need: Need, facts: Facts, today: dt.date
) -> tuple[Proposal, ...]:
    only = frozenset({Verdict.NOT_NOW})
    return propose(
        session, facts, need_asked(need, k=MOST), actor, today, only=only, overview=False
    ).not_now


def _opening(proposal: Proposal, today: dt.date, ahead_days: int) -> Opening | None:
    """The next opening, if it is the date that the person waits for and comes soon enough."""
    opening = intake(proposal.offer.windows, today).next
    if opening is None or opening.opens_on is None or opening.opens_on != proposal.available_on:
        return None
    return opening if opening.opens_on <= today + dt.timedelta(days=ahead_days) else None


def _campaign(
    listing: Listing, rows: list[tuple[Need, Facts, Opening]], today: dt.date
) -> Campaign:
    opening = rows[0][2]
    people = tuple(ToPrepare(need, _missing(listing, facts, today)) for need, facts, _ in rows)
    return Campaign(listing, opening.opens_on or today, opening.last_on, people)


def _missing(listing: Listing, facts: Facts, today: dt.date) -> tuple[str, ...]:
    return tuple(
        name for name in listing.data_needed if name in FACTS and facts.known(name, today).unknown
    )
