"""Verdicts of all profiles at once: the worst of their lines, over arrays.

A profile is what some listings ask of a person (``routing.recipes``). Listings that ask the same share
one, so a directory of 100,000 services has some hundreds of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from directory.core.text import N_
from routing.answers import OPPOSITE_RANK, Answer, Finding, all_of, any_of, opposite
from routing.limits import ANYWHERE, Limits, limits, narrowest
from routing.offer import Reach
from routing.recipes import Group, Part, Recipes
from routing.terms import Ranks, Seeker

Ints = NDArray[np.int32]
NO, UNKNOWN, NOT_NOW, YES = (answer.rank for answer in Answer)
_OPPOSITE = np.array(OPPOSITE_RANK, dtype=np.uint8)
VERDICTS_KEPT = 512


class Profiles:
    """Some profiles of a table, as arrays; index ``i`` is the profile ``numbers[i]`` of the table."""

    def __init__(self, recipes: Recipes, numbers: Sequence[int]) -> None:
        self.terms = recipes.terms
        self.parts = [recipes.profiles.values[number] for number in numbers]
        used = sorted({one for parts in self.parts for part in parts for one in terms_of(part)})
        self.columns = self.terms.columns(used)
        self.measured = [one for one in used if self.terms.terms[one].is_measured]
        self._lay_out()
        self._measure()
        self._kept: dict[object, Ranks] = {}

    def __len__(self) -> int:
        return len(self.parts)

    def verdicts(self, seeker: Seeker) -> Ranks:
        """The rank of each profile; where it depends on the distance, the best that it can be."""
        keys = [self.terms.key(one.group, seeker) for one in self.columns]
        whole = (seeker.is_placed, *keys)
        found = self._kept.get(whole)
        if found is None or (self.measured and not seeker.is_placed):
            if len(self._kept) >= VERDICTS_KEPT:
                self._kept.clear()
            ranks = [
                self.terms.ranks(column, key, seeker)
                for column, key in zip(self.columns, keys, strict=True)
            ]
            found = self._kept[whole] = self._combined(ranks, seeker)
        return found

    def rank_at(self, index: int, seeker: Seeker, reach: Reach | None) -> int:
        """The rank of one profile at one distance, worked out line by line."""
        return min(
            (self._finding(part, seeker, reach).answer.rank for part in self.parts[index]),
            default=YES,
        )

    def questions(
        self, index: int, seeker: Seeker, reach: Reach | None, *, measured: bool = True
    ) -> frozenset[str]:
        """Facts that a profile asks for; without ``measured``, its conditions on distance left out."""
        terms = self.terms.terms
        return frozenset(
            name
            for part in self.parts[index]
            if measured or not isinstance(part, int) or not terms[part].is_measured
            for name in self._finding(part, seeker, reach).asks
        )

    def _lay_out(self) -> None:
        """Slots of one vector: a constant YES, the columns' terms, the measured terms, the groups."""
        order = [one for column in self.columns for one in column.terms] + self.measured
        slots: dict[Part, int] = {one: place for place, one in enumerate(order, start=1)}
        self._measured_from, self.groups_from = len(order) - len(self.measured) + 1, len(order) + 1
        self.steps: list[tuple[str, int, NDArray[np.intp]]] = []
        """Groups, inner ones first: kind, slot, slots of the parts."""
        for group in dict.fromkeys(
            inner for parts in self.parts for part in parts for inner in _groups(part)
        ):
            slots[group] = len(slots) + 1
            parts = np.array([slots[part] for part in group.parts] or [0], dtype=np.intp)
            self.steps.append((group.kind, slots[group], parts))
        self._slots = len(slots) + 1
        rows = [[slots[part] for part in parts] for parts in self.parts]
        self._flat, self._offsets = ragged([[0, *row] for row in rows])
        mixed = {part for parts in self.parts for part in parts if self._is_mixed(part)}
        self._mixed = np.array([slots[part] for part in mixed], dtype=np.intp)
        self._lay_out_pairs(rows)

    def _lay_out_pairs(self, rows: list[list[int]]) -> None:
        """For judging pairs of people and profiles: column and place in it of each slot and part.

        Column 0 is the constant YES, also for what is measured; the last column holds the groups.
        """
        self.slot_column = np.zeros(self._slots, dtype=np.int64)
        self.slot_index = np.zeros(self._slots, dtype=np.int64)
        slot = 1
        for place, column in enumerate(self.columns, start=1):
            end = slot + len(column.terms)
            self.slot_column[slot:end], self.slot_index[slot:end] = place, np.arange(end - slot)
            slot = end
        self.slot_column[self.groups_from :] = len(self.columns) + 1
        self.slot_index[self.groups_from :] = np.arange(self._slots - self.groups_from)
        width = max((len(row) for row in rows), default=0)
        padded = np.zeros((len(rows), width), dtype=np.intp)
        for number, row in enumerate(rows):
            padded[number, : len(row)] = row
        self.part_column, self.part_index = self.slot_column[padded], self.slot_index[padded]

    def _measure(self) -> None:
        """What the distance decides: for each profile, whether, and between which limits."""
        self.is_measured = np.zeros(len(self), dtype=bool)
        self.is_tangled = np.zeros(len(self), dtype=bool)
        """The distance stands inside a group, or is judged pair by pair: no limits hold."""
        found: list[Limits] = []
        known = {one: limits(self.terms.terms[one]) for one in self.measured}
        for index, parts in enumerate(self.parts):
            alone = [part for part in parts if isinstance(part, int) and part in known]
            several = [known[part] for part in alone]
            self.is_tangled[index] = None in several or any(self._is_mixed(part) for part in parts)
            self.is_measured[index] = bool(alone) or self.is_tangled[index]
            plain = [one for one in several if one is not None]
            found.append(ANYWHERE if self.is_tangled[index] else narrowest(plain))
        table = np.array(found, dtype=np.float64).reshape(-1, 2)
        self.near, self.far = table[:, 0], table[:, 1]

    def _combined(self, columns: Sequence[Ranks], seeker: Seeker) -> Ranks:
        vector = np.empty(self._slots, dtype=np.uint8)
        vector[0] = YES
        if columns:
            vector[1 : self._measured_from] = np.concatenate(columns)
        vector[self._measured_from : self.groups_from] = (
            YES
            if seeker.is_placed
            else [self._finding(one, seeker, None).answer.rank for one in self.measured]
        )
        for kind, slot, parts in self.steps:
            if kind == "not":
                vector[slot] = _OPPOSITE[vector[parts[0]]]
            else:
                vector[slot] = vector[parts].min() if kind == "every" else vector[parts].max()
        if seeker.is_placed and len(self._mixed):
            vector[self._mixed] = YES
        if not len(self):
            return np.empty(0, dtype=np.uint8)
        found: Ranks = np.minimum.reduceat(vector[self._flat], self._offsets)
        return found

    def _finding(self, part: Part, seeker: Seeker, reach: Reach | None) -> Finding:
        if isinstance(part, int):
            return self.terms.finding(part, seeker, reach)
        findings = [self._finding(inner, seeker, reach) for inner in part.parts]
        if part.kind == "not":
            return opposite(findings[0])
        if not findings:
            return Finding(Answer.YES, N_("Nothing is asked."))
        return all_of(findings) if part.kind == "every" else any_of(findings)

    def _is_mixed(self, part: Part) -> bool:
        return isinstance(part, Group) and any(
            self.terms.terms[one].is_measured for one in terms_of(part)
        )


def terms_of(part: Part) -> Iterator[int]:
    """Every term of a part, in order."""
    if isinstance(part, int):
        yield part
    else:
        for inner in part.parts:
            yield from terms_of(inner)


def ragged(rows: Iterable[Sequence[int]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of different length as one array, with where each begins."""
    several = list(rows)
    lengths = np.fromiter((len(row) for row in several), dtype=np.intp, count=len(several))
    flat = np.fromiter((one for row in several for one in row), dtype=np.intp)
    return flat, np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.intp)


def _groups(part: Part) -> Iterator[Group]:
    """The groups of a part, inner ones first."""
    if isinstance(part, Group):
        for inner in part.parts:
            yield from _groups(inner)
        yield part
