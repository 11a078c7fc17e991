"""Age, counted on the day of the request or of the start."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import Interval, between, bounds
from routing.verdicts import found, unknown

WHEN = {"apply": N_("on the day of the request"), "start": N_("on the day of the start")}


@dataclass(frozen=True, slots=True)
class Ages:
    """Two ages in completed years, both included."""

    min: int | None = ask(shapes.number(high=120), N_("Youngest age"), default=None)
    max: int | None = ask(shapes.number(high=120), N_("Oldest age"), default=None)
    at: str = ask(shapes.choice(WHEN), N_("Age counted"), default="apply")

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise Invalid({"min": N_("Give at least one of the two limits.")})
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Invalid({"max": N_("The upper limit is below the lower one.")})

    def describe(self) -> Text:
        """Such as “18 to 35 years”."""
        if self.max is None:
            return N_("{min} years or older", min=self.min)
        if self.min is None:
            return N_("{max} years or younger", max=self.max)
        return N_("{min} to {max} years", min=self.min, max=self.max)


def _offer(asks: Ages) -> tuple[str, ...]:
    return ("starts_on",) if asks.at == "start" else ()


@kind(
    Ages,
    label=N_("Age"),
    about=N_("The person is between two ages, both included."),
    reads=("born",),
    offer=_offer,
    example=Example({"min": 18, "max": 35}, "Enabel, Guinea: fiche #4, §4.1.1"),
)
def age(facts: Facts, asks: Ages, offer: Offer, today: dt.date) -> Finding:
    """Completed years; somebody of 35 stays 35 until the day before the next birthday."""
    seen = facts.known("born", today)
    if seen.unknown:
        return unknown("born", seen)
    on = max(offer.starts_on or today, today) if asks.at == "start" else today
    first, last = bounds(seen.value)
    years = Interval(years_between(last, on), years_between(first, on))
    reason = (
        N_("{years} years", years=years.lo)
        if years.lo == years.hi
        else N_("{low} to {high} years", low=years.lo, high=years.hi)
    )
    reason = N_("{age}; asked: {asked}", age=reason, asked=asks.describe())
    return found(between(years, asks.min, asks.max), "born", reason, _change(asks, years, first))


def years_between(born: dt.date, on: dt.date) -> int:
    """Completed years on a day; a birthday on 29 February is kept on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _change(asks: Ages, years: Interval[int], first: dt.date) -> Text | None:
    if asks.min is None or years.hi >= asks.min:
        return None
    return N_(
        "Reaches {min} years on {date}.", min=asks.min, date=first + relativedelta(years=asks.min)
    )
