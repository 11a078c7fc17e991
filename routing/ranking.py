"""The order of candidates, with every component kept: "why this one?" has an answer (A.9.3)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.core.text import N_, Metres, Text
from routing.eligibility import LABELS, Verdict

PRIOR_WEIGHT = 10
"""Ten imagined referrals at the mean pull small samples toward it: protocol A.9.3."""

SortKey = tuple[int, float, dt.date, float, int, float, float, float, str]


@dataclass(frozen=True, slots=True)
class Track:
    """What became of the referrals of a provider."""

    asked: int = 0
    """Referrals sent."""
    answered: int = 0
    """Answered in time."""
    started: int = 0
    """People who started."""
    stayed: int = 0
    """Of those, who completed or are still there."""


@dataclass(frozen=True, slots=True)
class Means:
    """Means over the whole country, toward which samples are shrunk; never over the candidates."""

    answer_rate: float = 0.5
    retention: float = 0.5


@dataclass(frozen=True, slots=True)
class Components:
    """Everything that the place of one candidate depends on, in order of weight."""

    verdict: Verdict
    id: str
    """Stable id of the listing; decides ties."""
    preference: int | None = None
    """Place in the person's own order, 1 first; nothing: no wish, after all wishes."""
    starts_on: dt.date | None = None
    """First feasible start; nothing: unknown, after all dates."""
    metres: float | None = None
    """Way to the site; nothing for hidden and unknown places, after all distances."""
    is_estimate: bool = True
    """The way is as the crow flies, not by road."""
    unmet_wishes: int = 0
    """Soft conditions that are not met."""
    gap_month: float | None = None
    """Upper bound of what is missing a month; nothing: unknown, after all gaps."""
    answer_rate: float = 0.5
    """Share of referrals answered in time, shrunk."""
    retention: float = 0.5
    """Share of people who stay, shrunk. Satisfaction never counts alone."""
    free_share: float | None = None
    """Free part of the capacity, which spreads the load."""

    @property
    def sort_key(self) -> SortKey:
        """Smaller comes first, component by component."""
        return (
            self.verdict.rank,
            math.inf if self.preference is None else self.preference,
            self.starts_on or dt.date.max,
            math.inf if self.metres is None else self.metres,
            self.unmet_wishes,
            math.inf if self.gap_month is None else max(self.gap_month, 0),
            -self.answer_rate * self.retention,
            -(self.free_share or 0),
            self.id,
        )

    def explain(self) -> tuple[Text, ...]:
        """Why the candidate stands where it stands, one sentence a component."""
        return (LABELS[self.verdict], *self._wishes(), *self._record())

    def _wishes(self) -> Iterator[Text]:
        if self.preference is not None:
            yield N_("Choice number {place} of the person", place=self.preference)
        if self.starts_on is None:
            yield N_("Start not known")
        else:
            yield N_("Can start on {date}", date=self.starts_on)
        if self.metres is None:
            yield N_("Distance not known or not shown")
        elif self.is_estimate:
            yield N_("{metres} away as the crow flies", metres=Metres(self.metres))
        else:
            yield N_("{metres} by road", metres=Metres(self.metres))
        if self.unmet_wishes:
            yield N_("Wishes not met: {number}", number=self.unmet_wishes)

    def _record(self) -> Iterator[Text]:
        if self.gap_month is None or math.isinf(self.gap_month):
            yield N_("Monthly gap not known")
        elif self.gap_month > 0:
            yield N_("Monthly gap of up to {amount}", amount=round(self.gap_month))
        else:
            yield N_("No monthly gap")
        yield N_(
            "Answers {answers} per cent of referrals in time; {stay} per cent of people stay",
            answers=round(self.answer_rate * 100),
            stay=round(self.retention * 100),
        )
        if self.free_share is not None:
            yield N_("{free} per cent of the places are free", free=round(self.free_share * 100))

    def written(self) -> dict[str, object]:
        """As JSON, stored with the run."""
        found: dict[str, object] = {name: getattr(self, name) for name in self.__slots__}
        found["starts_on"] = self.starts_on.isoformat() if self.starts_on else None
        return found


def shrunk(successes: int, trials: int, mean: float) -> float:
    """(x + 10 μ) / (n + 10): a share that a few lucky or unlucky cases cannot move far."""
    return (successes + PRIOR_WEIGHT * mean) / (trials + PRIOR_WEIGHT)


def rates(track: Track, means: Means = Means()) -> tuple[float, float]:
    """Shrunk answer rate and retention."""
    return (
        shrunk(track.answered, track.asked, means.answer_rate),
        shrunk(track.stayed, track.started, means.retention),
    )


def ranked(candidates: Iterable[Components]) -> list[Components]:
    """The candidates, best first: the same order whatever the order they come in."""
    return sorted(candidates, key=lambda candidate: candidate.sort_key)
