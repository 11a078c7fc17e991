"""Opening hours: is it open at this hour, and how the week reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from directory.core.text import N_, Text, Words
from directory.working_days import Calendar

MINUTES_A_DAY = 24 * 60

WEEKDAYS: tuple[Text, ...] = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One span of a weekday (0 is Monday) in local time."""

    weekday: int
    opens_at: dt.time
    closes_at: dt.time
    """At or before ``opens_at``: on the next day. Midnight closes the day it follows."""

    @property
    def minutes(self) -> tuple[int, int]:
        """First minute and the minute after the last, counted from midnight of ``weekday``."""
        opens, closes = _minute(self.opens_at), _minute(self.closes_at)
        return opens, closes if closes > opens else closes + MINUTES_A_DAY


def is_open(hours: Iterable[Hours], at: dt.datetime, calendar: Calendar) -> bool | None:
    """Whether people are received at ``at``; nothing when nobody gave any hours.

    On a public holiday nobody is: spans that begin on it do not count.
    """
    spans = list(hours)
    if not spans:
        return None
    local = at.astimezone(calendar.zone)
    now = _minute(local.time())
    for span in spans:
        opens, closes = span.minutes
        for days_ago in (0, 1):
            day = local.date() - dt.timedelta(days=days_ago)
            begins = span.weekday == day.weekday() and day not in calendar.holidays
            if begins and opens <= now + days_ago * MINUTES_A_DAY < closes:
                return True
    return False


def week(hours: Sequence[Hours]) -> list[Text]:
    """The week in sentences, days with the same hours together: "Monday to Friday: 08:00–16:00"."""
    by_day: dict[int, tuple[str, ...]] = {}
    for span in sorted(hours):
        said = f"{span.opens_at:%H:%M}–{span.closes_at:%H:%M}"
        by_day[span.weekday] = (*by_day.get(span.weekday, ()), said)
    return [_sentence(first, last, by_day[first]) for first, last in _runs(by_day)]


def week_notation(hours: Iterable[Hours]) -> str:
    """The week as maps write it (``directory.weekly_hours`` reads it): "Mo-Fr 08:00-16:00"."""
    by_day: dict[int, tuple[str, ...]] = {}
    for span in sorted(hours):
        closes = "24:00" if span.closes_at == dt.time() else f"{span.closes_at:%H:%M}"
        said = f"{span.opens_at:%H:%M}-{closes}"
        by_day[span.weekday] = (*by_day.get(span.weekday, ()), said)
    return "; ".join(
        f"{_DAYS[first]}{'' if first == last else '-' + _DAYS[last]} {','.join(by_day[first])}"
        for first, last in _runs(by_day)
    )


def _runs(by_day: dict[int, tuple[str, ...]]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for day in sorted(by_day):
        if runs and runs[-1][1] == day - 1 and by_day[day] == by_day[runs[-1][0]]:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _sentence(first: int, last: int, spans: tuple[str, ...]) -> Text:
    hours = Words(spans)
    if first == last:
        return N_("{day}: {hours}", day=WEEKDAYS[first], hours=hours)
    return N_("{first} to {last}: {hours}", first=WEEKDAYS[first], last=WEEKDAYS[last], hours=hours)


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
