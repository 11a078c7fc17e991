"""The nearest services for which a person is eligible, and those that would be next, with every reason."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.audience import Audience
from directory.core.actor import Actor
from directory.core.text import N_
from directory.listing_life import State
from directory.models import Listing, Service, Site
from directory.queries.columns import STATES
from routing.affordability import monthly_gap
from routing.answers import BY_RANK
from routing.eligibility import VERDICTS, Assessment, Judged, Verdict, verdict_of
from routing.facts import Facts
from routing.offer import Offer
from routing.proposals import NeedAsked, Proposal, Proposals
from routing.queries.candidates import Candidate, Search, search
from routing.queries.snapshot import Segment
from routing.questions import Pending, Question, next_questions, rank_weight
from routing.ranking import Components, Means, Track, rates
from routing.recipes import line_finding
from routing.terms import Seeker

__all__ = ["NeedAsked", "Proposal", "Proposals", "cards", "propose"]

RANK_OF = {verdict: answer.rank for answer, verdict in VERDICTS.items()}
MEANS = ("dependants", "child-ages", "other-support")
"""Facts on which a person's monthly gap depends."""
GAPS_KEPT = 10_000
STALE = N_("Not confirmed for a while: check by telephone before sending.")


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
        directory_number=found.picture.number,
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


def _proposals(found: Search, verdict: Verdict, need: NeedAsked) -> tuple[Proposal, ...]:
    candidates = found.nearest(RANK_OF[verdict], need.k)
    made = [_proposal(found, candidate, need) for candidate in candidates]
    return tuple(sorted(made, key=lambda proposal: proposal.rank.sort_key))


def _proposal(found: Search, candidate: Candidate, need: NeedAsked) -> Proposal:
    segment, _ = found.looks[candidate.part]
    seeker, recipes, row = found.seeker, segment.stock.recipes, candidate.row
    offer = found.offer(candidate)
    lines = recipes.lines_of(int(segment.stock.recipe[row]), int(segment.stock.fixed[row]), offer)
    judged = tuple(
        Judged(line.node, line_finding(recipes.terms, line, seeker, offer.reach), line.hard)
        for line in lines
    )
    assessment = Assessment(verdict_of(judged), judged)
    is_stale = STATES[segment.columns.state[row]] is State.STALE
    return Proposal(
        candidate.id,
        assessment,
        offer.reach,
        _components(found, candidate, need, offer, assessment),
        offer,
        (STALE, *assessment.warnings) if is_stale else assessment.warnings,
    )


def _components(
    found: Search, candidate: Candidate, need: NeedAsked, offer: Offer, assessment: Assessment
) -> Components:
    segment, _ = found.looks[candidate.part]
    wishes, row = need.wishes, candidate.row
    mean = found.answer_rate(candidate)
    means = Means() if mean is None else Means(answer_rate=mean)
    track = Track(int(segment.asked[row]), int(segment.answered[row]))
    answer_rate, retention = rates(track, means)
    is_placed = not offer.is_hidden and math.isfinite(candidate.metres)
    return Components(
        assessment.verdict,
        offer.key,
        preference=wishes.index(candidate.id) + 1 if candidate.id in wishes else None,
        starts_on=_start(offer, assessment, found.seeker.today),
        metres=candidate.metres if is_placed else None,
        unmet_wishes=len(assessment.soft),
        gap_month=_gap(segment, row, found.seeker, offer),
        answer_rate=answer_rate,
        retention=retention,
        free_share=offer.free / offer.places if offer.places and offer.free is not None else None,
    )


def _gap(segment: Segment, row: int, seeker: Seeker, offer: Offer) -> float | None:
    """Upper bound of what is missing a month, remembered for people of equal means."""
    terms = segment.stock.recipes.terms
    key = int(segment.template[row]), terms.key(terms.group(MEANS), seeker)
    gaps = segment.gaps
    if key not in gaps:
        if len(gaps) >= GAPS_KEPT:
            gaps.clear()
        most = monthly_gap(seeker.facts, offer, seeker.today).amount.hi
        gaps[key] = most if math.isfinite(most) else None
    return gaps[key]


def _start(offer: Offer, assessment: Assessment, today: dt.date) -> dt.date | None:
    """First feasible start: not before what "not now" waits for."""
    start = offer.starts_on if offer.windows else today
    if assessment.verdict is not Verdict.NOT_NOW:
        return start
    later = assessment.available_on
    return max(start, later) if start is not None and later is not None else None


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
