"""Population group: returning migrant, host community, and so on."""

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
from routing.verdicts import found, labels, unknown
from routing.vocabulary import POPULATION_GROUPS


@dataclass(frozen=True, slots=True)
class Groups:
    """Who is received."""

    any_of: frozenset[str] = ask(shapes.many(shapes.choice(POPULATION_GROUPS)), N_("One of"))

    def describe(self) -> Text:
        """Such as “Returning migrant, Host community”."""
        return N_("{words}", words=labels(self.any_of, POPULATION_GROUPS))


@kind(
    Groups,
    label=N_("Population group"),
    about=N_("The person belongs to one of these groups."),
    reads=("population-group",),
    example=Example({"any_of": ["returnee", "host-community"]}, "TPML report, Mali, §2.2"),
)
def population_group(facts: Facts, asks: Groups, offer: Offer, today: dt.date) -> Finding:
    """Nothing is assumed: many services serve returning migrants and their neighbours."""
    seen = facts.known("population-group", today)
    if seen.unknown:
        return unknown("population-group", seen)
    answer = Answer.YES if seen.value in asks.any_of else Answer.NO
    reason = N_(
        "{group}; received: {asked}",
        group=POPULATION_GROUPS[seen.value],
        asked=asks.describe(),
    )
    return found(answer, "population-group", reason)
