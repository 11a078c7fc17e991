"""How well a fact is proven."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Answer, Finding, all_of
from routing.criteria import kind
from routing.facts import FACTS, Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import Source
from routing.verdicts import found, unclear, unknown

LABELS: dict[str, Text] = {
    Source.DECLARED: N_("said by the person"),
    Source.DOCUMENT: N_("shown by a document"),
    Source.VERIFIED: N_("verified"),
}
NAMES = {name: fact.label for name, fact in FACTS.items()}


@dataclass(frozen=True, slots=True)
class Proof:
    """Facts that must be proven, and how well."""

    fields: frozenset[str] = ask(shapes.many(shapes.choice(NAMES)), N_("Facts to prove"))
    source: str = ask(shapes.choice(LABELS), N_("At least"), default="verified")

    def describe(self) -> Text:
        """Such as “Schooling: shown by a document”."""
        names = Words(NAMES[name] for name in sorted(self.fields))
        return N_("{fields}: {source}", fields=names, source=LABELS[self.source])


def _reads(asks: Proof) -> tuple[str, ...]:
    return tuple(sorted(asks.fields))


@kind(
    Proof,
    label=N_("Proof"),
    about=N_("Some facts are not only said but shown by a document, or verified."),
    reads=_reads,
    example=Example({"fields": ["education"], "source": "document"}, "protocol A.9.2"),
)
def evidence(facts: Facts, asks: Proof, offer: Offer, today: dt.date) -> Finding:
    """A fact that is not proven well enough is unknown: proof can still be brought."""
    least = Source(asks.source).strength
    findings = []
    for name in sorted(asks.fields):
        seen = facts.known(name, today)
        label = FACTS[name].label
        if seen.unknown or seen.source is None:
            findings.append(unknown(name, seen))
        elif seen.source.strength < least:
            wanted = LABELS[asks.source]
            findings.append(
                unclear(name, N_("{fact} must be: {source}", fact=label, source=wanted))
            )
        else:
            findings.append(found(Answer.YES, name, N_("Proven: {fact}", fact=label)))
    return all_of(findings)
