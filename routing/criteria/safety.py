"""No conflict between the person and the provider."""

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


@dataclass(frozen=True, slots=True)
class Safety:
    """Whether the caseworker must confirm it in every case."""

    confirm: bool = ask(
        shapes.yes_no(), N_("The caseworker must confirm that there is no conflict"), default=False
    )

    def describe(self) -> Text:
        """Such as “No conflict with the provider”."""
        if self.confirm:
            return N_("The caseworker confirms that there is no conflict with the provider")
        return N_("No conflict with the provider")


@kind(
    Safety,
    label=N_("Safety"),
    about=N_("Nobody at the provider is a danger to the person."),
    reads=("conflicts",),
    offer=("organisation",),
    presumes=True,
    standing=True,
    example=Example({"confirm": True}, "protocol A.9.2"),
)
def safety(facts: Facts, asks: Safety, offer: Offer, today: dt.date) -> Finding:
    """The reason names nobody: the page of a provider may show it."""
    seen = facts.known("conflicts", today)
    if seen.unknown:
        if asks.confirm:
            return unknown("conflicts", seen)
        return Finding(Answer.YES, N_("No conflict is known"))
    if offer.organisation in seen.value:
        return Finding(Answer.NO, N_("Not for this person, for reasons of safety"))
    return Finding(Answer.YES, N_("No conflict is known"))
