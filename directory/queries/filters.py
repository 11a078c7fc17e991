"""The filters of a search as masks over arrays, and how many listings each choice would leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from directory.audience import Audience, visible_to
from directory.geodesy import Floats
from directory.queries.columns import NEVER, VISIBILITIES, Codes, Columns, Ints, Mask, day_number
from directory.queries.distances import pins
from directory.queries.open_listings import receives_people, takes_people
from directory.queries.snapshot import DirectorySnapshot
from directory.search_request import Box, Search

Facets: TypeAlias = dict[str, dict[str, int]]
Rows: TypeAlias = NDArray[np.intp]
YES = "yes"
"""The only choice of a filter that is on or off."""
VERIFIED_DAYS = 90
"""Days of the filter "verified recently" when none are said: how long a listing stays fresh [P]."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When the search is made."""

    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """The day, which in the four countries is the same as in UTC."""
        return self.now.date()


def may_be_seen(snapshot: DirectorySnapshot, audience: Audience) -> Iterator[tuple[Columns, Mask]]:
    """Each part with the rows that the audience may know of: everything else counts from these."""
    visible = visible_to(audience)
    seen = np.array([kind in visible for kind in VISIBILITIES])
    for part, holds in snapshot.parts:
        yield part, holds & seen[part.visibility]


def fixed_filters(snapshot: DirectorySnapshot, part: Columns, search: Search) -> Iterator[Mask]:
    """Filters that are not offered as choices with counts: place, country, organisation, box."""
    codes = snapshot.vocabulary
    if search.country:
        yield part.country == codes.country.find(search.country)
    if search.organisation_id:
        yield part.organisation == codes.organisation.find(search.organisation_id)
    if search.region_id:
        inside = snapshot.regions.within(search.region_id)
        yield _one_of(codes.region, part.region, inside)
    if search.sectors:
        yield codes.lists.holding(search.sectors)[part.sectors]
    if search.box:
        yield _in_box(*pins(part, codes, snapshot.regions), search.box)


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that the page offers with counts."""

    name: str
    mask: Callable[[], Mask]
    """Rows that pass the filter as it is set."""
    is_set: bool
    count: Callable[[Rows], Mapping[str, int]]
    """Of some rows, how many each choice would keep."""


def choices(
    session: Session, snapshot: DirectorySnapshot, part: Columns, search: Search, moment: Moment
) -> tuple[Choice, ...]:
    """The filters with counts, in the order in which the page shows them."""
    codes = snapshot.vocabulary

    def single(name: str, numbers: Codes, column: Ints, asked: frozenset[str]) -> Choice:
        return Choice(
            name,
            lambda: _one_of(numbers, column, asked),
            bool(asked),
            lambda rows: _counts(numbers, column[rows]),
        )

    def listed(
        name: str, columns: tuple[Ints, ...], asked: frozenset[str], *, each: bool
    ) -> Choice:
        return Choice(
            name,
            lambda: _holding(snapshot, columns, asked, each=each),
            bool(asked),
            lambda rows: _list_counts(snapshot, [column[rows] for column in columns]),
        )

    def switch(name: str, mask: Callable[[], Mask], *, is_set: bool) -> Choice:
        return Choice(name, mask, is_set, lambda rows: {YES: int(np.count_nonzero(mask()[rows]))})

    days = search.verified_days if search.verified_days is not None else VERIFIED_DAYS
    return (
        single("category", codes.category, part.category, search.categories),
        single("kind", codes.kind, part.kind, search.kinds),
        single("cost", codes.cost, part.cost, search.costs),
        listed("language", (part.languages,), search.languages, each=False),
        listed(
            "accessibility", (part.accessibility, part.supports), search.accessibility, each=True
        ),
        switch(
            "open_now",
            lambda: receives_people(session, part, codes, moment.now),
            is_set=search.open_now,
        ),
        switch(
            "intake_open",
            lambda: takes_people(session, part, moment.today),
            is_set=search.intake_open,
        ),
        switch(
            "verified",
            lambda: _verified_since(part, moment.today, days),
            is_set=search.verified_days is not None,
        ),
        switch("self_referral", lambda: part.self_referral == 1, is_set=search.self_referral),
    )


def facets_of(offered: Iterable[Choice], others: Mask) -> Facets:
    """How many listings each choice would leave, all other filters kept as they are set."""
    offered = tuple(offered)
    masks = {choice.name: choice.mask() for choice in offered if choice.is_set}
    whole = np.flatnonzero(_all(others, masks.values()))

    def without(choice: Choice) -> Rows:
        if not choice.is_set:
            return whole
        rest = (mask for name, mask in masks.items() if name != choice.name)
        return np.flatnonzero(_all(others, rest))

    return {choice.name: dict(choice.count(without(choice))) for choice in offered}


def passing(offered: Iterable[Choice], others: Mask) -> Mask:
    """Rows that pass every filter."""
    return _all(others, (choice.mask() for choice in offered if choice.is_set))


def added(one: Facets, other: Facets) -> Facets:
    """The counts of two parts together, choices that nothing has left out."""
    total: Facets = {}
    for name, counts in one.items():
        codes = sorted({*counts, *other[name]})
        sums = {code: counts.get(code, 0) + other[name].get(code, 0) for code in codes}
        total[name] = {code: count for code, count in sums.items() if count}
    return total


def _all(first: Mask, others: Iterable[Mask]) -> Mask:
    found = first.copy()
    for mask in others:
        found &= mask
    return found


def _one_of(numbers: Codes, column: Ints, asked: Iterable[object]) -> Mask:
    wanted = frozenset(asked)
    among = np.fromiter((value in wanted for value in numbers.values), bool, len(numbers))
    found: Mask = among[column]
    return found


def _holding(
    snapshot: DirectorySnapshot, columns: tuple[Ints, ...], asked: frozenset[str], *, each: bool
) -> Mask:
    """Rows whose lists, taken together, hold one of ``asked`` (or each of them)."""
    lists = snapshot.vocabulary.lists
    single = [
        np.any([lists.holding(frozenset({code}))[column] for column in columns], axis=0)
        for code in sorted(asked)
    ]
    found: Mask = np.all(single, axis=0) if each else np.any(single, axis=0)
    return found


def _verified_since(part: Columns, today: dt.date, days: int) -> Mask:
    found: Mask = part.verified_on >= day_number(today, NEVER) - days
    return found


def _counts(numbers: Codes, column: Ints) -> dict[str, int]:
    counts = np.bincount(column, minlength=len(numbers))
    return {
        numbers.values[number]: int(counts[number])
        for number in np.flatnonzero(counts).tolist()
        if numbers.values[number] is not None
    }


def _list_counts(snapshot: DirectorySnapshot, columns: list[Ints]) -> dict[str, int]:
    """Each row counts once for each code that any of its lists holds."""
    lists = snapshot.vocabulary.lists
    size = len(lists)
    pair = columns[0].astype(np.int64)
    for column in columns[1:]:
        pair = pair * size + column
    found: dict[str, int] = {}
    for number, count in zip(*np.unique(pair, return_counts=True), strict=True):
        held: frozenset[str] = frozenset()
        rest = int(number)
        for _ in columns:
            rest, place = divmod(rest, size)
            held |= lists.values[place]
        for code in held:
            found[code] = found.get(code, 0) + int(count)
    return found


def _in_box(lon: Floats, lat: Floats, box: Box) -> Mask:
    high = (lat >= box.south) & (lat <= box.north)
    if box.west <= box.east:
        return np.asarray(high & (lon >= box.west) & (lon <= box.east))
    return np.asarray(high & ((lon >= box.west) | (lon <= box.east)))
