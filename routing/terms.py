"""Clauses bound to what they read of a listing: judged once for everybody who looks the same to them.

A clause with the fields of the offer that it reads is a ``Term``. Its finding depends on nothing but
the values of the facts that it reads, the sender if it asks for one, and the day; so it is remembered
by them. Terms that read a distance are judged per listing (``routing.plan``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
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
    codes: dict[tuple[int, str], int] = field(default_factory=dict)
    """Numbers of the facts' values, by table and name: worked out once for a seeker."""

    @property
    def is_placed(self) -> bool:
        """Distances can be measured."""
        return self.lon is not None and self.lat is not None


@dataclass(slots=True, eq=False)
class Column:
    """The terms that read the same facts: their ranks are one array per combination of values."""

    reads: Names
    asks_sender: bool
    terms: list[int] = field(default_factory=list)
    ranks: dict[tuple[object, ...], Ranks] = field(default_factory=dict)


class Terms:
    """All terms of a set of listings, numbered, with the findings they gave."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self._numbers: dict[Term, int] = {}
        self._codes: dict[str, dict[Seen, int]] = {}
        self._next_code = count()
        self._findings: dict[tuple[object, ...], Finding] = {}

    def number(self, made: Term) -> int:
        """Number of the term, a new one if it was never met."""
        found = self._numbers.get(made)
        if found is None:
            found = self._numbers[made] = len(self.terms)
            self.terms.append(made)
        return found

    def code(self, name: str, seeker: Seeker) -> int:
        """A number for the value of a fact: equal for equal values, and never given twice."""
        codes = self._codes.setdefault(name, {})
        seen = seeker.facts.known(name, seeker.today)
        found = codes.get(seen)
        if found is None:
            if len(codes) >= CODES_KEPT:
                codes.clear()
            found = codes[seen] = next(self._next_code)
        return found

    def key(self, reads: Names, asks_sender: bool, seeker: Seeker) -> tuple[object, ...]:
        """What a term that reads these facts can tell apart."""
        table, known = id(self), seeker.codes
        codes: list[object] = [seeker.today]
        for name in reads:
            code = known.get((table, name))
            if code is None:
                code = known[table, name] = self.code(name, seeker)
            codes.append(code)
        if asks_sender:
            codes.append(seeker.sender)
        return tuple(codes)

    def finding(self, number: int, seeker: Seeker, reach: Reach | None = None) -> Finding:
        """What a term says, worked out at most once for people who look the same to it."""
        found = self.terms[number]
        if found.is_measured:
            return self._judge(found, seeker, reach)
        key = (number, *self.key(found.reads, found.asks_sender, seeker))
        finding = self._findings.get(key)
        if finding is None:
            if len(self._findings) >= FINDINGS_KEPT:
                self._findings.clear()
            finding = self._findings[key] = self._judge(found, seeker, None)
        return finding

    def ranks(self, column: Column, key: tuple[object, ...], seeker: Seeker) -> Ranks:
        """Ranks of all terms of a column; ``key`` is ``self.key`` for it."""
        ranks = column.ranks.get(key)
        if ranks is None:
            if len(column.ranks) >= KEYS_KEPT:
                column.ranks.clear()
            ranks = np.fromiter(
                (
                    self._judge(self.terms[number], seeker, None).answer.rank
                    for number in column.terms
                ),
                dtype=np.uint8,
                count=len(column.terms),
            )
            column.ranks[key] = ranks
        return ranks

    def columns(self, numbers: Sequence[int]) -> list[Column]:
        """The terms grouped by what they read; measured ones are left out."""
        found: dict[tuple[Names, bool], Column] = {}
        for number in numbers:
            one = self.terms[number]
            if not one.is_measured:
                column = found.setdefault(
                    (one.reads, one.asks_sender), Column(one.reads, one.asks_sender)
                )
                column.terms.append(number)
        return list(found.values())

    @staticmethod
    def _judge(found: Term, seeker: Seeker, reach: Reach | None) -> Finding:
        offer = found.offer
        changes: Mapping[str, Any] = {"sender": seeker.sender} if found.asks_sender else {}
        if found.is_measured:
            changes = {**changes, "reach": reach}
        if changes:
            offer = replace(offer, **changes)
        return found.clause.judge(seeker.facts, seeker.today, offer)
