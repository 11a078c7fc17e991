"""How grave a complaint is: who may read it, what is promised, and by when (protocol A.12).

All figures are proposals of that table, which a country may change. Add a category by adding an
entry to ``CATEGORIES``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from directory.who import Who
from directory.working_days import Calendar
from routing.spans import Span, days, hours, minutes, working_days


class Level(StrEnum):
    """C0 is the gravest and has a track of its own."""

    C0 = "C0"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"


class Promise(StrEnum):
    """What is waited for."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_ACTION = "first-action"
    RESOLVE = "resolve"
    STATUS = "status"
    """Where there is no target for the end, the person hears at least so often."""
    INFORM = "inform"


@dataclass(frozen=True, slots=True)
class LevelRule:
    """One line of the table."""

    level: Level
    label: Text
    content: Text
    handler: Who
    """Who works on it."""
    readers: frozenset[Who]
    """Who may read the complaint itself."""
    told: frozenset[Who]
    """Who may read the summary that the handler shares with them, and nothing else."""
    spans: Mapping[Promise, Span]
    """Counted from the day it came in; what is not named is not promised."""
    overseers: frozenset[Who]
    """Who hears, besides the handlers, that a promise is late."""


P = Promise
INFORM = working_days(3)
"""As for a referral of ordinary priority (protocol A.3, ``inform_due``)."""

LEVELS: dict[Level, LevelRule] = {
    rule.level: rule
    for rule in (
        LevelRule(
            Level.C0, N_("Protected"),
            N_("Sexual exploitation or abuse, violence by staff, trafficking, danger to life"),
            Who.PSEA, frozenset({Who.PSEA}), frozenset(),
            # At once: the receipt itself confirms that it has arrived.
            {P.ACKNOWLEDGE: minutes(0), P.FIRST_ACTION: hours(24), P.STATUS: days(30),
             P.INFORM: INFORM},
            frozenset({Who.PSEA}),
        ),
        LevelRule(
            Level.C1, N_("Serious"),
            N_("Money asked for a free service, discrimination, data given away, retaliation, "
               "emergency care refused"),
            Who.CH, frozenset({Who.CH, Who.DPO}), frozenset(),
            {P.ACKNOWLEDGE: hours(48), P.FIRST_ACTION: hours(72), P.RESOLVE: working_days(15),
             P.INFORM: INFORM},
            frozenset({Who.DPO}),
        ),
        LevelRule(
            Level.C2, N_("About a service"),
            N_("Delay, never contacted, quality, money not paid back, wrong refusal"),
            Who.CH, frozenset({Who.CH}), frozenset({Who.RS, Who.FP}),
            {P.ACKNOWLEDGE: working_days(3), P.FIRST_ACTION: working_days(5),
             P.RESOLVE: working_days(20), P.INFORM: INFORM},
            frozenset({Who.NC}),
        ),
        LevelRule(
            Level.C3, N_("Suggestion or question"),
            N_("Suggestion, thanks, question"),
            Who.CH, frozenset({Who.CH}), frozenset(),
            {P.ACKNOWLEDGE: working_days(3), P.RESOLVE: days(30), P.INFORM: INFORM},
            frozenset({Who.NC}),
        ),
    )
}  # fmt: skip
SENSITIVE = Level.C0
"""The track that only the focal point against sexual exploitation and abuse can see."""
ORDINARY = tuple(level for level in Level if level is not SENSITIVE)

PROMISES: dict[Promise, Text] = {
    Promise.ACKNOWLEDGE: N_("Read it and say so"),
    Promise.FIRST_ACTION: N_("Do something first"),
    Promise.RESOLVE: N_("Decide"),
    Promise.STATUS: N_("Tell the person how it stands"),
    Promise.INFORM: N_("Tell the person what was decided"),
}


@dataclass(frozen=True, slots=True)
class Category:
    """What a complaint is about, in the words of who complains."""

    code: str
    label: Text
    level: Level
    """Where it goes until somebody has read it."""


CATEGORIES: dict[str, Category] = {
    category.code: category
    for category in (
        Category("asked-money", N_("Somebody asked me for money or a favour"), Level.C1),
        Category("treated-badly", N_("I was treated badly because of who I am"), Level.C1),
        Category("data", N_("What I said was told to others"), Level.C1),
        Category("punished", N_("I was threatened or punished because I complained"), Level.C1),
        Category("emergency", N_("I was refused help in an emergency"), Level.C1),
        Category("silence", N_("Nobody called me, or I wait too long"), Level.C2),
        Category("quality", N_("The service was not good"), Level.C2),
        Category("unpaid", N_("Money that I was promised was not paid"), Level.C2),
        Category("refused", N_("I was refused, and I think that is wrong"), Level.C2),
        Category("idea", N_("I have an idea, or want to say thank you"), Level.C3),
        Category("question", N_("I have a question"), Level.C3),
        Category("other", N_("Something else"), Level.C1),
    )
}
"""What is unclear is treated as serious until it was read."""


def level_at_first(category: str, *, harmed: bool) -> Level:
    """Where a new complaint goes: the person's own tick, else what it is about."""
    if harmed:
        return SENSITIVE
    known = CATEGORIES.get(category)
    return known.level if known else Level.C1


def promised(level: Level, promise: Promise) -> Span | None:
    """The time promised; nothing where the table promises none."""
    return LEVELS[level].spans.get(promise)


def due(
    level: Level, promise: Promise, start: dt.datetime, calendar: Calendar
) -> dt.datetime | None:
    """When it is due: store it, it is not computed again. Nothing where nothing is promised."""
    span = promised(level, promise)
    return None if span is None else span.after(start, calendar).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of the ladder: at ``share`` of the promised time."""

    share: float
    template: str
    """Name of the message; its text says nothing about the complaint."""
    to_overseers: bool


LADDER = (Rung(0.5, "complaint-due", to_overseers=False),
          Rung(1.0, "complaint-late", to_overseers=True),
          Rung(2.0, "complaint-late", to_overseers=True))  # fmt: skip
"""Protocol A.3: half of the time reminds, the whole and twice the time escalate."""


@dataclass(frozen=True, slots=True)
class Firing:
    """Something that a promise does at one instant; ``key`` is stored so that it is done once."""

    key: str
    at: dt.datetime
    rung: Rung


def firings(started: dt.datetime, due_at: dt.datetime) -> tuple[Firing, ...]:
    """Everything that a promise does if nobody acts, in order of time."""
    return tuple(
        Firing(f"{rung.template}:{rung.share:.2f}", started + (due_at - started) * rung.share, rung)
        for rung in LADDER
    )
