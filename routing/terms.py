"""Clauses bound to what they read of a listing: judged once for everybody who looks the same to them.

A clause with the fields of the offer that it reads is a ``Term``. Its finding depends on nothing but
the values of the facts that it reads, the sender if it asks for one, and the day; so it is remembered
by them. Terms that read a distance are judged per listing (``routing.plan``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.answers import Finding
from routing.conditions import Clause
from routing.facts import Facts
from routing.kinds import Names
from routing.offer import Offer, Reach
from routing.values import Seen

Ranks = NDArray[np.uint8]
"""``Answer.rank`` of many: 0 NO, 1 UNKNOWN, 2 NOT_NOW, 3 YES."""

MEASURED = frozenset({"reach", "travel"})
"""Fields of the offer that differ for every pair of person and site."""
OF_HIDDEN_ONLY: Mapping[str, frozenset[str]] = {"distance": frozenset({"region"})}
"""Fields that a kind reads of a hidden site only: of others they would make terms needlessly different."""
FINDINGS_KEPT = 20_000
KEYS_KEPT = 1_000
CODES_KEPT = 50_000
"""What one table remembers at most; then it starts afresh."""
MEASURED_GROUP = -1
"""Terms that read a distance are judged each time."""


@dataclass(frozen=True, slots=True)
class Term:
    """A clause with what it reads of the offer; equal terms give equal findings to equal people."""

    clause: Clause
    offer: Offer
    """Only the fields that the clause declares to read; all others are at their default."""
    reads: Names
    asks_sender: bool
    is_measured: bool
    """It reads the distance or the travel time."""

    @property
    def is_fixed(self) -> bool:
        """The same for everybody on one day."""
        return not (self.reads or self.asks_sender or self.is_measured)


def fields_read(clause: Clause, offer: Offer) -> frozenset[str]:
    """Fields of this offer that the clause can tell apart; a hidden site is never measured (A.17)."""
    names = frozenset(clause.offer)
    if offer.is_hidden:
        return names - MEASURED
    return names - OF_HIDDEN_ONLY.get(clause.kind.name, frozenset())


def term(clause: Clause, offer: Offer) -> Term:
    """The clause with its part of ``offer``."""
    names = fields_read(clause, offer)
    kept = {name: getattr(offer, name) for name in names - MEASURED - {"sender"}}
    return Term(clause, Offer(**kept), clause.reads, "sender" in names, bool(names & MEASURED))


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who seeks a service: what is known of them today, who would send them, and where they are."""

    facts: Facts
    today: dt.date
    sender: str = ""
    lon: float | None = None
    lat: float | None = None
    """Middle of where the person is; nothing: no position is known."""
    radius: float = 0.0
    """Metres around it within which the person is."""
    keys: dict[int, dict[object, int]] = field(default_factory=dict)
    """What each table has found out of this seeker, so that it looks once."""

    @property
    def is_placed(self) -> bool:
        """Distances can be measured."""
        return self.lon is not None and self.lat is not None


@dataclass(slots=True, eq=False)
class Column:
    """The terms that read the same: their ranks are one array for everybody who looks the same."""

    group: int
    terms: list[int] = field(default_factory=list)
    ranks: dict[int, Ranks] = field(default_factory=dict)


