"""A request of the government for this person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example
from routing.offer import Offer
from routing.verdicts import found, unknown


@dataclass(frozen=True, slots=True)
class Request:
    """Nothing to set."""

    def describe(self) -> Text:
        """Such as “The government has asked for it”."""
        return N_("The government has asked for it")


@kind(
    Request,
    label=N_("Request of the government"),
    about=N_("The government has asked for help for this person."),
    reads=("government-request",),
    example=Example({}, "forced returns only at the government's request: fiche #4, note 21"),
)
def government_request(facts: Facts, asks: Request, offer: Offer, today: dt.date) -> Finding:
    """The caseworker's office knows, not the person."""
    seen = facts.known("government-request", today)
    if seen.unknown:
        return unknown("government-request", seen)
    if seen.value:
        return found(Answer.YES, "government-request", asks.describe())
    reason = N_("The government has not asked for it")
    return found(Answer.NO, "government-request", reason, N_("Obtain a request."))
