"""Schooling, on one scale for several countries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Finding
from routing.criteria import kind
from routing.education import ALIASES, GRADES, position
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import Interval, between, bounds
from routing.verdicts import found, unknown

GRADE = shapes.choice({code: grade.label for code, grade in GRADES.items()}, aliases=ALIASES)


@dataclass(frozen=True, slots=True)
class Schooling:
    """Lowest and highest completed year of school, both included."""

    min: str | None = ask(GRADE, N_("At least completed"), default=None)
    max: str | None = ask(GRADE, N_("At most completed"), default=None)

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise Invalid({"min": N_("Give at least one of the two limits.")})
        if (
            self.min is not None
            and self.max is not None
            and position(self.min) > position(self.max)
        ):
            raise Invalid({"max": N_("The upper limit is below the lower one.")})

    def describe(self) -> Text:
        """Such as “At most Year 10 (Guinea)”."""
        if self.min is None:
            return N_("At most {max}", max=_label(self.max))
        if self.max is None:
            return N_("At least {min}", min=_label(self.min))
        return N_("From {min} to {max}", min=_label(self.min), max=_label(self.max))


def _label(code: str | None) -> Text:
    return GRADES[code or "none"].label


@kind(
    Schooling,
    label=N_("Schooling"),
    about=N_(
        "The last completed year of school lies between two, on a scale common to the countries."
    ),
    reads=("education",),
    example=Example({"max": "gn:10"}, "Enabel, Guinea, at most 10ᵉ année: fiche #4, §4.1.1"),
)
def education(facts: Facts, asks: Schooling, offer: Offer, today: dt.date) -> Finding:
    """Grades of another country are compared by the share of the ISCED level that is completed."""
    seen = facts.known("education", today)
    if seen.unknown:
        return unknown("education", seen)
    lo, hi = bounds(seen.value)
    answer = between(
        Interval(position(lo), position(hi)),
        None if asks.min is None else position(asks.min),
        None if asks.max is None else position(asks.max),
    )
    level = GRADES[lo].label
    if lo != hi:
        level = N_("between {low} and {high}", low=level, high=GRADES[hi].label)
    reason = N_("{level} completed; asked: {asked}", level=level, asked=asks.describe())
    return found(answer, "education", reason)
