"""Why a listing was found, and why it stands where it stands: findings, offer and ranking components."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from directory.listing_life import State
from directory.queries.columns import STATES
from directory.queries.snapshot import DirectorySnapshot
from routing.affordability import monthly_gap
from routing.eligibility import Assessment, Judged, Verdict, verdict_of
from routing.limits import reach
from routing.offer import Offer, Reach
from routing.queries.snapshot import Segment
from routing.ranking import Components, Means, Track, rates
from routing.recipes import finding_of_group
from routing.terms import Seeker

MEANS = ("dependants", "child-ages", "other-support")
"""Facts on which a person's monthly gap depends."""
GAPS_KEPT = 10_000


class Found(NamedTuple):
    """One listing that was found for somebody."""

    metres: float
    """What orders it; infinite when unknown."""
    id: UUID
    segment: Segment
    row: int

    @property
    def template(self) -> Offer:
        """The offer without what is the listing's own."""
        offer: Offer = self.segment.catalogue.templates[self.segment.template[self.row]]
        return offer

    @property
    def is_stale(self) -> bool:
        """Nobody has confirmed it for a while."""
        return STATES[self.segment.columns.state[self.row]] is State.STALE

    def reach(self, seeker: Seeker) -> Reach | None:
        """What may be said of the distance; nothing of a hidden one."""
        if self.template.is_hidden or not math.isfinite(self.metres):
            return None
        radius = float(self.segment.stock.radius[self.row])
        return reach(self.metres, radius + seeker.radius)

    def offer(self, seeker: Seeker) -> Offer:
        """The listing as this person sees it."""
        return self.segment.offer(self.row, self.id, self.reach(seeker), seeker.sender)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What explanations of one directory on one day share."""

    picture: DirectorySnapshot
    segments: Sequence[Segment]
    means: dict[int, Means] = field(default_factory=dict)

    def means_of(self, found: Found) -> Means:
        """Share of referrals answered in time in the whole country of a listing."""
        country = int(found.segment.columns.country[found.row])
        if country not in self.means:
            totals = [segment.totals(country) for segment in self.segments]
            asked, answered = (sum(column) for column in zip(*totals, strict=True))
            self.means[country] = Means(answer_rate=answered / asked) if asked else Means()
        return self.means[country]


def assessment(found: Found, seeker: Seeker) -> Assessment:
    """The verdict with every finding, remembered for people who look the same to a condition."""
    stock, row = found.segment.stock, found.row
    recipes, distance = stock.recipes, found.reach(seeker)
    lines = recipes.lines_of(
        int(stock.recipe[row]), int(stock.fixed[row]), found.segment.organisation(row)
    )
    say = recipes.terms.findings_for(seeker, distance)
    judged = tuple(
        [
            Judged(
                line.node,
                say(line.terms[0]) if line.is_single else finding_of_group(line, seeker, say),
                line.hard,
            )
            for line in lines
        ]
    )
    return Assessment(verdict_of(judged), judged)


def components(
    frame: Frame, found: Found, seeker: Seeker, answer: Assessment, wishes: Sequence[UUID] = ()
) -> Components:
    """What the place of a listing among the others depends on."""
    segment, row, template = found.segment, found.row, found.template
    places = segment.catalogue.places[segment.places[row]]
    track = Track(int(segment.asked[row]), int(segment.answered[row]))
    answer_rate, retention = rates(track, frame.means_of(found))
    is_placed = not template.is_hidden and math.isfinite(found.metres)
    return Components(
        answer.verdict,
        str(found.id),
        preference=wishes.index(found.id) + 1 if found.id in wishes else None,
        starts_on=_start(template, answer, seeker.today),
        metres=found.metres if is_placed else None,
        unmet_wishes=len(answer.soft),
        gap_month=_gap(found, seeker),
        answer_rate=answer_rate,
        retention=retention,
        free_share=places.free_share,
    )


def _start(template: Offer, answer: Assessment, today: dt.date) -> dt.date | None:
    """First feasible start: not before what "not now" waits for."""
    start = template.starts_on if template.windows else today
    if answer.verdict is not Verdict.NOT_NOW:
        return start
    later = answer.available_on
    return max(start, later) if start is not None and later is not None else None


def _gap(found: Found, seeker: Seeker) -> float | None:
    """Upper bound of what is missing a month, remembered for people of equal means."""
    segment = found.segment
    terms, gaps = segment.stock.recipes.terms, segment.gaps
    key = int(segment.template[found.row]), terms.key(terms.group(MEANS), seeker)
    if key not in gaps:
        if len(gaps) >= GAPS_KEPT:
            gaps.clear()
        most = monthly_gap(seeker.facts, found.template, seeker.today).amount.hi
        gaps[key] = most if math.isfinite(most) else None
    return gaps[key]
