"""Reading, writing and reckoning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing import shapes
from routing.answers import Finding, all_of
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.values import between
from routing.verdicts import found, unknown
from routing.vocabulary import LITERACY, NUMERACY

SCALES = {"literacy": LITERACY, "numeracy": NUMERACY}


@dataclass(frozen=True, slots=True)
class Level:
    """The least that is needed; nothing is asked where no level is given."""

    reading: str | None = ask(shapes.choice(LITERACY), N_("Reading and writing"), default=None)
    numbers: str | None = ask(shapes.choice(NUMERACY), N_("Reckoning"), default=None)

    def __post_init__(self) -> None:
        if self.reading is None and self.numbers is None:
            raise Invalid({"reading": N_("Give at least one level.")})

    @property
    def needed(self) -> dict[str, str]:
        """Level by fact."""
        levels = {"literacy": self.reading, "numeracy": self.numbers}
        return {name: level for name, level in levels.items() if level is not None}

    def describe(self) -> Text:
        """Such as “at least: Reads and writes simple texts”."""
        parts = Words(SCALES[name][level] for name, level in self.needed.items())
        return N_("at least: {levels}", levels=parts)


def _reads(asks: Level) -> tuple[str, ...]:
    return tuple(asks.needed)


@kind(
    Level,
    label=N_("Reading and reckoning"),
    about=N_("The person reads, writes or reckons well enough."),
    reads=_reads,
    example=Example({"reading": "some"}, "literacy modules: TPML report, Mali, §3.2.5"),
)
def literacy(facts: Facts, asks: Level, offer: Offer, today: dt.date) -> Finding:
    """Both scales have four steps; the person's own rating or a test gives the step."""
    return all_of([_step(name, level, facts, today) for name, level in asks.needed.items()])


def _step(name: str, level: str, facts: Facts, today: dt.date) -> Finding:
    seen = facts.known(name, today)
    if seen.unknown:
        return unknown(name, seen)
    scale = SCALES[name]
    steps = list(scale)
    answer = between(steps.index(seen.value), steps.index(level), None)
    reason = N_("{level}; needed: {asked}", level=scale[seen.value], asked=scale[level])
    return found(answer, name, reason, N_("A literacy course first."))
