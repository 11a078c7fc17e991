"""Options counselling: what is put before a person, and when a choice was really one (protocol A.2 step 6).

F25: people were told what to take, "to get the rest". Where two services are possible, two are shown;
the choice is kept in the person's own words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from directory.core.text import N_, Text
from routing.eligibility import Verdict
from routing.priorities import URGENT, Priority

CHOICE = 2
"""So many options make a choice (indicator I-04)."""
SHOWN_AT_MOST = 3
"""Side by side; more confuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One service as it was offered that day: what was promised stays readable (F26)."""

    listing: UUID
    version: int
    """Number of the listing's version."""
    name: Mapping[str, str]
    """By language."""
    organisation: str
    verdict: Verdict
    metres: tuple[float, float] | None = None
    starts_on: dt.date | None = None
    duration_days: int | None = None
    hours_per_week: int | None = None
    cost_model: str | None = None
    price: str | None = None
    currency: str | None = None
    gap: tuple[float, float] | None = None
    """What the person would lack a month; nothing where a line of the sum is unknown."""
    free: int | None = None

    def written(self) -> dict[str, Any]:
        """As JSON, for the encrypted column."""
        return {
            "listing": str(self.listing), "version": self.version, "name": dict(self.name),
            "organisation": self.organisation, "verdict": self.verdict.value,
            "metres": list(self.metres) if self.metres else None,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "duration_days": self.duration_days, "hours_per_week": self.hours_per_week,
            "cost_model": self.cost_model, "price": self.price, "currency": self.currency,
            "gap": list(self.gap) if self.gap else None, "free": self.free,
        }  # fmt: skip


def read_option(stored: Mapping[str, Any]) -> Option:
    """An option as it was written."""
    return Option(
        listing=UUID(stored["listing"]), version=stored["version"], name=stored["name"],
        organisation=stored["organisation"], verdict=Verdict(stored["verdict"]),
        metres=_pair(stored["metres"]),
        starts_on=dt.date.fromisoformat(stored["starts_on"]) if stored["starts_on"] else None,
        duration_days=stored["duration_days"], hours_per_week=stored["hours_per_week"],
        cost_model=stored["cost_model"], price=stored["price"], currency=stored["currency"],
        gap=_pair(stored["gap"]), free=stored["free"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Counselled:
    """What came of one talk about the options."""

    shown: tuple[Option, ...]
    existed: int
    """Services for which the person was eligible that day."""
    chosen: UUID | None
    """Nothing when the person wants none of them."""
    words: str
    was_neutral: bool
    note: str = ""
    why_one: str = ""

    @property
    def eligible_shown(self) -> int:
        """How many of the options were really open to the person."""
        return sum(option.verdict is Verdict.ELIGIBLE for option in self.shown)

    def problems(self) -> dict[str, Text]:
        """What is missing before the choice can be kept, by field."""
        found: dict[str, Text] = {}
        if self.chosen is not None and self.chosen not in {one.listing for one in self.shown}:
            found["chosen"] = N_("Choose one of the services that were shown, or none of them.")
        if not self.words.strip():
            found["words"] = N_("Write what the person said, in their own words.")
        if not self.was_neutral:
            found["was_neutral"] = N_("Confirm that the choice is the person's own, or talk again.")
        if self.existed >= CHOICE > self.eligible_shown and not self.why_one.strip():
            found["why_one"] = N_(
                "{count} services are possible: show two at least, or say why not.",
                count=self.existed,
            )
        return found


def must_be_counselled(existed: int, priority: Priority) -> bool:
    """Whether the options are talked over before one is chosen; danger does not wait for it."""
    return existed >= CHOICE and priority not in URGENT


def _pair(stored: list[float] | None) -> tuple[float, float] | None:
    return (stored[0], stored[1]) if stored else None
