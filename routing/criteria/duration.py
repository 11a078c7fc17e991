"""The service does not last longer than the person can accept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import fact_shapes
from routing.answers import Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import between
from routing.verdicts import ask_provider, found, unknown


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long the service lasts; if not given, what the listing says."""

    days: int | None = ask(fact_shapes.days(), N_("Duration"), default=None)

    def describe(self) -> Text:
        """Such as “Lasts 183 days”."""
        if self.days is None:
            return N_("Not longer than the person can accept")
        return N_("Lasts {days} days", days=self.days)


def _offer(asks: Lasts) -> tuple[str, ...]:
    return ("duration_days",) if asks.days is None else ()


@kind(
    Lasts,
    label=N_("Duration"),
    about=N_("The service lasts no longer than the person can accept."),
    reads=("max-duration",),
    offer=_offer,
    hard=False,
    example=Example({"days": "9 months"}, "short courses against 6 to 9 months: fiche #4, §4.1.1"),
)
def duration(facts: Facts, asks: Lasts, offer: Offer, today: dt.date) -> Finding:
    """Soft: a long course may be split or supported."""
    days = offer.duration_days if asks.days is None else asks.days
    if days is None:
        return ask_provider(N_("Nobody wrote how long the service lasts."))
    seen = facts.known("max-duration", today)
    if seen.unknown:
        return unknown("max-duration", seen)
    reason = N_("Lasts {days} days", days=days)
    return found(between(seen.value, days, None), "max-duration", reason, N_("A shorter course."))
