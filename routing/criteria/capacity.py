"""Free places."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer


@dataclass(frozen=True, slots=True)
class Places:
    """How many places must be free."""

    min: int = ask(shapes.number(low=1), N_("Free places needed"), default=1)

    def describe(self) -> Text:
        """Such as “A place is free”."""
        if self.min == 1:
            return N_("A place is free")
        return N_("{number} places are free", number=self.min)


@kind(
    Places,
    label=N_("Capacity"),
    about=N_("A place is free in this period; an unknown capacity is no obstacle."),
    offer=("places", "held", "taken", "next_place_on"),
    standing=True,
    example=Example({}, "services listed but unable to deliver: Abuja knowledge product, III.1.5"),
)
def capacity(facts: Facts, asks: Places, offer: Offer, today: dt.date) -> Finding:
    """Held places count as taken; a full service is "not now", with the date if there is one."""
    free = offer.free
    if free is None:
        return Finding(
            Answer.YES,
            N_("Free places: not known"),
            warning=N_("Nobody wrote how many places there are: call before sending."),
        )
    reason = N_("{free} of {places} places free", free=free, places=offer.places)
    if free >= asks.min:
        return Finding(Answer.YES, reason)
    later = offer.next_place_on
    if later is None or later <= today:
        return Finding(Answer.NOT_NOW, reason, change=N_("Call the service: no date is known."))
    return Finding(
        Answer.NOT_NOW,
        N_(
            "{free} of {places} places free; the next on {date}",
            free=free,
            places=offer.places,
            date=later,
        ),
        available_on=later,
        change=N_("A place is expected on {date}.", date=later),
    )
