"""A talk about the options, from the services that were shown to the draft that comes of the choice."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.core.actor import Actor
from directory.core.errors import Invalid
from directory.core.text import N_
from directory.models import Listing
from routing.affordability import Gap, monthly_gap
from routing.counselling import SHOWN_AT_MOST, Counselled, Option
from routing.eligibility import Verdict
from routing.models import Need, OptionsCounselling, Referral
from routing.operations.counselling import follow_counselling, record_counselling
from routing.operations.referral_creation import create_referral, tried_listings
from routing.operations.runs import store_run
from routing.proposals import Proposal, Proposals
from routing.queries.casework import listing_of, returned_referral
from routing.queries.known_facts import facts_of
from routing.queries.proposals import cards, proposals_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a counsellor says of one talk."""

    shown: Sequence[UUID]
    """Listings that lay side by side; three at most."""
    chosen: UUID | None
    """One of them; nothing when the person wants none today."""
    words: str
    """What the person said, in their own words."""
    was_neutral: bool
    """The choice is the person's own."""
    note: str = ""
    why_one: str = ""
    """Why only one was shown where several are possible."""


def keep_talk(
    session: Session, need: Need, talk: Talk, *, actor: Actor, now: dt.datetime,
    idempotency_key: str | None = None, audience: Audience | None = None,
) -> tuple[OptionsCounselling, Referral | None]:  # fmt: skip
    """Keep what was shown and said; a choice becomes a draft, which still needs consent.

    The options are kept as the engine proposes them now to ``audience``, the narrowest circle whose
    services may be named (that of ``actor`` if none is given). Raises ``Invalid`` by field, and
    ``Conflict`` where no draft to the chosen service may be made.
    """
    found = proposals_of(session, need, actor, now.date(), audience=audience)
    facts = facts_of(session, need.member, today=now.date())
    shown = _shown(found, talk.shown)
    listings = cards(session, shown)
    options = tuple(
        option_of(listings[one.listing_id], one, monthly_gap(facts, one.offer, now.date()))
        for one in shown
    )
    run = store_run(session, need, facts, found, actor=actor, now=now)
    row = record_counselling(
        session, need,
        Counselled(
            shown=options, existed=open_options(session, need, found), chosen=talk.chosen,
            words=talk.words, was_neutral=talk.was_neutral, note=talk.note, why_one=talk.why_one,
        ),
        run_id=run.id, actor=actor, now=now,
    )  # fmt: skip
    if talk.chosen is None:
        return row, None
    referral = create_referral(
        session, need, listing_of(session, str(talk.chosen)), actor=actor, now=now, run_id=run.id,
        parent=returned_referral(session, need), idempotency_key=idempotency_key,
    )  # fmt: skip
    follow_counselling(session, row, referral)
    return row, referral


def open_options(session: Session, need: Need, found: Proposals) -> int:
    """Services for which the person is eligible, without those that were tried."""
    tried = tried_before(session, need) & {one.listing_id for one in found.eligible}
    return found.counts.get(Verdict.ELIGIBLE, 0) - len(tried)


def tried_before(session: Session, need: Need) -> set[UUID]:
    """Listings that have sent the person back; they are not proposed again."""
    parent = returned_referral(session, need)
    return tried_listings(session, parent) if parent is not None else set()


def option_of(listing: Listing, proposal: Proposal, gap: Gap) -> Option:
    """The offer as it stands today; of a hidden service no distance, which would tell where it is."""
    reach, amount = proposal.distance, gap.amount
    known = not gap.unknowns and math.isfinite(amount.lo) and math.isfinite(amount.hi)
    return Option(
        listing=listing.id, version=listing.number, name=dict(listing.service.name),
        organisation=listing.service.organisation.name, verdict=proposal.answer,
        metres=(reach.lo, reach.hi)
        if reach is not None and not proposal.offer.is_hidden else None,
        starts_on=proposal.rank.starts_on, duration_days=listing.duration_days,
        hours_per_week=listing.hours_per_week, cost_model=listing.cost_model,
        price=str(listing.price) if listing.price is not None else None,
        currency=listing.currency, gap=(amount.lo, amount.hi) if known else None,
        free=proposal.offer.free,
    )  # fmt: skip


def _shown(found: Proposals, asked: Sequence[UUID]) -> list[Proposal]:
    """The proposals in their own order; each that was asked for must be among them."""
    proposed = {one.listing_id: one for one in found}
    if not set(asked) <= set(proposed):
        raise Invalid({"shown": N_("Show only services that are proposed for this person today.")})
    if len(set(asked)) > SHOWN_AT_MOST:
        raise Invalid(
            {"shown": N_("Show {count} services at most: more confuse.", count=SHOWN_AT_MOST)}
        )
    return [one for key, one in proposed.items() if key in set(asked)]
