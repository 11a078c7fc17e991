"""No government body, if the person says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example
from routing.offer import Offer


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Nothing to set: the person's wish decides."""

    def describe(self) -> Text:
        """Such as “The person accepts public bodies”."""
        return N_("The person has not excluded public bodies")


@kind(
    Exclusion,
    label=N_("Exclusion of public bodies"),
    about=N_("A person who wants no public body to be told is not sent to one."),
    reads=("excludes-government",),
    offer=("is_government",),
    presumes=True,
    standing=True,
    example=Example({}, "mistrust of state bodies: Abuja knowledge product, IV.5"),
)
def government_exclusion(facts: Facts, asks: Exclusion, offer: Offer, today: dt.date) -> Finding:
    """An exclusion exists only once it is stated; consent asks about it before anything is sent."""
    if not offer.is_government:
        return Finding(Answer.YES, N_("Not a public body"))
    if facts.known("excludes-government", today).value:
        return Finding(
            Answer.NO,
            N_("The person wants no public body to be told"),
            change=N_("Only the person can change this."),
        )
    return Finding(Answer.YES, N_("The person has not excluded public bodies"))
