"""What a clock does when nobody acts: its ladder as instants, and what it says again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count, takewhile

from directory.working_days import Calendar
from routing.clocks import CLOCKS, Action, Audience, Clock, open_at
from routing.priorities import Priority


@dataclass(frozen=True, slots=True)
class Firing:
    """One thing that a clock does at one instant."""

    key: str
    """Stable: store it when done, so that it is done once."""
    clock: Clock
    at: dt.datetime
    action: Action
    audience: frozenset[Audience]
    step: str
    """Taken if it leaves the referral's state; else it keeps waiting and is not done."""


def schedule(
    clock: Clock, priority: Priority, started: dt.datetime, due: dt.datetime, calendar: Calendar
) -> tuple[Firing, ...]:
    """Everything that ``clock`` will do if nobody acts, in order of time."""
    rule = CLOCKS[clock]
    firings = []
    for rung in rule.ladder:
        if priority in rung.priorities:
            at = started + (due - started) * rung.share + rung.grace
            if rung.share != 1:
                at = open_at(rule, priority, at, calendar)
            key = f"{clock}:{rung.action}:{rung.share:.2f}"
            firings.append(Firing(key, clock, at, rung.action, rung.audience, rung.step))
    return tuple(sorted(firings, key=lambda firing: firing.at))


def what_fires(  # noqa: PLR0917 -- the columns of a stored clock, and the day
    clock: Clock, priority: Priority, started: dt.datetime, due: dt.datetime, now: dt.datetime,
    calendar: Calendar, fired: Collection[str] = (),
) -> tuple[Firing, ...]:  # fmt: skip
    """What the clock has to do now and has not ``fired`` yet, oldest first.

    Each rung is made up for; of what is said again and again only the latest is.
    """
    ladder = schedule(clock, priority, started, due, calendar)
    missed = tuple(one for one in ladder if one.at <= now and one.key not in fired)
    if missed or any(one.at > now for one in ladder):
        return missed
    said = _said_again(clock, priority, ladder[-1].at, calendar)
    latest = tuple(takewhile(lambda one: one.at <= now, said))[-1:]
    return tuple(one for one in latest if one.key not in fired)


def next_firing(
    clock: Clock, priority: Priority, started: dt.datetime, due: dt.datetime, calendar: Calendar,
    fired: Collection[str] = (),
) -> Firing | None:  # fmt: skip
    """The next thing that the clock will do; nothing when it has done all."""
    ladder = schedule(clock, priority, started, due, calendar)
    for one in ladder:
        if one.key not in fired:
            return one
    last = max((_number(key) for key in fired if key.startswith(_again_key(clock))), default=0)
    return next(_said_again(clock, priority, ladder[-1].at, calendar, last + 1), None)


def remembered(fired: Collection[str], firing: Firing) -> list[str]:
    """What a clock has done, with ``firing``; of what it says again only the last is kept."""
    again = _again_key(firing.clock)
    kept = (key for key in fired if not (key.startswith(again) and firing.key.startswith(again)))
    return [*kept, firing.key]


def _said_again(
    clock: Clock, priority: Priority, since: dt.datetime, calendar: Calendar, first: int = 1
) -> Iterator[Firing]:
    """What comes after the last rung, for ever."""
    rule = CLOCKS[clock]
    if rule.again is None:
        return
    days = rule.again.every[priority].amount
    for number in count(first):
        at = open_at(rule, priority, calendar.add_days(since, number * days), calendar)
        key = f"{_again_key(clock)}{number}"
        yield Firing(key, clock, at, rule.again.action, rule.again.audience, "")


def _again_key(clock: Clock) -> str:
    return f"{clock}:again:"


def _number(key: str) -> int:
    return int(key.rpartition(":")[2])
