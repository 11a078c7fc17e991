"""Documents that the person holds or can obtain."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import fact_shapes, shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import found, labels, unknown
from routing.vocabulary import DOCUMENTS

HELD = shapes.many(shapes.choice(DOCUMENTS))


@dataclass(frozen=True, slots=True)
class Papers:
    """Documents that are all needed, others of which one is enough, and how long they take."""

    has_all: frozenset[str] = ask(HELD, N_("All of"), default=frozenset())
    has_any_of: frozenset[str] = ask(HELD, N_("One of"), default=frozenset())
    obtainable_in_days: int | None = ask(
        fact_shapes.days(), N_("Days to obtain them"), default=None
    )

    def __post_init__(self) -> None:
        if not self.has_all and not self.has_any_of:
            raise Invalid({"has_all": N_("Give at least one document.")})

    def describe(self) -> Text:
        """Such as “All of: Passport”."""
        parts: list[object] = []
        if self.has_all:
            parts.append(N_("all of: {documents}", documents=labels(self.has_all, DOCUMENTS)))
        if self.has_any_of:
            parts.append(N_("one of: {documents}", documents=labels(self.has_any_of, DOCUMENTS)))
        return N_("{words}", words=Words(parts))


@kind(
    Papers,
    label=N_("Documents"),
    about=N_("The person holds these documents; what is missing can be obtained first."),
    reads=("documents",),
    example=Example(
        {"has_any_of": ["national-id", "passport", "laissez-passer"]},
        "laissez-passer accepted by the bank: TPML report, Mali, box 1",
    ),
)
def documents(facts: Facts, asks: Papers, offer: Offer, today: dt.date) -> Finding:
    """A missing document is "not now" and opens a need for documents; it never excludes."""
    seen = facts.known("documents", today)
    if seen.unknown:
        return unknown("documents", seen)
    missing = asks.has_all - seen.value
    if asks.has_any_of and not asks.has_any_of & seen.value:
        missing |= asks.has_any_of
    if not missing:
        return found(Answer.YES, "documents", N_("Documents held: {asked}", asked=asks.describe()))
    days = asks.obtainable_in_days
    return Finding(
        Answer.NOT_NOW,
        N_("Missing documents: {documents}", documents=labels(missing, DOCUMENTS)),
        available_on=None if days is None else today + dt.timedelta(days=days),
        change=N_("Obtain: {documents}", documents=labels(missing, DOCUMENTS)),
    )
