"""Many people before one shelf at once: the nearest eligible listings of each, as one would find them alone.

People who look the same to a condition are judged together; the tree is asked for everybody at once,
then again, wider, for those who have not found enough; the last few look alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory.geodesy import ELLIPSOID, Floats, ecef, longest_geodesic, shortest_geodesic
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


class Caught(NamedTuple):
    """Listings found, as arrays: for whom, how far, which row; each person's nearest first."""

    who: Rows
    metres: Floats
    rows: NDArray[np.int32]


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

    def nearest(self, number: int) -> Caught:
        """The ``number`` nearest eligible listings of each seeker."""
        together = self._looks_with_others()
        waiting, alone = np.flatnonzero(together), np.flatnonzero(~together)
        points, places = ecef(self.lon, self.lat), len(self.shelf.lon)
        looked, caught = self._first_look(number), []
        while len(waiting) and looked <= WIDEST and looked * 2 < places:
            chords, near = self.shelf.tree_of_places.query(points[waiting], k=looked)
            sure, found = self._take(waiting, chords, near, number)
            caught.append(found)
            waiting = waiting[~sure]
            looked *= WIDER
        for one in np.concatenate((alone, waiting)).tolist():
            look = Look(self.shelf, self.seekers[one], self.scope, self.left, self.worst[one])
            caught.append(_caught_by(one, look.nearest(YES, number)))
        return joined(caught)

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

    def _take(self, waiting: Rows, chords: Floats, near: Rows, number: int) -> tuple[Mask, Caught]:
        """Who can be sure that nothing nearer was left out, and what they found."""
        shelf = self.shelf
        items, at = shelf.at_places(near.ravel())
        classes = shelf.class_of[items]
        kept = self.allowed[classes]
        if self.left.alive is not None:
            kept &= self.left.alive[items]
        items, at, classes = items[kept], at[kept], classes[kept]
        who = at // near.shape[1]
        right = self._ranks(waiting[who], shelf.class_profile[classes]) == YES
        items, who, chord = items[right], who[right], chords.ravel()[at[right]]
        items, who = self._nearest_by_chord(items, who, chord, number, len(waiting))
        metres = self._metres(waiting[who], items)
        inside = self._inside(waiting[who], items, metres)
        items, who, metres = items[inside], who[inside], metres[inside]
        order = np.lexsort((items, metres, who))
        items, who, metres = items[order], who[order], metres[order]
        place = _place_in_group(who, len(waiting))
        taken = place < number
        items, who, metres, place = items[taken], who[taken], metres[taken], place[taken]
        last = place == number - 1
        sure = np.zeros(len(waiting), dtype=bool)
        sure[who[last]] = metres[last] < shortest_geodesic(chords[who[last], -1])
        told = sure[who]
        return sure, Caught(waiting[who[told]], metres[told], shelf.rows[items[told]])

    def _nearest_by_chord(
        self, items: Rows, who: Rows, chords: Floats, number: int, people: int
    ) -> tuple[Rows, Rows]:
        """Without distance limits, only those that can be among the nearest need a geodesic."""
        if self.shelf.profiles.is_measured.any():
            return items, who
        order = np.lexsort((chords, who))
        items, who, chords = items[order], who[order], chords[order]
        place = _place_in_group(who, people)
        edge = np.full(people, math.inf)
        last = place == number - 1
        edge[who[last]] = longest_geodesic(chords[last])
        near = shortest_geodesic(chords) <= edge[who]
        return items[near], who[near]

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
                value = seeker.facts.said(name)
                code = known.get(id(value))
                if code is None:
                    seen = seeker.facts.known(name, seeker.today)
                    code = known[id(value)] = numbers.setdefault(seen, len(numbers))
                codes.append(code)
            self._of_fact[name] = np.array(codes, dtype=np.int64)
        return self._of_fact[name]


def joined(several: Sequence[Caught]) -> Caught:
    """All that was caught, by person; what one person found stays in its order."""
    if not several:
        nothing = np.zeros(0)
        return Caught(nothing.astype(np.intp), nothing, nothing.astype(np.int32))
    who, metres, rows = (np.concatenate(column) for column in zip(*several, strict=True))
    order = np.argsort(who, kind="stable")
    return Caught(who[order], metres[order], rows[order])


def _caught_by(one: int, hits: Sequence[Hit]) -> Caught:
    return Caught(
        np.full(len(hits), one, dtype=np.intp),
        np.array([hit.metres for hit in hits], dtype=np.float64),
        np.array([hit.row for hit in hits], dtype=np.int32),
    )


def _place_in_group(groups: Rows, number: int) -> NDArray[np.intp]:
    """The place of each in its group, 0 first; groups stand together, smallest first."""
    starts = np.searchsorted(groups, np.arange(number))
    return np.arange(len(groups)) - starts[groups]


def _numbered(values: Iterable[object]) -> NDArray[np.int64]:
    numbers: dict[object, int] = {}
    return np.fromiter((numbers.setdefault(one, len(numbers)) for one in values), dtype=np.int64)


def _numbers(values: Iterable[float | None]) -> Floats:
    return np.array([math.nan if one is None else one for one in values], dtype=np.float64)
