"""Sex: services for women, for men."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import found, labels, unknown
from routing.vocabulary import SEXES


@dataclass(frozen=True, slots=True)
class Sexes:
    """Who is received."""

    any_of: frozenset[str] = ask(shapes.many(shapes.choice(SEXES)), N_("One of"))

    def describe(self) -> Text:
        """Such as “Female”."""
        return N_("{words}", words=labels(self.any_of, SEXES))


@kind(
    Sexes,
    label=N_("Sex"),
    about=N_("The person is of one of these sexes."),
    reads=("sex",),
    example=Example({"any_of": ["female"]}, "women's centres: protocol A.9.2"),
)
def sex(facts: Facts, asks: Sexes, offer: Offer, today: dt.date) -> Finding:
    """Nothing is concluded from the first name."""
    seen = facts.known("sex", today)
    if seen.unknown:
        return unknown("sex", seen)
    answer = Answer.YES if seen.value in asks.any_of else Answer.NO
    reason = N_("{sex}; received: {asked}", sex=SEXES[seen.value], asked=asks.describe())
    return found(answer, "sex", reason)
