"""The nearest services for which a person is eligible, and those that would be next, with every reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.audience import Audience
from directory.core.actor import Actor
from directory.core.text import N_
from directory.models import Listing, Service, Site
from routing.answers import BY_RANK
from routing.eligibility import VERDICTS, Verdict
from routing.facts import Facts
from routing.models import Need
from routing.proposals import NeedAsked, Proposal, Proposals
from routing.queries.candidates import Search, search
from routing.queries.explanations import Found, Frame, assessment, components
from routing.queries.known_facts import facts_of
from routing.questions import Pending, Question, next_questions, rank_weight
from routing.terms import Seeker

__all__ = [
    "NeedAsked", "Proposal", "Proposals", "cards", "need_asked", "proposals_of", "propose",
]  # fmt: skip

RANK_OF = {verdict: answer.rank for answer, verdict in VERDICTS.items()}
STALE = N_("Not confirmed for a while: check by telephone before sending.")


def need_asked(need: Need, *, k: int = 5) -> NeedAsked:
    """A need of a case as the engine needs it."""
    return NeedAsked(
        need.category, need.priority, country=need.case.country, k=k,
        excludes_government=need.case.excludes_government, sender=need.case.organisation.key,
    )  # fmt: skip


def proposals_of(
    session: Session,
    need: Need,
    actor: Actor,
    today: dt.date,
    *,
    k: int = 5,
    audience: Audience | None = None,
) -> Proposals:
    """What the engine answers to a need of a case today, ``k`` of each answer; see ``propose``."""
    facts = facts_of(session, need.member, today=today)
    return propose(session, facts, need_asked(need, k=k), actor, today, audience=audience)


def propose(
    session: Session,
    facts: Facts,
    need: NeedAsked,
    actor: Actor,
    today: dt.date,
    *,
    only: Collection[Verdict] = frozenset(Verdict),
    overview: bool = True,
    audience: Audience | None = None,
) -> Proposals:
    """The ``need.k`` nearest listings of each answer that ``actor`` may see, ordered by rank.

    ``only`` leaves answers out; without ``overview`` nothing is counted and no question is chosen;
    ``audience`` is the narrowest circle whose services may be named, whoever asks.
    """
    return answer(search(session, facts, need, actor, today, audience), need, only, overview)


def answer(found: Search, need: NeedAsked, only: Collection[Verdict], overview: bool) -> Proposals:
    """What was found, with words and ranks."""
    of = {
        verdict: _proposals(found, verdict, need) if verdict in only else () for verdict in Verdict
    }
    counts = (
        {VERDICTS[BY_RANK[rank]]: n for rank, n in enumerate(found.counts())} if overview else {}
    )
    return Proposals(
        eligible=of[Verdict.ELIGIBLE],
        not_now=of[Verdict.NOT_NOW],
        ask=of[Verdict.ASK],
        ineligible=of[Verdict.INELIGIBLE],
        counts=MappingProxyType(counts),
        questions=_questions(found, of[Verdict.ASK]) if overview else (),
        directory_number=found.frame.picture.number,
    )


def cards(session: Session, proposals: Iterable[Proposal]) -> Mapping[UUID, Listing]:
    """What a page shows of the proposed listings, by id, loaded in a fixed number of queries."""
    ids = [proposal.listing_id for proposal in proposals]
    if not ids:
        return {}
    query = (
        select(Listing)
        .where(Listing.id.in_(ids))
        .options(
            joinedload(Listing.service).joinedload(Service.organisation),
            joinedload(Listing.service).joinedload(Service.programme),
            joinedload(Listing.site).joinedload(Site.region),
            selectinload(Listing.windows),
            selectinload(Listing.capacities),
        )
    )
    return {listing.id: listing for listing in session.scalars(query)}


def _proposals(search: Search, verdict: Verdict, need: NeedAsked) -> tuple[Proposal, ...]:
    several = search.nearest(RANK_OF[verdict], need.k)
    made = [_proposal(search.frame, found, search.seeker, need.wishes) for found in several]
    return tuple(sorted(made, key=lambda proposal: proposal.rank.sort_key))


def _proposal(frame: Frame, found: Found, seeker: Seeker, wishes: Sequence[UUID]) -> Proposal:
    answer, offer = assessment(found, seeker), found.offer(seeker)
    warnings = (STALE, *answer.warnings) if found.is_stale else answer.warnings
    rank = components(frame, found, seeker, answer, wishes)
    return Proposal(found.id, answer, offer.reach, rank, offer, warnings)


def _questions(found: Search, shown: tuple[Proposal, ...]) -> tuple[Question, ...]:
    """The next questions; the services shown weigh by their place, the others as if they came next."""
    counts = found.pending()
    shown_asks = [frozenset(proposal.assessment.questions) for proposal in shown]
    least = rank_weight(len(shown))
    weights = {asks: number * least for asks, number in counts.items()}
    for place, asks in enumerate(shown_asks):
        weights[asks] = weights.get(asks, least) + rank_weight(place) - least
    return next_questions(
        Pending(asks, weights[asks], number)
        for asks, number in sorted(counts.items(), key=_by_name)
    )


def _by_name(item: tuple[frozenset[str], int]) -> tuple[str, ...]:
    return tuple(sorted(item[0]))
