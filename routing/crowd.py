"""Many people before one shelf at once: the nearest eligible listings of each, as one would find them alone.

People who look the same to a condition are judged together; the tree is asked for everybody at once,
then again, wider, for those who have not found enough; the last few look alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from directory.geodesy import ELLIPSOID, Floats, ecef, shortest_geodesic
from routing.answers import OPPOSITE_RANK
from routing.plan import NO_EXCEPTIONS, Hit, Look, Scope
from routing.profiles import YES
from routing.shelf import Left, Mask, Rows, Shelf
from routing.terms import Column, Ranks, Seeker, Terms
from routing.values import Seen

FIRST_LOOK = 16
SAMPLE = 500
ENOUGH = 2
"""A little more than the average person needs."""
WIDER = 3
WIDEST = 512
"""Who has found too little among so many places looks alone."""
_OPPOSITE = np.array(OPPOSITE_RANK, dtype=np.uint8)


class Crowd:
    """Several seekers, with what the shelf's profiles can tell apart of them."""

    def __init__(
        self,
        shelf: Shelf,
        seekers: Sequence[Seeker],
        scope: Scope,
        left: Left,
        worst: Sequence[Mapping[int, int]] = (),
    ) -> None:
        """``worst``: for each seeker the items with a reason of their own to refuse."""
        self.shelf, self.seekers, self.scope, self.left = shelf, seekers, scope, left
        self.worst = worst or [NO_EXCEPTIONS] * len(seekers)
        self.allowed = (shelf.class_audience <= scope.audience) & (shelf.class_fixed == YES)
        if scope.country is not None:
            self.allowed &= shelf.class_country == scope.country
        self.lon = _numbers(seeker.lon for seeker in seekers)
        self.lat = _numbers(seeker.lat for seeker in seekers)
        self.radius = _numbers(seeker.radius for seeker in seekers)
        self._judge()

    def nearest(self, number: int) -> list[list[Hit]]:
        """The ``number`` nearest eligible listings of each seeker."""
        found: list[list[Hit]] = [[] for _ in self.seekers]
        alone = np.flatnonzero(~self._looks_with_others())
        waiting = np.flatnonzero(self._looks_with_others())
        points, places = ecef(self.lon, self.lat), len(self.shelf.lon)
        looked = self._first_look(number)
        while len(waiting) and looked <= WIDEST and looked * 2 < places:
            chords, near = self.shelf.tree_of_places.query(points[waiting], k=looked)
            sure = self._take(waiting, chords, near, number, found)
            waiting = waiting[~sure]
            looked *= WIDER
        for one in np.concatenate((alone, waiting)).tolist():
            look = Look(self.shelf, self.seekers[one], self.scope, self.left, self.worst[one])
            found[one] = look.nearest(YES, number)
        return found

    def _first_look(self, number: int) -> int:
        """So many places that most people find enough, judged by a sample of pairs."""
        count, people = len(self.shelf), len(self.seekers)
        items = np.arange(SAMPLE) * 7919 % count
        who = np.arange(SAMPLE) * 104_729 % people
        classes = self.shelf.class_of[items]
        right = self._ranks(who, self.shelf.class_profile[classes]) == YES
        share = max(float((right & self.allowed[classes]).mean()), 1 / SAMPLE)
        places = ENOUGH * number / share * len(self.shelf.lon) / count
        return int(min(max(places, FIRST_LOOK), WIDEST))

    def _looks_with_others(self) -> Mask:
        """Placed people who avoid nobody, unless distances are tangled with other conditions."""
        placed = np.isfinite(self.lon) & np.isfinite(self.lat)
        avoids_nobody = np.fromiter((not worst for worst in self.worst), bool, len(self.worst))
        found: Mask = placed & avoids_nobody & ~self.shelf.profiles.is_tangled.any()
        return found

    def _take(
        self, waiting: Rows, chords: Floats, near: Rows, number: int, found: list[list[Hit]]
    ) -> Mask:
        """Keep what those found who can be sure that nothing nearer was left out; who they are."""
        shelf = self.shelf
        items, at = shelf.at_places(near.ravel())
        who = at // near.shape[1]
        classes = shelf.class_of[items]
        kept = self.allowed[classes]
        if self.left.alive is not None:
            kept &= self.left.alive[items]
        items, who, classes = items[kept], who[kept], classes[kept]
        right = self._ranks(waiting[who], shelf.class_profile[classes]) == YES
        items, who = items[right], who[right]
        metres = self._metres(waiting[who], items)
        inside = self._inside(waiting[who], items, metres)
        items, who, metres = items[inside], who[inside], metres[inside]
        order = np.lexsort((items, metres, who))
        items, who, metres = items[order], who[order], metres[order]
        starts = np.searchsorted(who, np.arange(len(waiting) + 1))
        enough = np.diff(starts) >= number
        last = np.minimum(starts[:-1] + number - 1, max(len(metres) - 1, 0))
        edge = shortest_geodesic(chords[:, -1])
        sure: Mask = enough & (metres[last] < edge) if len(metres) else enough
        rows = shelf.rows[items].tolist()
        told = metres.tolist()
        for place in np.flatnonzero(sure).tolist():
            start = int(starts[place])
            found[waiting[place]] = [
                Hit(told[hit], rows[hit]) for hit in range(start, start + number)
            ]
        return sure

    def _metres(self, who: Rows, items: Rows) -> Floats:
        places = self.shelf.place_of[items]
        _, _, metres = ELLIPSOID.inv(
            self.lon[who], self.lat[who], self.shelf.lon[places], self.shelf.lat[places]
        )
        return np.asarray(metres, dtype=np.float64)

    def _inside(self, who: Rows, items: Rows, metres: Floats) -> Mask:
        """Where a distance limit leaves no doubt."""
        near = self.shelf.profiles.near[self.shelf.class_profile[self.shelf.class_of[items]]]
        inside: Mask = metres + self.shelf.radius[items] + self.radius[who] <= near
        return inside

    def _judge(self) -> None:
        """Ranks of every term for every kind of people, and where each person's stand in them."""
        profiles, terms = self.shelf.profiles, self.shelf.profiles.terms
        tables: list[Ranks] = [np.array([YES], dtype=np.uint8)]
        base = np.zeros((len(self.seekers), len(profiles.columns) + 2), dtype=np.int64)
        size, codes = 1, _Codes(self.seekers)
        for place, column in enumerate(profiles.columns, start=1):
            kinds, one_of = codes.kinds(terms, column)
            tables += [
                terms.ranks(column, terms.key(column.group, self.seekers[one]), self.seekers[one])
                for one in one_of
            ]
            base[:, place] = size + kinds * len(column.terms)
            size += len(one_of) * len(column.terms)
        self.base, self.table = base, np.concatenate(tables)
        groups = self._groups()
        base[:, -1] = size + np.arange(len(self.seekers)) * groups.shape[1]
        self.table = np.concatenate((self.table, groups.ravel()))

    def _groups(self) -> Ranks:
        """Ranks of the groups of conditions, for each person."""
        profiles, columns = self.shelf.profiles, self.shelf.profiles.slot_column
        found = np.empty((len(self.seekers), len(profiles.steps)), dtype=np.uint8)
        first = profiles.groups_from
        for kind, slot, parts in profiles.steps:
            ranks = [
                found[:, part - first]
                if part >= first
                else self.table[self.base[:, columns[part]] + profiles.slot_index[part]]
                for part in parts.tolist()
            ]
            if kind == "not":
                found[:, slot - first] = _OPPOSITE[ranks[0]]
            else:
                worst = np.minimum.reduce if kind == "every" else np.maximum.reduce
                found[:, slot - first] = worst(ranks)
        return found

    def _ranks(self, who: Rows, profile: NDArray[np.int32]) -> Ranks:
        """What profiles answer to people, pair by pair, the distance aside."""
        profiles = self.shelf.profiles
        at = self.base[who[:, None], profiles.part_column[profile]] + profiles.part_index[profile]
        ranks: Ranks = self.table[at].min(axis=1, initial=YES)
        return ranks


