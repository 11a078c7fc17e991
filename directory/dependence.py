"""Where one organisation carries a need alone, and where nobody does (protocol A.19 F16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from directory.core.text import N_, Text


class Coverage(StrEnum):
    """How many organisations stand behind a kind of service somewhere; worst first."""

    DESERT = "desert"
    SINGLE = "single"
    COVERED = "covered"


COVERAGE_WORDS: dict[Coverage, Text] = {
    Coverage.DESERT: N_("No provider"),
    Coverage.SINGLE: N_("One single provider"),
    Coverage.COVERED: N_("Covered"),
}


def coverage_of(organisations: int) -> Coverage:
    """The word for a number of organisations: if the only one closes, nobody is left."""
    if organisations == 0:
        return Coverage.DESERT
    return Coverage.SINGLE if organisations == 1 else Coverage.COVERED


@dataclass(frozen=True, slots=True)
class Supply:
    """One listing: what it is for, who offers it, in which first-level region."""

    category: str
    organisation: UUID
    region: UUID | None
    """Nothing when only the country is known."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """One kind of service in one country."""

    category: str
    organisations: frozenset[UUID]
    by_region: tuple[tuple[UUID, frozenset[UUID]], ...]
    """Every first-level region with the organisations there, in the order given."""

    @property
    def coverage(self) -> Coverage:
        """In the country as a whole."""
        return coverage_of(len(self.organisations))

    def regions(self, coverage: Coverage) -> tuple[UUID, ...]:
        """The regions in that situation."""
        return tuple(key for key, found in self.by_region if coverage_of(len(found)) is coverage)


def dependences(
    supplies: Iterable[Supply], categories: Sequence[str], regions: Sequence[UUID]
) -> list[Dependence]:
    """For each category who offers it in the country and in each region; the worst first.

    What is known to be in the country only counts for the country, and for no region.
    """
    places: defaultdict[tuple[str, UUID | None], set[UUID]] = defaultdict(set)
    country: defaultdict[str, set[UUID]] = defaultdict(set)
    for supply in supplies:
        country[supply.category].add(supply.organisation)
        places[supply.category, supply.region].add(supply.organisation)
    found = [
        Dependence(
            name, frozenset(country[name]),
            tuple((region, frozenset(places[name, region])) for region in regions),
        )
        for name in categories
    ]  # fmt: skip
    order = list(Coverage)
    return sorted(found, key=lambda one: (order.index(one.coverage), -_left_alone(one)))


def _left_alone(one: Dependence) -> int:
    return len(one.regions(Coverage.DESERT)) + len(one.regions(Coverage.SINGLE))
