"""Which question to ask next: the one that settles most services (protocol A.9.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing.facts import FACTS

REFUSES = 0.5
"""Chance that the answer to one of several open questions already refuses the service [P]."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Services that wait for the same facts."""

    asks: frozenset[str]
    """Names of the facts, one or more."""
    weight: float = 1.0
    """Sum of the rank weights of the services."""
    count: int = 1
    """How many services."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what asking it brings."""

    fact: str
    text: Text
    """The question in words."""
    ask_by: str
    """Who may ask it; see ``routing.fact_table.Fact``."""
    worth: float
    """Sum over services of rank weight × chance that this question settles them."""
    services: int
    """How many services wait for it."""
    decided: int
    """How many services are decided for certain once this and the questions before are answered."""


def rank_weight(place: int) -> float:
    """What settling the candidate at ``place`` (0 first) is worth: the best ones matter most."""
    return 1 / (1 + place)


def pending(asks_in_order: Iterable[tuple[str, ...]]) -> list[Pending]:
    """The open facts of the candidates, best candidate first, grouped."""
    weights: defaultdict[frozenset[str], float] = defaultdict(float)
    counts: defaultdict[frozenset[str], int] = defaultdict(int)
    for place, asks in enumerate(asks_in_order):
        if asks:
            weights[frozenset(asks)] += rank_weight(place)
            counts[frozenset(asks)] += 1
    return [Pending(asks, weights[asks], counts[asks]) for asks in weights]


def next_questions(waiting: Iterable[Pending], limit: int | None = None) -> tuple[Question, ...]:
    """The questions in the order to ask them, each as if those before were answered."""
    groups = [group for group in waiting if group.asks]
    found: list[Question] = []
    asked: set[str] = set()
    while limit is None or len(found) < limit:
        worth = _worth(groups, asked)
        if not worth:
            break
        fact = min(worth, key=lambda name: (-worth[name], name))
        asked.add(fact)
        found.append(
            Question(
                fact,
                FACTS[fact].question,
                FACTS[fact].ask_by,
                worth[fact],
                sum(group.count for group in groups if fact in group.asks),
                sum(group.count for group in groups if group.asks <= asked),
            )
        )
    return tuple(found)


def summary(questions: tuple[Question, ...], number: int = 3) -> Text | None:
    """Such as “3 questions decide 11 services”, for the first ``number`` questions."""
    first = questions[:number]
    if not first or not first[-1].decided:
        return None
    decided = first[-1].decided
    if len(first) == 1 and decided == 1:
        return N_("One question decides one service")
    if len(first) == 1:
        return N_("One question decides {services} services", services=decided)
    if decided == 1:
        return N_("{questions} questions decide one service", questions=len(first))
    return N_("{questions} questions decide {services} services",
              questions=len(first), services=decided)  # fmt: skip


def _worth(groups: Iterable[Pending], asked: set[str]) -> Mapping[str, float]:
    """Worth by fact: the last open question settles for certain, others only by refusing."""
    worth: defaultdict[str, float] = defaultdict(float)
    for group in groups:
        left = group.asks - asked
        chance = 1.0 if len(left) == 1 else REFUSES
        for name in left:
            worth[name] += group.weight * chance
    return worth
