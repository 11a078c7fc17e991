"""Proposals as people compare them: distance, place, start, answer time, cost, and the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from directory.categories import CATEGORIES
from directory.core.i18n import local, words
from directory.core.text import N_, Metres, Text
from directory.cost_words import allowance_words
from directory.costs import COST_LABELS
from directory.models import Listing
from routing.affordability import Gap
from routing.answers import Answer
from routing.child_amounts import PER_CHILD, children_counted
from routing.conditions import Condition, leaves
from routing.eligibility import Judged, Verdict
from routing.proposals import Proposal
from routing.queries.answer_times import Observed

SHOWN = 5
"""Reasons on a card; the rest is behind "why?"."""


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One proposal on the screen."""

    number: int
    """Its place in the list and on the map."""
    proposal: Proposal
    listing: Listing
    gap: Gap
    priority: str
    unpaid: Sequence[Text] = ()
    """What to know of payments to the provider that are late (protocol A.19 F33)."""
    observed: Observed | None = None
    """How it really answers; nothing while too few were sent."""
    child_ages: Sequence[int] | None = None
    """Of the person's children, in full years; nothing: not known."""

    @property
    def name(self) -> str:
        """What is offered."""
        return local(self.listing.service.name)

    @property
    def organisation(self) -> str:
        """Who offers it."""
        return self.listing.service.organisation.name

    @property
    def distance(self) -> Text:
        """As exactly as it is known."""
        reach = self.proposal.distance
        if self.proposal.offer.is_hidden:
            return N_("address given after acceptance")
        if reach is None:
            return N_("distance not known")
        if reach.hi - reach.lo < 50:
            return N_("{distance} as the crow flies", distance=Metres(reach.lo))
        if reach.lo < 50:
            return N_("at most {distance} as the crow flies", distance=Metres(reach.hi))
        return N_("{low} to {high} as the crow flies", low=Metres(reach.lo), high=Metres(reach.hi))

    @property
    def places(self) -> Text:
        """Free places of those there are."""
        offer = self.proposal.offer
        if offer.places is None or offer.free is None:
            return N_("places not known: call")
        if offer.free == 0:
            return N_("full ({places} places)", places=offer.places)
        return N_("{free} of {places} places free", free=offer.free, places=offer.places)

    @property
    def start(self) -> Text:
        """When it can begin."""
        starts = self.proposal.rank.starts_on
        if starts is None:
            return N_("start not known")
        if not self.proposal.offer.windows:
            return N_("start to be agreed")
        return N_("starts {date}", date=starts)

    @property
    def answers(self) -> Text:
        """How fast the provider promises to answer, and whether it does."""
        promised = self.listing.promised_hours.get(self.priority)
        if self.observed is not None:
            return self.observed.short()
        if promised:
            return N_("promises an answer within {hours} h", hours=promised)
        return N_("answer time not promised")

    @property
    def cost(self) -> Text:
        """Who pays, and what the person would lack a month."""
        model = self.proposal.offer.costs.model
        lack = N_("monthly gap not known") if self.gap.unknowns else self.gap.explain()
        return N_("{cost}, {gap}", cost=COST_LABELS[model], gap=lack) if model else lack

    @property
    def receives(self) -> Iterator[Text]:
        """What the person is given; where it goes by children, the sum for theirs."""
        for one in self.listing.allowances:
            yield allowance_words(one)
            if one.per in PER_CHILD and one.amount is not None and self.child_ages is not None:
                number = children_counted(self.child_ages, one.age_from, one.age_to)
                yield N_("for this person's children ({number}): {sum} {currency}", number=number,
                         sum=one.amount * number, currency=one.currency or "")  # fmt: skip

    @property
    def reasons(self) -> list[Judged]:
        """What decides, and for the eligible what is fulfilled."""
        found = self.proposal.assessment
        deciding = {
            Verdict.ELIGIBLE: tuple(_about_the_person(found.judged)) + found.soft,
            Verdict.NOT_NOW: found.later,
            Verdict.ASK: found.open + found.to_negotiate,
            Verdict.INELIGIBLE: found.failing,
        }[self.proposal.answer]
        return list(dict.fromkeys(deciding))[:SHOWN]

    @property
    def waivable(self) -> bool:
        """Somebody may waive what stands against it, in writing."""
        failing = [judged.node for judged in self.proposal.assessment.failing]
        return bool(failing) and all(
            isinstance(node, Condition) and node.is_flexible for node in failing
        )

    @property
    def data(self) -> dict[str, Any]:
        """What the map reads from the row."""
        category, site = CATEGORIES[self.listing.service.category], self.listing.site
        point = {} if self.proposal.offer.is_hidden or site.lon is None else {
            "lon": site.lon, "lat": site.lat
        }  # fmt: skip
        return {
            "id": str(self.listing.id), "number": self.number, "name": self.name,
            "summary": f"{self.organisation} · {words(self.distance)}",
            "colour": category.colour, "icon": category.icon, **point,
        }  # fmt: skip


def offer_cards(
    proposals: Iterable[Proposal], listings: Mapping[UUID, Listing], gaps: Mapping[UUID, Gap],
    priority: str, unpaid: Mapping[UUID, Sequence[Text]], observed: Mapping[UUID, Observed],
    *, child_ages: Sequence[int] | None = None,
) -> list[OfferCard]:  # fmt: skip
    """Cards numbered in the order of the proposals; ``unpaid`` by the key of the organisation."""
    shown = [proposal for proposal in proposals if proposal.listing_id in listings]
    return [
        OfferCard(
            number, p, listings[p.listing_id], gaps[p.listing_id], priority,
            unpaid.get(listings[p.listing_id].service.organisation_id, ()),
            observed.get(p.listing_id), child_ages,
        )
        for number, p in enumerate(shown, start=1)
    ]  # fmt: skip


def source_of(judged: Judged) -> str:
    """Where the condition is written."""
    return next((leaf.source for leaf in leaves(judged.node) if leaf.source), "")


def _about_the_person(judged: Iterable[Judged]) -> Iterator[Judged]:
    for one in judged:
        reads = any(leaf.clause.reads and leaf.kind not in SILENT for leaf in leaves(one.node))
        if one.hard and one.finding.answer is Answer.YES and reads:
            yield one


SILENT = frozenset({"government-exclusion", "safety"})
"""Asked of every service: worth saying only when they stand against it."""
