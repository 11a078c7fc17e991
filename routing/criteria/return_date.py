"""Date of return: after, before, or lately enough."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import between, bounds
from routing.verdicts import found, unknown


@dataclass(frozen=True, slots=True)
class Returned:
    """First and last day of return, both included, and a longest time since."""

    after: dt.date | None = ask(shapes.date(), N_("Came back on or after"), default=None)
    before: dt.date | None = ask(shapes.date(), N_("Came back on or before"), default=None)
    within_months: int | None = ask(
        shapes.number(high=1200), N_("At most so many months ago"), default=None
    )

    def __post_init__(self) -> None:
        if self.after is None and self.before is None and self.within_months is None:
            raise Invalid({"after": N_("Give a date or a number of months.")})

    def describe(self) -> Text:
        """Such as “came back on or after 2019-07-01”."""
        parts: list[object] = []
        if self.after is not None:
            parts.append(N_("came back on or after {date}", date=self.after))
        if self.before is not None:
            parts.append(N_("came back on or before {date}", date=self.before))
        if self.within_months is not None:
            parts.append(N_("came back at most {months} months ago", months=self.within_months))
        return N_("{words}", words=Words(parts))


@kind(
    Returned,
    label=N_("Date of return"),
    about=N_("The person came back within a span of time."),
    reads=("returned-on",),
    example=Example({"after": "2019-07-01"}, "cash assistance, Mali: TPML report, box 1"),
)
def return_date(facts: Facts, asks: Returned, offer: Offer, today: dt.date) -> Finding:
    """Somebody who has not come back yet has no date: it is asked."""
    seen = facts.known("returned-on", today)
    if seen.unknown:
        return unknown("returned-on", seen)
    first = asks.after
    if asks.within_months is not None:
        since = today - relativedelta(months=asks.within_months)
        first = since if first is None else max(first, since)
    low, high = bounds(seen.value)
    when = (
        N_("Came back on {date}", date=low)
        if low == high
        else N_("Came back between {low} and {high}", low=low, high=high)
    )
    reason = N_("{when}; asked: {asked}", when=when, asked=asks.describe())
    return found(between(seen.value, first, asks.before), "returned-on", reason)
