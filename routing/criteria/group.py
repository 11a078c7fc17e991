"""A group of people who take part together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import between
from routing.verdicts import found, unknown


@dataclass(frozen=True, slots=True)
class Together:
    """The smallest group."""

    min: int = ask(shapes.number(low=2, high=10_000), N_("People, at least"))

    def describe(self) -> Text:
        """Such as “A group of at least 5 people”."""
        return N_("A group of at least {number} people", number=self.min)


@kind(
    Together,
    label=N_("Group"),
    about=N_("The person comes with a group that is large enough."),
    reads=("group-size",),
    example=Example({"min": 5}, "collective projects: TPML report, Mali, §3.2.6"),
)
def group(facts: Facts, asks: Together, offer: Offer, today: dt.date) -> Finding:
    """The person counts as one of the group."""
    seen = facts.known("group-size", today)
    if seen.unknown:
        return unknown("group-size", seen)
    change = N_("Find others for a joint project.")
    return found(between(seen.value, asks.min, None), "group-size", asks.describe(), change)
