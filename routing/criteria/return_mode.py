"""How the person came back."""

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
from routing.vocabulary import RETURN_MODES


@dataclass(frozen=True, slots=True)
class Modes:
    """Ways of coming back that are received."""

    any_of: frozenset[str] = ask(shapes.many(shapes.choice(RETURN_MODES)), N_("One of"))

    def describe(self) -> Text:
        """Such as “Assisted voluntary return”."""
        return N_("{words}", words=labels(self.any_of, RETURN_MODES))


@kind(
    Modes,
    label=N_("Way of return"),
    about=N_("The person came back in one of these ways."),
    reads=("return-mode",),
    example=Example({"any_of": ["avr", "humanitarian"]}, "Joint Initiative: fiche #4, note 21"),
)
def return_mode(facts: Facts, asks: Modes, offer: Offer, today: dt.date) -> Finding:
    """People who came back on their own are left out of most aid, so this must be said openly."""
    seen = facts.known("return-mode", today)
    if seen.unknown:
        return unknown("return-mode", seen)
    answer = Answer.YES if seen.value in asks.any_of else Answer.NO
    reason = N_("{mode}; received: {asked}", mode=RETURN_MODES[seen.value], asked=asks.describe())
    return found(answer, "return-mode", reason)
