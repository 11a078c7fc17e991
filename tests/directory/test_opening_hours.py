from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from directory.opening_hours import Hours, is_open, week
from directory.working_days import Calendar, calendar_of

GUINEA = calendar_of("GN")
MONDAY = dt.date(2026, 3, 2)
OFFICE = [Hours(day, dt.time(8), dt.time(16)) for day in range(5)]
NIGHT = [Hours(4, dt.time(20), dt.time(6))]
WHOLE_DAY = [Hours(6, dt.time(0), dt.time(0))]


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), dt.UTC)


@pytest.mark.parametrize(
    ("hours", "when", "expected"),
    [
        ([], at(MONDAY, 9), None),
        (OFFICE, at(MONDAY, 7, 59), False),
        (OFFICE, at(MONDAY, 8), True),
        (OFFICE, at(MONDAY, 15, 59), True),
        (OFFICE, at(MONDAY, 16), False),
        (OFFICE, at(MONDAY + dt.timedelta(days=5), 9), False),
        (NIGHT, at(MONDAY + dt.timedelta(days=4), 23), True),
        (NIGHT, at(MONDAY + dt.timedelta(days=5), 5, 59), True),
        (NIGHT, at(MONDAY + dt.timedelta(days=5), 6), False),
        (NIGHT, at(MONDAY + dt.timedelta(days=4), 5), False),
        (WHOLE_DAY, at(MONDAY - dt.timedelta(days=1), 0), True),
        (WHOLE_DAY, at(MONDAY - dt.timedelta(days=1), 23, 59), True),
        (WHOLE_DAY, at(MONDAY, 0), False),
    ],
)
def test_it_is_open_within_its_spans(
    hours: list[Hours], when: dt.datetime, expected: bool | None
) -> None:
    assert is_open(hours, when, GUINEA) is expected


def test_nobody_is_received_on_a_public_holiday() -> None:
    labour_day = dt.date(2026, 5, 1)
    assert labour_day in GUINEA.holidays
    assert is_open(OFFICE, at(labour_day, 9), GUINEA) is False


def test_hours_are_local_time() -> None:
    east = Calendar("XX", ZoneInfo("Africa/Nairobi"), frozenset(), (), holidays_known=True)
    assert is_open(OFFICE, at(MONDAY, 5), east) is True
    assert is_open(OFFICE, at(MONDAY, 5), GUINEA) is False


@pytest.mark.parametrize(
    ("hours", "sentences"),
    [
        ([], []),
        (OFFICE, ["Monday to Friday: 08:00–16:00"]),
        (NIGHT, ["Friday: 20:00–06:00"]),
        (
            [*OFFICE[:2], Hours(2, dt.time(8), dt.time(12)), Hours(2, dt.time(14), dt.time(17))],
            ["Monday to Tuesday: 08:00–16:00", "Wednesday: 08:00–12:00, 14:00–17:00"],
        ),
        ([OFFICE[0], OFFICE[2]], ["Monday: 08:00–16:00", "Wednesday: 08:00–16:00"]),
    ],
)
def test_a_week_reads_in_few_sentences(hours: list[Hours], sentences: list[str]) -> None:
    assert [str(line) for line in week(hours)] == sentences