class _Codes:
    """Numbers for what each fact says of each seeker; equal objects are looked at once."""

    def __init__(self, seekers: Sequence[Seeker]) -> None:
        self.seekers = seekers
        self._of_fact: dict[str, NDArray[np.int64]] = {}

    def kinds(self, terms: Terms, column: Column) -> tuple[NDArray[np.int64], list[int]]:
        """The kind of each seeker as far as the column sees, and somebody of each kind."""
        reads, asks_sender = terms.groups[column.group]
        mixed = np.zeros(len(self.seekers), dtype=np.int64)
        several = [self._fact(name) for name in reads]
        if asks_sender:
            several.append(_numbered(seeker.sender for seeker in self.seekers))
        for codes in several:
            mixed = mixed * (int(codes.max(initial=0)) + 1) + codes
            mixed = np.unique(mixed, return_inverse=True)[1].astype(np.int64)
        _, one_of, kinds = np.unique(mixed, return_index=True, return_inverse=True)
        return kinds.astype(np.int64), one_of.tolist()

    def _fact(self, name: str) -> NDArray[np.int64]:
        if name not in self._of_fact:
            numbers: dict[Seen, int] = {}
            known: dict[int, int] = {}
            codes = []
            for seeker in self.seekers:
                value = seeker.facts.get(name)
                code = known.get(id(value))
                if code is None:
                    seen = seeker.facts.known(name, seeker.today)
                    code = known[id(value)] = numbers.setdefault(seen, len(numbers))
                codes.append(code)
            self._of_fact[name] = np.array(codes, dtype=np.int64)
        return self._of_fact[name]


def _numbered(values: Iterable[object]) -> NDArray[np.int64]:
    numbers: dict[object, int] = {}
    return np.fromiter((numbers.setdefault(one, len(numbers)) for one in values), dtype=np.int64)


def _numbers(values: Iterable[float | None]) -> Floats:
    return np.array([math.nan if one is None else one for one in values], dtype=np.float64)
