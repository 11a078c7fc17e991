"""Income of the household."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import between
from routing.verdicts import found, unknown

MONEY = shapes.number(whole=False)


@dataclass(frozen=True, slots=True)
class Income:
    """Lowest and highest income a month in local currency, both included."""

    min: float | None = ask(MONEY, N_("At least, a month"), default=None)
    max: float | None = ask(MONEY, N_("At most, a month"), default=None)

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise Invalid({"max": N_("Give at least one of the two limits.")})
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Invalid({"max": N_("The upper limit is below the lower one.")})

    def describe(self) -> Text:
        """Such as “Income of at most 50000 a month”."""
        if self.min is None:
            return N_("Income of at most {max} a month", max=self.max)
        if self.max is None:
            return N_("Income of at least {min} a month", min=self.min)
        return N_("Income of {min} to {max} a month", min=self.min, max=self.max)


@kind(
    Income,
    label=N_("Income"),
    about=N_("The household earns between two amounts a month."),
    reads=("income",),
    example=Example({"max": 50_000}, "social protection: protocol A.9.2"),
)
def income(facts: Facts, asks: Income, offer: Offer, today: dt.date) -> Finding:
    """In the currency of the country of the case; the reason does not repeat the income."""
    seen = facts.known("income", today)
    if seen.unknown:
        return unknown("income", seen)
    return found(between(seen.value, asks.min, asks.max), "income", asks.describe())
