"""Country from which the person came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import shapes, world
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import found, labels, unknown

COUNTRIES = shapes.many(shapes.text(upper=True))


@dataclass(frozen=True, slots=True)
class Origins:
    """Countries and parts of the world; being in one of either is enough."""

    any_of: frozenset[str] = ask(COUNTRIES, N_("One of"), default=frozenset())
    region_in: frozenset[str] = ask(
        shapes.many(shapes.choice(world.LABELS)), N_("Part of the world"), default=frozenset()
    )
    not_in: frozenset[str] = ask(COUNTRIES, N_("None of"), default=frozenset())

    def __post_init__(self) -> None:
        if not self.any_of and not self.region_in and not self.not_in:
            raise Invalid({"any_of": N_("Give at least one country.")})

    @property
    def countries(self) -> frozenset[str]:
        """Every country that counts; empty: any."""
        return self.any_of.union(*(world.GROUPS[name] for name in self.region_in))

    def describe(self) -> Text:
        """Such as “Came back from: Europe”."""
        places = Words((*labels(self.region_in, world.LABELS), *sorted(self.any_of)))
        excluded = Words(sorted(self.not_in))
        if not self.not_in:
            return N_("Came back from: {places}", places=places)
        if not places:
            return N_("Did not come back from: {excluded}", excluded=excluded)
        return N_("Came back from: {places}; not: {excluded}", places=places, excluded=excluded)


@kind(
    Origins,
    label=N_("Country of return"),
    about=N_("The person came back from one of these countries, or from none of some."),
    reads=("return-country",),
    example=Example(
        {"region_in": ["europe"]}, "forced returns only from Europe: fiche #4, note 21"
    ),
)
def return_country(facts: Facts, asks: Origins, offer: Offer, today: dt.date) -> Finding:
    """The last country of stay counts."""
    seen = facts.known("return-country", today)
    if seen.unknown:
        return unknown("return-country", seen)
    included = not asks.countries or seen.value in asks.countries
    fits = included and seen.value not in asks.not_in
    reason = N_("From {country}; asked: {asked}", country=seen.value, asked=asks.describe())
    return found(Answer.YES if fits else Answer.NO, "return-country", reason)
