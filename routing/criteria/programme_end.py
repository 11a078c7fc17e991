"""The end of the programme that pays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import fact_shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer


@dataclass(frozen=True, slots=True)
class Margin:
    """Days to keep free before the end; if not given, those of the listing."""

    margin_days: int | None = ask(
        fact_shapes.days(), N_("Days kept free before the end"), default=None
    )

    def describe(self) -> Text:
        """Such as “Ends before the programme does”."""
        return N_("Can be completed before the programme ends")


@kind(
    Margin,
    label=N_("End of the programme"),
    about=N_("Start, duration and margin fit before the end of the programme."),
    offer=("programme_ends_on", "has_no_end", "end_margin_days", "starts_on", "duration_days"),
    standing=True,
    example=Example({}, "assistance cannot outlive the project: fiche #4, note 1 and §4.2.3"),
)
def programme_end(facts: Facts, asks: Margin, offer: Offer, today: dt.date) -> Finding:
    """Start + duration ≤ end − margin; an unknown end or duration is a warning, not an obstacle."""
    end = offer.programme_ends_on
    if end is None:
        return _open_ended(offer)
    margin = offer.end_margin_days if asks.margin_days is None else asks.margin_days
    start = max(offer.starts_on or today, today)
    last = end - dt.timedelta(days=margin)
    done = start + dt.timedelta(days=offer.duration_days or 0)
    if done > last:
        change = N_("Ask for an extension or a shorter service.")
        reason = N_("Would last until {done}; the programme ends on {end}", done=done, end=end)
        if start > last:
            reason = N_("The programme ends on {end}", end=end)
        return Finding(Answer.NO, reason, change=change)
    reason = N_("Fits before the end of the programme on {end}", end=end)
    if offer.duration_days is None:
        warning = N_("Nobody wrote how long it lasts; the programme ends on {end}.", end=end)
        return Finding(Answer.YES, reason, warning=warning)
    return Finding(Answer.YES, reason)


def _open_ended(offer: Offer) -> Finding:
    if offer.has_no_end:
        return Finding(Answer.YES, N_("No end is planned"))
    return Finding(
        Answer.YES,
        N_("End of the programme: not known"),
        warning=N_("Nobody wrote until when the programme pays: check before sending."),
    )
