"""How complete and how fresh a listing is: what a reader must still ask for."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from directory.core.text import N_, Text
from directory.listing_life import fresh_until


class Freshness(enum.StrEnum):
    """How far the date of the last verification carries."""

    FRESH = "fresh"
    DUE = "due"
    """Soon to be confirmed."""
    OLD = "old"
    NEVER = "never"


WARN_DAYS = 14
"""So long before a listing goes stale its editor is told [P]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Which facts of a listing are known."""

    cost: bool = False
    criteria: bool = False
    intake: bool = False
    hours: bool = False
    languages: bool = False
    documents: bool = False
    contact: bool = False
    position: bool = False
    self_referral: bool = False


UNKNOWN: dict[str, Text] = {
    "cost": N_("what it costs"),
    "criteria": N_("for whom it is"),
    "intake": N_("when people can apply"),
    "hours": N_("when it is open"),
    "languages": N_("which languages are spoken"),
    "documents": N_("which documents are needed"),
    "contact": N_("whom to call"),
    "position": N_("where exactly it is"),
    "self_referral": N_("whether one can go there without being sent"),
}
"""How the page names what nobody has told, most important first."""


def unknown(known: Known) -> tuple[Text, ...]:
    """What nobody has told yet."""
    return tuple(label for name, label in UNKNOWN.items() if not getattr(known, name))


def completeness(known: Known) -> float:
    """Known facts among all, from 0 to 1."""
    return 1 - len(unknown(known)) / len(UNKNOWN)


def freshness(verified_on: dt.date | None, today: dt.date, *, is_permanent: bool) -> Freshness:
    """How fresh a listing is that was last verified on a day."""
    if verified_on is None:
        return Freshness.NEVER
    days_left = (fresh_until(verified_on, permanent_public=is_permanent) - today).days
    if days_left < 0:
        return Freshness.OLD
    return Freshness.DUE if days_left < WARN_DAYS else Freshness.FRESH
