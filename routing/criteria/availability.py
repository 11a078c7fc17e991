"""Time that the person has: hours a week and months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import fact_shapes, shapes
from routing.answers import Finding, all_of
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import between
from routing.verdicts import found, unknown

FULL_TIME = 35
"""Hours a week that count as full time [P]."""


@dataclass(frozen=True, slots=True)
class Time:
    """How much time the service needs."""

    full_time: bool = ask(shapes.yes_no(), N_("Full time"), default=False)
    hours_per_week: int | None = ask(
        shapes.number(high=168), N_("Hours a week, at least"), default=None
    )
    days: int | None = ask(fact_shapes.days(), N_("For how long"), default=None)

    def __post_init__(self) -> None:
        if not self.full_time and self.hours_per_week is None and self.days is None:
            raise Invalid({"hours_per_week": N_("Give a number of hours or a duration.")})

    @property
    def hours(self) -> int | None:
        """Hours a week that the person must have."""
        return FULL_TIME if self.full_time and self.hours_per_week is None else self.hours_per_week

    def describe(self) -> Text:
        """Such as “Full time, for 183 days”."""
        parts: list[object] = []
        if self.full_time:
            parts.append(N_("full time"))
        if self.hours_per_week is not None:
            parts.append(N_("{hours} hours a week", hours=self.hours_per_week))
        if self.days is not None:
            parts.append(N_("for {days} days", days=self.days))
        return N_("{words}", words=Words(parts))


def _reads(asks: Time) -> tuple[str, ...]:
    return (
        *(("availability",) if asks.hours is not None else ()),
        *(("max-duration",) if asks.days is not None else ()),
    )


@kind(
    Time,
    label=N_("Availability"),
    about=N_("The person has enough hours a week, for long enough."),
    reads=_reads,
    example=Example(
        {"full_time": True, "days": "6 months"},
        "people could not leave their families for months: fiche #4, §4.2.3",
    ),
)
def availability(facts: Facts, asks: Time, offer: Offer, today: dt.date) -> Finding:
    """Only what the service asks for is asked: hours, duration or both."""
    findings = []
    if asks.hours is not None:
        findings.append(_enough(facts, "availability", asks.hours, asks, today))
    if asks.days is not None:
        findings.append(_enough(facts, "max-duration", asks.days, asks, today))
    return all_of(findings)


def _enough(facts: Facts, name: str, least: int, asks: Time, today: dt.date) -> Finding:
    seen = facts.known(name, today)
    if seen.unknown:
        return unknown(name, seen)
    reason = N_("Time needed: {asked}", asked=asks.describe())
    return found(between(seen.value, least, None), name, reason)
