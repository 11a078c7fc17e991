"""Opening hours as lists and maps write them ("Mo-Fr 08:00-16:00") become spans of weekdays.

The notation is OpenStreetMap's. Only what is the same in every week is taken: seasons, sunsets,
remarks and hours of public holidays are refused, because a week cannot say them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from opening_hours import OpeningHours, State, validate

from directory.core.errors import Invalid
from directory.core.text import N_
from directory.opening_hours import Hours

LONGEST = 200
_WEEKLY = re.compile(
    r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH (?:off|closed)|off|closed|24/7|\d\d?:\d\d|[-,; ])+"
)
_TIMES = re.compile(r":|24/7")
"""Days without times mean all day in the notation; people who write so do not know the times."""
_MONDAY = dt.datetime(2024, 1, 1)  # noqa: DTZ001 -- hours of the week are local time anywhere
_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


def weekly_hours(text: str) -> tuple[Hours, ...]:
    """The spans of a week; raises ``Invalid`` for anything that is not the same in every week."""
    spans: list[Hours] = []
    if len(text) <= LONGEST and _WEEKLY.fullmatch(text) and _TIMES.search(text) and validate(text):
        spans = sorted(_spans(OpeningHours(text)))
    if not spans:
        raise _refused(text)
    return tuple(spans)


def _spans(rule: OpeningHours) -> Iterator[Hours]:
    """Read from the middle of three weeks, so that a night that crosses Sunday is whole."""
    for start, end, state, _remark in rule.intervals(_MONDAY - _WEEK, _MONDAY + 2 * _WEEK):
        if state == State.OPEN:
            for opens, closes in _within_a_day(start, end):
                if _MONDAY <= opens < _MONDAY + _WEEK:
                    yield Hours(opens.weekday(), opens.time(), closes.time())


def _within_a_day(
    start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """A night stays one span; what is longer than a day is cut at midnight."""
    if end - start <= _DAY:
        yield start, end
        return
    while start < end:
        midnight = start.replace(hour=0, minute=0) + _DAY
        yield start, min(midnight, end)
        start = midnight


def _refused(text: str) -> Invalid:
    return Invalid(
        {
            "schedule": N_(
                "“{hours}” cannot be read: write hours as “Mo-Fr 08:00-16:00” or “24/7”.",
                hours=text[:LONGEST],
            )
        }
    )
