"""Intake windows: is one open today, until when, and when does the next open (protocol A.9.2)?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrule, rrulestr

from directory.core.errors import Invalid
from directory.core.text import N_

_COARSE = re.compile(r"\bFREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)\b")
HORIZON_YEARS = 10
"""How far ahead the next opening is looked for."""


@dataclass(frozen=True, slots=True)
class Window:
    """When people can apply."""

    opens_on: dt.date | None = None
    """First day to apply; nothing: since ever."""
    closes_on: dt.date | None = None
    """Last day to apply, included; nothing: until further notice."""
    starts_on: dt.date | None = None
    """First day of what people apply for."""
    recurrence: str = ""
    """RFC 5545 rule by which the whole window comes again, e.g. ``FREQ=YEARLY``."""
    cut_off_days: int = 0
    """A complete file must be there so many days before the start."""
    cohort: int | None = None
    """It starts when so many people have applied, whatever the date."""
    waiting: int = 0
    """How many have applied."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One occurrence of a window."""

    opens_on: dt.date | None
    last_on: dt.date | None
    """Last day to apply, the cut-off before the start taken into account."""
    starts_on: dt.date | None
    window: Window

    def is_open(self, today: dt.date) -> bool:
        """People can apply today, both ends included."""
        opened = self.opens_on is None or self.opens_on <= today
        return opened and (self.last_on is None or today <= self.last_on)


@dataclass(frozen=True, slots=True)
class Intake:
    """What the windows of a listing say on one day."""

    now: Opening | None
    """The open one that stays open longest."""
    next: Opening | None
    """If none is open, the one that opens first."""
    is_always_open: bool = False
    """There are no windows."""


def intake(windows: Sequence[Window], today: dt.date) -> Intake:
    """The state of the windows today."""
    if not windows:
        return Intake(None, None, is_always_open=True)
    found = [opening for window in windows for opening in openings(window, today)]
    current = [opening for opening in found if opening.is_open(today)]
    if current:
        return Intake(max(current, key=lambda o: o.last_on or dt.date.max), None)
    coming = [o for o in found if o.opens_on is not None and _is_coming(o, today)]
    return Intake(None, min(coming, key=lambda o: o.opens_on or dt.date.max, default=None))


def feasible_start(windows: Sequence[Window], today: dt.date) -> dt.date | None:
    """When somebody who applies as early as possible can start; nothing if nobody knows."""
    state = intake(windows, today)
    if state.is_always_open:
        return today
    opening = state.now or state.next
    if opening is None:
        return None
    if opening.window.cohort is not None and opening.window.waiting < opening.window.cohort:
        return opening.starts_on
    return max(opening.starts_on or opening.opens_on or today, today)


def openings(window: Window, today: dt.date) -> Iterator[Opening]:
    """The occurrences of the window that matter today: those open, and the next one."""
    anchor = window.opens_on or window.closes_on or window.starts_on
    if not window.recurrence or anchor is None:
        yield _opening(window, window.opens_on, window.closes_on, window.starts_on)
        return
    for day in _recurring(window, anchor, today):
        opens, closes, starts = (
            None if end is None else day + relativedelta(end, anchor)
            for end in (window.opens_on, window.closes_on, window.starts_on)
        )
        opening = _opening(window, opens, closes, starts)
        yield opening
        if _is_coming(opening, today) or (opens is None and opening.is_open(today)):
            return


def check_recurrence(text: str) -> None:
    """Raises ``Invalid`` unless ``text`` is an RFC 5545 rule of days or longer."""
    try:
        _rule(text, dt.date(2020, 1, 1))
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid(
            {"recurrence": N_("“{rule}” is not a rule of repetition.", rule=text)}
        ) from error


def _is_coming(opening: Opening, today: dt.date) -> bool:
    if opening.opens_on is None or opening.opens_on <= today:
        return False
    return opening.last_on is None or opening.last_on >= opening.opens_on


def _opening(
    window: Window, opens: dt.date | None, closes: dt.date | None, starts: dt.date | None
) -> Opening:
    ends = [closes] if closes is not None else []
    if starts is not None:
        # Without a cut-off, people can apply until the day of the start.
        ends.append(starts - dt.timedelta(days=window.cut_off_days))
    return Opening(opens, min(ends, default=None), starts, window)


def _recurring(window: Window, anchor: dt.date, today: dt.date) -> Iterator[dt.date]:
    """Days of the anchor, from the first occurrence that could still be open."""
    last = max(day for day in (window.closes_on, window.starts_on, anchor) if day is not None)
    first = dt.datetime.combine(today - (last - anchor) - dt.timedelta(days=3), dt.time())
    horizon = dt.datetime.combine(today + relativedelta(years=HORIZON_YEARS), dt.time())
    for moment in _rule(window.recurrence, anchor).xafter(first, inc=True):
        if moment > horizon:
            return
        yield moment.date()


@lru_cache(maxsize=4096)
def _rule(text: str, anchor: dt.date) -> rrule:
    found = rrulestr(text, dtstart=dt.datetime.combine(anchor, dt.time()))
    if not isinstance(found, rrule) or not _COARSE.search(text.upper()):
        raise ValueError(text)
    return found