class Terms:
    """All terms of a set of listings, numbered, with the findings they gave.

    Terms that read the same facts are a *group*. What a group sees of somebody is a *key*: a number
    that is the same for people who look the same, and is never given to others.
    """

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.group_of: list[int] = []
        self._numbers: dict[Term, int] = {}
        self.groups: list[tuple[Names, bool]] = []
        self._codes: dict[str, dict[Seen, int]] = {}
        self._keys: dict[tuple[object, ...], int] = {}
        self._next = count()
        self._findings: dict[tuple[int, int], Finding] = {}

    def number(self, made: Term) -> int:
        """Number of the term, a new one if it was never met."""
        found = self._numbers.get(made)
        if found is None:
            found = self._numbers[made] = len(self.terms)
            self.terms.append(made)
            group = self.group(made.reads, made.asks_sender)
            self.group_of.append(MEASURED_GROUP if made.is_measured else group)
        return found

    def group(self, reads: Names, asks_sender: bool = False) -> int:
        """Number of the group of terms that read these facts."""
        found = reads, asks_sender
        if found not in self.groups:
            self.groups.append(found)
        return self.groups.index(found)

    def key(self, group: int, seeker: Seeker) -> int:
        """What the group sees of the seeker today."""
        known = seeker.keys.get(id(self))
        if known is None:
            known = seeker.keys[id(self)] = {}
        key = known.get(group)
        if key is None:
            key = known[group] = self._key(group, seeker, known)
        return key

    def finding(self, number: int, seeker: Seeker, reach: Reach | None = None) -> Finding:
        """What a term says, worked out at most once for people who look the same to it."""
        return self.findings_for(seeker, reach)(number)

    def findings_for(self, seeker: Seeker, reach: Reach | None) -> Callable[[int], Finding]:
        """What terms say to one seeker at one distance."""
        group_of, findings = self.group_of, self._findings
        known = seeker.keys.setdefault(id(self), {})

        def say(number: int) -> Finding:
            group = group_of[number]
            if group == MEASURED_GROUP:
                return _judge(self.terms[number], seeker, reach)
            key = known.get(group)
            if key is None:
                key = known[group] = self._key(group, seeker, known)
            finding = findings.get((number, key))
            if finding is None:
                if len(findings) >= FINDINGS_KEPT:
                    findings.clear()
                finding = findings[number, key] = _judge(self.terms[number], seeker, None)
            return finding

        return say

    def ranks(self, column: Column, key: int, seeker: Seeker) -> Ranks:
        """Ranks of all terms of a column; ``key`` is what its group sees of the seeker."""
        ranks = column.ranks.get(key)
        if ranks is None:
            if len(column.ranks) >= KEYS_KEPT:
                column.ranks.clear()
            judged = (_judge(self.terms[number], seeker, None) for number in column.terms)
            ranks = np.fromiter((one.answer.rank for one in judged), np.uint8, len(column.terms))
            column.ranks[key] = ranks
        return ranks

    def columns(self, numbers: Sequence[int]) -> list[Column]:
        """The terms by group; measured ones are left out."""
        found: dict[int, Column] = {}
        for number in numbers:
            if not self.terms[number].is_measured:
                group = self.group_of[number]
                found.setdefault(group, Column(group)).terms.append(number)
        return list(found.values())

    def _key(self, group: int, seeker: Seeker, known: dict[object, int]) -> int:
        reads, asks_sender = self.groups[group]
        seen: list[object] = [group, seeker.today]
        for name in reads:
            code = known.get(name)
            if code is None:
                code = known[name] = self._code(name, seeker)
            seen.append(code)
        if asks_sender:
            seen.append(seeker.sender)
        return self._number(self._keys, tuple(seen))

    def _code(self, name: str, seeker: Seeker) -> int:
        codes = self._codes.setdefault(name, {})
        return self._number(codes, seeker.facts.known(name, seeker.today))

    def _number(self, numbers: dict[Any, int], value: object) -> int:
        """The number of a value; forgotten ones get a new number, never one that was another's."""
        found = numbers.get(value)
        if found is None:
            if len(numbers) >= CODES_KEPT:
                numbers.clear()
            found = numbers[value] = next(self._next)
        return found


def _judge(found: Term, seeker: Seeker, reach: Reach | None) -> Finding:
    offer = found.offer
    changes: dict[str, Any] = {"sender": seeker.sender} if found.asks_sender else {}
    if found.is_measured:
        changes["reach"] = reach
    if changes:
        offer = replace(offer, **changes)
    return found.clause.judge(seeker.facts, seeker.today, offer)
