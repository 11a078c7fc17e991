"""Medical conditions that a service cannot take, and the specialty that is needed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Answer, Finding, all_of
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import ask_provider, found, labels, unknown
from routing.vocabulary import CONDITIONS, SPECIALTIES


@dataclass(frozen=True, slots=True)
class Medical:
    """Conditions that are not taken, and whether the listing must have the specialty needed."""

    not_in: frozenset[str] = ask(
        shapes.many(shapes.text(CONDITIONS)), N_("None of"), default=frozenset()
    )
    requires_specialty: bool = ask(
        shapes.yes_no(), N_("The service must have the specialty needed"), default=False
    )

    def __post_init__(self) -> None:
        if not self.not_in and not self.requires_specialty:
            raise Invalid({"not_in": N_("Give a condition or ask for the specialty.")})

    def describe(self) -> Text:
        """Such as “not for: Acute psychosis”."""
        parts: list[object] = []
        if self.not_in:
            parts.append(N_("not for: {conditions}", conditions=labels(self.not_in, CONDITIONS)))
        if self.requires_specialty:
            parts.append(N_("only for the specialties of the service"))
        return N_("{words}", words=Words(parts))


def _reads(asks: Medical) -> tuple[str, ...]:
    return (
        *(("medical",) if asks.not_in else ()),
        *(("specialty-needed",) if asks.requires_specialty else ()),
    )


def _offer(asks: Medical) -> tuple[str, ...]:
    return ("specialties",) if asks.requires_specialty else ()


@kind(
    Medical,
    label=N_("Medical conditions"),
    about=N_("No condition that the service cannot take, and the specialty that is needed."),
    reads=_reads,
    offer=_offer,
    example=Example({"not_in": ["acute-psychosis"]}, "files refused by MINAS: fiche #4, §4.1.1"),
)
def medical(facts: Facts, asks: Medical, offer: Offer, today: dt.date) -> Finding:
    """Clinicians enter and ask these facts. The reason names no condition of the person."""
    findings = []
    if asks.not_in:
        findings.append(_not_in(asks, facts, today))
    if asks.requires_specialty:
        findings.append(_specialty(offer, facts, today))
    return all_of(findings)


def _not_in(asks: Medical, facts: Facts, today: dt.date) -> Finding:
    seen = facts.known("medical", today)
    if seen.unknown:
        return unknown("medical", seen)
    if seen.value & asks.not_in:
        reason = N_("The service cannot take the person for medical reasons")
        return found(Answer.NO, "medical", reason, N_("Look for a specialised service."))
    return found(Answer.YES, "medical", N_("No medical obstacle"))


def _specialty(offer: Offer, facts: Facts, today: dt.date) -> Finding:
    if not offer.specialties:
        return ask_provider(N_("The specialties of the service are not known."))
    seen = facts.known("specialty-needed", today)
    if seen.unknown:
        return unknown("specialty-needed", seen)
    missing = seen.value - offer.specialties
    if not missing:
        return found(Answer.YES, "specialty-needed", N_("The specialty needed is there"))
    reason = N_("Not there: {specialties}", specialties=labels(missing, SPECIALTIES))
    return found(Answer.NO, "specialty-needed", reason, N_("Look for a specialised service."))
