"""A common language, or an interpreter."""

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
from routing.verdicts import ask_provider, found, labels, unknown
from routing.vocabulary import LANGUAGES


@dataclass(frozen=True, slots=True)
class Spoken:
    """Languages of the service; if none is given, those of the listing."""

    any_of: frozenset[str] = ask(
        shapes.many(shapes.text(LANGUAGES)), N_("One of"), default=frozenset()
    )
    interpreter: bool = ask(shapes.yes_no(), N_("An interpreter can come"), default=False)

    def describe(self) -> Text:
        """Such as “Speaks French or an interpreter comes”."""
        if not self.any_of:
            return N_("Speaks a language of the service")
        if self.interpreter:
            return N_(
                "Speaks one of: {languages}; or with an interpreter", languages=_named(self.any_of)
            )
        return N_("Speaks one of: {languages}", languages=_named(self.any_of))


def _named(codes: frozenset[str]) -> object:
    return labels(codes, LANGUAGES)


def _offer(asks: Spoken) -> tuple[str, ...]:
    return () if asks.any_of or asks.interpreter else ("languages",)


@kind(
    Spoken,
    label=N_("Language"),
    about=N_("The person and the service have a language in common, or an interpreter can come."),
    reads=("languages",),
    offer=_offer,
    example=Example({"any_of": ["fr", "ff"]}, "several languages: fiche #4, §6"),
)
def language(facts: Facts, asks: Spoken, offer: Offer, today: dt.date) -> Finding:
    """One language in common is enough."""
    if asks.interpreter:
        return found(Answer.YES, "languages", N_("An interpreter can come"))
    offered = asks.any_of or offer.languages
    if not offered:
        return ask_provider(N_("The languages of the service are not known."))
    seen = facts.known("languages", today)
    if seen.unknown:
        return unknown("languages", seen)
    common = seen.value & offered
    if common:
        return found(
            Answer.YES, "languages", N_("In common: {languages}", languages=_named(common))
        )
    reason = N_("No language in common; needed: {languages}", languages=_named(offered))
    return found(Answer.NO, "languages", reason, N_("Find an interpreter."))
