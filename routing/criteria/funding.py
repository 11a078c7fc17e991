"""The programme that pays for the case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import found, unknown


@dataclass(frozen=True, slots=True)
class Funders:
    """Funding lines; if none is given, those of the listing."""

    any_of: frozenset[str] = ask(shapes.many(shapes.text()), N_("One of"), default=frozenset())

    def describe(self) -> Text:
        """Such as “Paid by: eutf”."""
        if not self.any_of:
            return N_("Paid by a funder of the service")
        return N_("Paid by: {funders}", funders=Words(sorted(self.any_of)))


def _offer(asks: Funders) -> tuple[str, ...]:
    return () if asks.any_of else ("funders",)


@kind(
    Funders,
    label=N_("Funding"),
    about=N_("The case is paid for by one of these programmes."),
    reads=("funding-line",),
    offer=_offer,
    standing=True,
    example=Example({"any_of": ["eutf"]}, "help tied to the project that pays: fiche #4, note 1"),
)
def funding(facts: Facts, asks: Funders, offer: Offer, today: dt.date) -> Finding:
    """A listing without funders is not tied to any."""
    funders = asks.any_of or offer.funders
    if not funders:
        return Finding(Answer.YES, N_("Not tied to a funder"))
    seen = facts.known("funding-line", today)
    if seen.unknown:
        return unknown("funding-line", seen)
    answer = Answer.YES if seen.value in funders else Answer.NO
    reason = N_(
        "Paid by {line}; possible: {funders}", line=seen.value, funders=Words(sorted(funders))
    )
    return found(answer, "funding-line", reason, N_("Find another programme that pays."))
