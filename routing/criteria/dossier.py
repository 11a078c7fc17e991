"""A complete file: facts that must be known and parts that must be there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import FACTS, Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import found, unknown

LABELS = {name: fact.label for name, fact in FACTS.items()}


@dataclass(frozen=True, slots=True)
class File:
    """Facts that must be known, and parts of the file (letters, plans) that must be complete."""

    fields: frozenset[str] = ask(
        shapes.many(shapes.choice(LABELS)), N_("Facts that must be known"), default=frozenset()
    )
    parts: frozenset[str] = ask(
        shapes.many(shapes.text()), N_("Parts of the file"), default=frozenset()
    )

    def __post_init__(self) -> None:
        if not self.fields and not self.parts:
            raise Invalid({"fields": N_("Give at least one fact or part.")})

    def describe(self) -> Text:
        """Such as “Complete file: Schooling”."""
        asked = (*(LABELS[name] for name in sorted(self.fields)), *sorted(self.parts))
        return N_("Complete file: {fields}", fields=Words(asked))


def _reads(asks: File) -> tuple[str, ...]:
    return (*sorted(asks.fields), *(("dossier",) if asks.parts else ()))


@kind(
    File,
    label=N_("Complete file"),
    about=N_("Every fact and part of the file that the provider needs is there."),
    reads=_reads,
    example=Example({"fields": ["education", "born"]}, "poor files: TPML report, Mali, §3.2.4"),
)
def dossier(facts: Facts, asks: File, offer: Offer, today: dt.date) -> Finding:
    """Missing facts are asked, all at once; a missing part is "not now": it can be added."""
    missing = [name for name in sorted(asks.fields) if facts.known(name, today).unknown]
    held = facts.known("dossier", today)
    if asks.parts and held.unknown:
        missing.append("dossier")
    if missing:
        stale = any(facts.known(name, today).stale for name in missing)
        reason = N_("Missing in the file: {fields}", fields=Words(FACTS[n].label for n in missing))
        if len(missing) == 1:
            return unknown(missing[0], facts.known(missing[0], today))
        return Finding(Answer.UNKNOWN, reason, tuple(missing), stale=stale)
    absent = asks.parts - held.value if asks.parts else frozenset()
    if absent:
        reason = N_("Missing in the file: {fields}", fields=Words(sorted(absent)))
        return Finding(Answer.NOT_NOW, reason, change=N_("Complete the file."))
    return found(Answer.YES, "dossier", N_("The file is complete"))
