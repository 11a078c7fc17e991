"""What people are told will happen, and when the word is broken (protocol A.19, F9)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from directory.core.text import N_, Text

PROMISES: dict[str, Text] = {
    "call-back": N_("Call the person back"),
    "appointment": N_("See the person"),
    "answer": N_("Give an answer"),
    "document": N_("Hand over a document"),
    "payment": N_("Pay"),
    "visit": N_("Visit the person"),
}
"""Kinds by code."""
LONGEST_DAYS = 90
"""Nobody remembers a word given for later: then a follow-up is planned."""

COUNTED = dt.timedelta(days=30)
"""Broken promises are counted over a month."""


class Outcome(StrEnum):
    """How a promise ended."""

    KEPT = "kept"
    RELEASED = "released"
    """The person no longer wants it."""


def problem_with_day(day: dt.date | None, today: dt.date) -> Text | None:
    """What is wrong with the day by which something is promised, if anything."""
    if day is None:
        return N_("Say by which day.")
    if day < today:
        return N_("This day is over.")
    if (day - today).days > LONGEST_DAYS:
        return N_("Promise nothing for more than {days} days from now.", days=LONGEST_DAYS)
    return None


def is_broken(due_at: dt.datetime, closed_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether the day has passed without the thing, even if it was done later."""
    return (closed_at or now) > due_at
