"""Count first, then the cheapest way to the nearest: all of the few, or a widening circle among the many.

Distances are narrowed by chords between earth-centred coordinates, which bound geodesics from both
sides, and finished with geodesics on the ellipsoid; limits are inclusive, ties go to the smaller id.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory.geodesy import Floats, longest_chord, longest_geodesic, shortest_geodesic
from routing.profiles import NO, UNKNOWN, YES
from routing.shelf import NO_PLACE, Left, Mask, Rows, Shelf
from routing.sight import Sight, shortest
from routing.terms import Ranks, Seeker

FEW = 2_000
"""So many candidates are all measured."""
NO_EXCEPTIONS: Mapping[int, int] = MappingProxyType({})
FIRST_LOOK = 16
WIDER = 4
"""Each look takes so many times more places than the one before."""


class Hit(NamedTuple):
    """One listing found: the distance that orders it (infinite when unknown) and its row in the stock."""

    metres: float
    row: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which listings count at all."""

    audience: int
    """Circle of the reader."""
    country: int | None = None
    """Number of the country; nothing: any."""


class Look:
    """One seeker before one shelf."""

    def __init__(
        self,
        shelf: Shelf,
        seeker: Seeker,
        scope: Scope,
        left: Left | None = None,
        worst: Mapping[int, int] = NO_EXCEPTIONS,
    ) -> None:
        """``left``: items that hold still; ``worst``: items with a reason of their own to refuse."""
        self.shelf, self.seeker = shelf, seeker
        profiles = shelf.profiles
        best = np.minimum(profiles.verdicts(seeker)[shelf.class_profile], shelf.class_fixed)
        allowed = shelf.class_audience <= scope.audience
        if scope.country is not None:
            allowed &= shelf.class_country == scope.country
        self.sight = Sight(shelf, seeker)
        self._near: tuple[Rows, Ranks, Floats] | None = None
        self._tell_measured_apart(best, allowed)
        self._set_apart(left or Left(None, shelf.class_size), worst)

    def _tell_measured_apart(self, best: Ranks, allowed: Mask) -> None:
        """Classes that the distance decides, those it only caps, and those that must be judged one by one."""
        shelf, profiles = self.shelf, self.shelf.profiles
        self.best, self.allowed = best, allowed
        if not self.sight.is_placed or not profiles.is_measured.any():
            self.measured = self.tangled = np.zeros(len(best), dtype=bool)
            self.plain = allowed
            return
        near, far = profiles.near[shelf.class_profile], profiles.far[shelf.class_profile]
        capped = (near < 0) & np.isinf(far)
        self.best = np.where(capped, np.minimum(best, UNKNOWN), best).astype(np.uint8)
        self.tangled = profiles.is_tangled[shelf.class_profile] & allowed
        self.measured = (
            profiles.is_measured[shelf.class_profile] & allowed & ~capped & ~self.tangled
        )
        self.plain = allowed & ~self.measured & ~self.tangled
        self.near, self.far = near, far
        self.widest = float(shelf.radius.max(initial=0.0, where=shelf.place_of != NO_PLACE))

    def _set_apart(self, left: Left, worst: Mapping[int, int]) -> None:
        """Take out what is gone, and what must be judged item by item."""
        shelf = self.shelf
        self.alive, self.size = left.alive, left.size
        apart = np.fromiter(worst, dtype=np.intp, count=len(worst))
        if self.tangled.any():
            apart = np.union1d(apart, shelf.of_classes(self.tangled))
        apart = apart[self.allowed[shelf.class_of[apart]]]
        if self.alive is not None:
            apart = apart[self.alive[apart]]
        if len(apart):
            self.alive = (
                np.ones(len(shelf), dtype=bool) if self.alive is None else self.alive.copy()
            )
            self.alive[apart] = False
            self.size = self.size - np.bincount(shelf.class_of[apart], minlength=len(self.size))
        self.apart, self.apart_metres = apart, self.sight.metres(apart)
        ranks = [
            min(self._rank_of(item, metres), worst.get(item, YES))
            for item, metres in zip(apart.tolist(), self.apart_metres.tolist(), strict=True)
        ]
        self.apart_ranks = np.array(ranks, dtype=np.uint8)

    def nearest(self, want: int, number: int) -> list[Hit]:
        """The ``number`` nearest items whose answer is ``want``, ordered by distance and id."""
        if number <= 0:
            return []
        found = self._apart_hits(want)
        found += self._among(self.plain & (self.best == want), want, number, math.inf)
        if self.measured.any():
            possible, limit = self._within_limits(want)
            found += self._among(possible, want, number, limit)
        return [Hit(metres, int(self.shelf.rows[item])) for metres, item in sorted(found)[:number]]

    def counts(self) -> NDArray[np.int64]:
        """How many items give each answer, by rank."""
        found = np.bincount(self.apart_ranks, minlength=4)
        sizes = self.size[self.plain]
        found += np.bincount(self.best[self.plain], weights=sizes, minlength=4).astype(np.int64)
        if self.measured.any():
            ranks = self.inside()[1]
            inside = np.bincount(ranks, minlength=4)
            found += inside
            found[NO] += int(self.size[self.measured].sum()) - len(ranks)
        return found

    def _within_limits(self, want: int) -> tuple[Mask, float]:
        """Measured classes that may answer ``want``, and how far away at most."""
        radius = self.seeker.radius
        if want > UNKNOWN:
            possible = self.measured & (self.best == want)
            limit = self.near[possible].max(initial=-1.0) - radius
        else:
            possible = self.measured & (self.best >= want)
            limit = (
                math.inf
                if want == NO
                else self.far[possible].max(initial=-1.0) + radius + self.widest
            )
        return possible, float(limit)

    def _among(
        self, classes: Mask, want: int, number: int, limit: float
    ) -> list[tuple[float, int]]:
        total = int(self.size[classes].sum())
        if total == 0:
            return []
        if not self.sight.is_placed:
            return self._first(classes, number)
        shelf = self.shelf
        if total <= FEW or shelf.tree is None:
            found = self._scan(classes, want, number, limit)
        else:
            found = self._widen(classes, want, number, limit, total)
        if len(found) < number and len(shelf.unplaced):
            found += self._unplaced(classes, want)
        return found

    def _first(self, classes: Mask, number: int) -> list[tuple[float, int]]:
        """Without a position nothing is nearer: the smallest ids."""
        gone = 0 if self.alive is None else int(np.count_nonzero(~self.alive))
        items = self._living(self.shelf.first_of_classes(classes, number + gone))
        return [(math.inf, item) for item in np.sort(items)[:number].tolist()]

    def _unplaced(self, classes: Mask, want: int) -> list[tuple[float, int]]:
        items = self._living(self.shelf.unplaced)
        items = items[classes[self.shelf.class_of[items]]]
        metres = np.full(len(items), math.inf)
        return [(math.inf, item) for item in items[self._ranks(items, metres) == want].tolist()]

    def _scan(self, classes: Mask, want: int, number: int, limit: float) -> list[tuple[float, int]]:
        items = self._living(self.shelf.of_classes(classes))
        places = self.shelf.place_of[items]
        placed = places != NO_PLACE
        items = items[placed]
        chords = self.sight.chords(places[placed])
        if limit < math.inf:
            inside = chords <= longest_chord(limit)
            items, chords = items[inside], chords[inside]
        found, _ = self._pick(items, chords, want, number, math.inf)
        return found

    def _widen(
        self, classes: Mask, want: int, number: int, limit: float, total: int
    ) -> list[tuple[float, int]]:
        shelf = self.shelf
        bound = longest_chord(limit) if limit < math.inf else math.inf
        places = len(shelf.lon)
        looked = min(max(FIRST_LOOK, 2 * number * len(shelf) // total), places)
        while True:
            if looked * 2 >= places:
                return self._scan(classes, want, number, limit)
            chords, nearest = shelf.tree.query(
                self.sight.point, k=looked, distance_upper_bound=bound
            )
            inside = nearest < places
            edge = float(chords[-1]) if inside[-1] else math.inf
            items, at = shelf.at_places(nearest[inside])
            kept = classes[shelf.class_of[items]]
            if self.alive is not None:
                kept &= self.alive[items]
            found, is_sure = self._pick(items[kept], chords[at[kept]], want, number, edge)
            if is_sure or edge == math.inf:
                return found
            looked *= WIDER

    def _pick(
        self, items: Rows, chords: Floats, want: int, number: int, edge: float
    ) -> tuple[list[tuple[float, int]], bool]:
        """The nearest of ``items`` with that answer; sure when nothing beyond ``edge`` can be nearer."""
        size = 4 * number + 12
        while True:
            if size < len(items):
                part = np.argpartition(chords, size)[: size + 1]
                beyond = float(chords[part].max())
            else:
                part, beyond = np.arange(len(items)), edge
            metres = self.sight.metres(items[part])
            right = self._ranks(items[part], metres) == want
            found = sorted(zip(metres[right].tolist(), items[part][right].tolist(), strict=True))[
                :number
            ]
            if len(found) == number and found[-1][0] < shortest(beyond):
                return found, True
            if size >= len(items):
                return found, edge == math.inf
            size *= WIDER

    def inside(self) -> tuple[Rows, Ranks, Floats]:
        """Measured items near enough for the distance to matter, their answers and distances.

        Where the answer is plain from the chord, a bound stands for the distance.
        """
        if self._near is None:
            shelf = self.shelf
            widest = self.widest + self.seeker.radius
            limit = float(self.far[self.measured].max(initial=0.0)) + widest
            if shelf.tree is None or limit == math.inf:
                items = shelf.of_classes(self.measured)
            else:
                near = shelf.tree.query_ball_point(self.sight.point, longest_chord(limit))
                at = shelf.at_places(np.array(near, dtype=np.intp))[0]
                items = np.concatenate((at, shelf.unplaced))
                items = items[self.measured[shelf.class_of[items]]]
            items = self._living(items)
            metres = self._metres_at_limits(items)
            self._near = items, self._ranks(items, metres), metres
        return self._near

    def _metres_at_limits(self, items: Rows) -> Floats:
        """Exact distances of items that may be undecided, an upper bound for the others."""
        metres = np.full(len(items), math.inf)
        places = self.shelf.place_of[items]
        known = np.flatnonzero(places != NO_PLACE)
        chords = self.sight.chords(places[known])
        metres[known] = longest_geodesic(chords)
        upper = self._ranks(items[known], metres[known])
        lower = self._ranks(items[known], shortest_geodesic(chords))
        open_ones = known[(upper != lower) | (upper == UNKNOWN)]
        metres[open_ones] = self.sight.geodesics(places[open_ones])
        return metres

    def _ranks(self, items: Rows, metres: Floats) -> Ranks:
        """The answers of items at these distances."""
        classes = self.shelf.class_of[items]
        ranks = self.best[classes]
        if not self.measured.any():
            return ranks
        measured = self.measured[classes]
        low, high = self.sight.span(items, metres)
        by_distance = np.where(
            high <= self.near[classes], YES, np.where(low > self.far[classes], NO, UNKNOWN)
        )
        by_distance[~np.isfinite(metres)] = UNKNOWN
        return np.where(measured, np.minimum(ranks, by_distance), ranks).astype(np.uint8)

    def _living(self, items: Rows) -> Rows:
        return items if self.alive is None else items[self.alive[items]]

    def _apart_hits(self, want: int) -> list[tuple[float, int]]:
        right = self.apart_ranks == want
        return list(zip(self.apart_metres[right].tolist(), self.apart[right].tolist(), strict=True))

    def _rank_of(self, item: int, metres: float) -> int:
        """The answer of one item, its conditions judged one by one."""
        one = int(self.shelf.class_of[item])
        profile = int(self.shelf.class_profile[one])
        rank = self.shelf.profiles.rank_at(profile, self.seeker, self.sight.reach(item, metres))
        return min(rank, int(self.shelf.class_fixed[one]))
