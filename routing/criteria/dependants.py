"""People who depend on the person, and ages of the children among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Finding, all_of
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import between
from routing.verdicts import found, unknown

COUNT = shapes.number(high=60)
YEARS = shapes.number(high=120)


@dataclass(frozen=True, slots=True)
class Household:
    """How many dependants, and how many children of some ages; all limits included."""

    min: int | None = ask(COUNT, N_("Dependants, at least"), default=None)
    max: int | None = ask(COUNT, N_("Dependants, at most"), default=None)
    min_children: int | None = ask(COUNT, N_("Children, at least"), default=None)
    child_from: int = ask(YEARS, N_("Children from this age"), default=0)
    child_to: int = ask(YEARS, N_("Children up to this age"), default=17)

    def __post_init__(self) -> None:
        if self.min is None and self.max is None and self.min_children is None:
            raise Invalid({"min": N_("Give a number of dependants or of children.")})
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Invalid({"max": N_("The upper limit is below the lower one.")})
        if self.child_from > self.child_to:
            raise Invalid({"child_to": N_("The upper limit is below the lower one.")})

    def describe(self) -> Text:
        """Such as “at least 1 children of 0 to 13 years”."""
        parts: list[object] = []
        if self.min is not None:
            parts.append(N_("at least {number} dependants", number=self.min))
        if self.max is not None:
            parts.append(N_("at most {number} dependants", number=self.max))
        if self.min_children is not None:
            parts.append(
                N_(
                    "children of {low} to {high} years: at least {number}",
                    number=self.min_children,
                    low=self.child_from,
                    high=self.child_to,
                )
            )
        return N_("{words}", words=Words(parts))


def _reads(asks: Household) -> tuple[str, ...]:
    return (
        *(("dependants",) if asks.min is not None or asks.max is not None else ()),
        *(("child-ages",) if asks.min_children is not None else ()),
    )


@kind(
    Household,
    label=N_("Dependants"),
    about=N_("So many people, or children of some ages, depend on the person."),
    reads=_reads,
    example=Example(
        {"min_children": 1, "child_from": 14, "child_to": 18},
        "amounts per child of 14 to 18 years, Mali: TPML report, box 1",
    ),
)
def dependants(facts: Facts, asks: Household, offer: Offer, today: dt.date) -> Finding:
    """Only what is asked is read; an empty list of ages means that there are no children."""
    findings = []
    if asks.min is not None or asks.max is not None:
        findings.append(_count(asks, facts, today))
    if asks.min_children is not None:
        findings.append(_children(asks, asks.min_children, facts, today))
    return all_of(findings)


def _count(asks: Household, facts: Facts, today: dt.date) -> Finding:
    seen = facts.known("dependants", today)
    if seen.unknown:
        return unknown("dependants", seen)
    reason = N_("Asked: {asked}", asked=asks.describe())
    return found(between(seen.value, asks.min, asks.max), "dependants", reason)


def _children(asks: Household, least: int, facts: Facts, today: dt.date) -> Finding:
    seen = facts.known("child-ages", today)
    if seen.unknown:
        return unknown("child-ages", seen)
    number = sum(asks.child_from <= age <= asks.child_to for age in seen.value)
    reason = N_("Asked: {asked}", asked=asks.describe())
    return found(between(number, least, None), "child-ages", reason)
