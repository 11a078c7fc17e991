"""Places reserved for a group, or a largest share of it."""

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
from routing.verdicts import unknown
from routing.vocabulary import POPULATION_GROUPS

WOMEN = "women"
GROUPS: dict[str, Text] = {**POPULATION_GROUPS, WOMEN: N_("Women")}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of the places in percent, and for whom."""

    share: int = ask(shapes.number(low=1, high=100), N_("Percent of the places"))
    group: str = ask(shapes.choice(GROUPS), N_("For whom"), default="returnee")
    at_most: bool = ask(
        shapes.yes_no(),
        N_("The most the group may take, instead of reserved for it"),
        default=False,
    )

    def describe(self) -> Text:
        """Such as “30 % of the places are reserved: Returning migrant”."""
        if self.at_most:
            return N_(
                "At most {share} per cent of the places: {group}",
                share=self.share,
                group=GROUPS[self.group],
            )
        return N_(
            "{share} per cent of the places are reserved: {group}",
            share=self.share,
            group=GROUPS[self.group],
        )


def _reads(asks: Share) -> tuple[str, ...]:
    return ("sex",) if asks.group == WOMEN else ("population-group",)


@kind(
    Share,
    label=N_("Quota"),
    about=N_("Places reserved for a group are kept for it; nobody is refused for good by a quota."),
    reads=_reads,
    offer=("places", "held", "taken", "next_place_on", "taken_by_group"),
    example=Example(
        {"share": 30, "group": "returnee"}, "Enabel, Guinea: fiche #4, §4.1.1 and note 19"
    ),
)
def quota(facts: Facts, asks: Share, offer: Offer, today: dt.date) -> Finding:
    """Reserved = ⌈share × places⌉ − taken by the group; others wait when free ≤ reserved."""
    if offer.places is None or offer.free is None:
        return Finding(
            Answer.YES, asks.describe(), warning=N_("Nobody wrote how many places there are.")
        )
    accepted = offer.taken_by(asks.group)
    reserved = max(-(-asks.share * offer.places // 100) - accepted, 0)
    for_others = offer.free > reserved
    for_group = not asks.at_most or accepted < asks.share * offer.places // 100
    if asks.at_most:
        for_others = True
    if for_others and for_group:
        return Finding(Answer.YES, asks.describe())
    [name] = _reads(asks)
    seen = facts.known(name, today)
    if seen.unknown:
        return unknown(name, seen)
    belongs = seen.value == ("female" if asks.group == WOMEN else asks.group)
    if for_group if belongs else for_others:
        return Finding(Answer.YES, asks.describe())
    later = offer.next_place_on
    return Finding(
        Answer.NOT_NOW,
        N_("No place left outside the reserved ones; {quota}", quota=asks.describe())
        if not belongs
        else N_("The share of the group is used up; {quota}", quota=asks.describe()),
        available_on=later if later is not None and later > today else None,
        change=N_("Call the service: reserved places may be released."),
    )
