"""Nationality, or having none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import found, unknown

COUNTRIES = shapes.many(shapes.text(upper=True))
STATELESS = "XXA"
"""Code for "stateless" in machine-readable passports (ICAO document 9303)."""


@dataclass(frozen=True, slots=True)
class Nationalities:
    """Nationalities received, or left out; ISO codes, ``XXA`` for stateless."""

    any_of: frozenset[str] = ask(COUNTRIES, N_("One of"), default=frozenset())
    not_in: frozenset[str] = ask(COUNTRIES, N_("None of"), default=frozenset())

    def __post_init__(self) -> None:
        if not self.any_of and not self.not_in:
            raise Invalid({"any_of": N_("Give at least one country.")})

    def describe(self) -> Text:
        """Such as “Nationality: ML, SN”."""
        if not self.not_in:
            return N_("Nationality: {countries}", countries=Words(sorted(self.any_of)))
        excluded = Words(sorted(self.not_in))
        if not self.any_of:
            return N_("Nationality other than: {countries}", countries=excluded)
        return N_(
            "Nationality: {countries}; not: {excluded}",
            countries=Words(sorted(self.any_of)),
            excluded=excluded,
        )


@kind(
    Nationalities,
    label=N_("Nationality"),
    about=N_("The person has one of these nationalities, or none of some."),
    reads=("nationality",),
    example=Example({"not_in": ["ML"]}, "a centre for foreigners, Mali: TPML report §3.1"),
)
def nationality(facts: Facts, asks: Nationalities, offer: Offer, today: dt.date) -> Finding:
    """Never assumed from the country of return; with several nationalities one is enough."""
    seen = facts.known("nationality", today)
    if seen.unknown:
        return unknown("nationality", seen)
    held = seen.value or frozenset({STATELESS})
    fits = (not asks.any_of or bool(held & asks.any_of)) and not held & asks.not_in
    reason = N_("{held}; asked: {asked}", held=Words(sorted(held)), asked=asks.describe())
    return found(Answer.YES if fits else Answer.NO, "nationality", reason)
