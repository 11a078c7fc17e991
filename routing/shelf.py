"""The listings of one category as arrays: who shares a class, who shares a place, and a tree over places.

Listings of one *class* have the same profile, the same fixed verdict of the day, country and audience:
they answer everybody alike, but for the distance. Listings at the same position share a *place*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from directory.geodesy import Floats, ecef
from routing.profiles import Profiles
from routing.recipes import Recipes
from routing.terms import Ranks

Ints = NDArray[np.int32]
Rows = NDArray[np.intp]
TREE_FROM = 5_000
"""Below so many listings, measuring them all costs less than a tree."""
NO_PLACE = -1
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Left:
    """Which items of a shelf still hold, and how many of each class."""

    alive: Mask | None
    """Nothing when all hold."""
    size: NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Findable listings as arrays of equal length, in the order of their ids."""

    recipes: Recipes
    category: Ints
    country: Ints
    audience: NDArray[np.uint8]
    """Least circle of readers, a number of ``directory.audience``."""
    organisation: Ints
    recipe: Ints
    fixed: Ints
    """Set of fixed lines."""
    fixed_rank: Ranks
    """What the fixed lines say today."""
    lon: Floats
    lat: Floats
    """The site's point; of a region or a hidden site, the region's; NaN where nothing is known."""
    radius: Floats
    """Metres around it within which the site lies."""

    def __len__(self) -> int:
        return len(self.category)


class Shelf:
    """One category of a stock. Items are numbered by their place on the shelf, in the order of ids."""

    def __init__(self, stock: Stock, rows: Rows) -> None:
        self.rows = rows.astype(np.int32)
        self.organisation = stock.organisation[rows]
        self.radius = stock.radius[rows]
        self._sort_into_classes(stock, rows)
        self._sort_into_places(stock.lon[rows], stock.lat[rows])

    def __len__(self) -> int:
        return len(self.rows)

    def left(self, holds: Mask) -> Left:
        """The items whose rows hold."""
        alive = holds[self.rows]
        if alive.all():
            return Left(None, self.class_size)
        gone = np.bincount(self.class_of[~alive], minlength=len(self.class_size))
        return Left(alive, self.class_size - gone)

    def of_classes(self, classes: NDArray[np.bool_]) -> Rows:
        """All items of some classes, in no order."""
        chosen = np.flatnonzero(classes)
        return _slices(self.by_class, self.class_starts, chosen)

    def first_of_classes(self, classes: NDArray[np.bool_], number: int) -> Rows:
        """The items with the smallest ids of each of some classes."""
        chosen = np.flatnonzero(classes)
        starts, ends = self.class_starts[chosen], self.class_starts[chosen + 1]
        return _ranges(self.by_class, starts, np.minimum(ends, starts + number))

    def at_places(self, places: Rows) -> tuple[Rows, Rows]:
        """The items at some places, and for each item the index of its place in ``places``."""
        lengths = self.place_starts[places + 1] - self.place_starts[places]
        items = _slices(self.by_place, self.place_starts, places)
        return items, np.repeat(np.arange(len(places)), lengths)

    def _sort_into_classes(self, stock: Stock, rows: Rows) -> None:
        profile_of = np.array(stock.recipes.profile_of, dtype=np.int32)
        numbers, profile = np.unique(profile_of[stock.recipe[rows]], return_inverse=True)
        self.profiles = Profiles(stock.recipes, numbers.tolist())
        country, audience = (
            stock.country[rows].astype(np.int64),
            stock.audience[rows].astype(np.int64),
        )
        packed = (
            (profile.astype(np.int64) * 4 + stock.fixed_rank[rows]) * 4 + audience
        ) << 20 | country
        kinds, self.class_of = _unique(packed)
        self.class_country = (kinds & 0xFFFFF).astype(np.int32)
        rest = kinds >> 20
        self.class_audience = (rest & 3).astype(np.uint8)
        self.class_fixed = (rest >> 2 & 3).astype(np.uint8)
        self.class_profile = (rest >> 4).astype(np.int32)
        self.class_size = np.bincount(self.class_of, minlength=len(kinds))
        self.by_class, self.class_starts = _grouped(self.class_of, self.class_size)
        recipe_of = np.unique(stock.recipe[rows]).tolist()
        self.asides = frozenset(
            one for number in recipe_of for one in stock.recipes.asides_of(number)
        )

    def _sort_into_places(self, lon: Floats, lat: Floats) -> None:
        known = np.flatnonzero(np.isfinite(lon))
        self.unplaced = np.flatnonzero(~np.isfinite(lon))
        pairs = lon[known] + 1j * lat[known]
        found, place = np.unique(pairs, return_inverse=True)
        self.place_of = np.full(len(lon), NO_PLACE, dtype=np.int32)
        self.place_of[known] = place
        self.lon, self.lat = found.real.copy(), found.imag.copy()
        self.ecef = ecef(self.lon, self.lat)
        sizes = np.bincount(place, minlength=len(found))
        order, self.place_starts = _grouped(place, sizes)
        self.by_place = known[order].astype(np.int32)
        self.tree: Any = self.tree_of_places if len(lon) >= TREE_FROM and len(found) else None

    @cached_property
    def tree_of_places(self) -> Any:
        """The places by position; for one seeker worth its while from ``TREE_FROM`` listings."""
        return cKDTree(self.ecef)


def shelves(stock: Stock) -> dict[int, Shelf]:
    """A shelf for each category of the stock."""
    order = np.argsort(stock.category, kind="stable")
    numbers, starts = np.unique(stock.category[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(number): Shelf(stock, part) for number, part in zip(numbers, parts, strict=True)}


def fixed_ranks(sets: Sequence[Sequence[int]], rank_of_line: NDArray[np.uint8]) -> Ranks:
    """The worst of the lines of each set."""
    worst = np.full(len(sets), 3, dtype=np.uint8)
    for number, lines in enumerate(sets):
        for line in lines:
            worst[number] = min(worst[number], rank_of_line[line])
    return worst


def _unique(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], Ints]:
    kinds, numbers = np.unique(values, return_inverse=True)
    return kinds, numbers.astype(np.int32)


def _grouped(numbers: NDArray[Any], sizes: NDArray[np.intp]) -> tuple[Ints, Rows]:
    order = np.argsort(numbers, kind="stable").astype(np.int32)
    return order, np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)


def _slices(order: Ints, starts: Rows, chosen: Rows) -> Rows:
    return _ranges(order, starts[chosen], starts[chosen + 1])


def _ranges(order: Ints, begins: Rows, ends: Rows) -> Rows:
    """The stretches ``begins[i]:ends[i]`` of ``order``, one after the other."""
    lengths = ends - begins
    total = int(lengths.sum())
    if len(begins) == 1:
        return order[begins[0] : ends[0]].astype(np.intp)
    steps = np.repeat(begins - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    found: Rows = order[np.arange(total) + steps].astype(np.intp)
    return found
