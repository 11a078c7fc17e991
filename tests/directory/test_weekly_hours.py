"""Hours written as text become the spans of a week, or are refused."""

from __future__ import annotations

import datetime as dt

import pytest

from directory.core.errors import Invalid
from directory.opening_hours import Hours
from directory.weekly_hours import LONGEST, weekly_hours


def at(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def spans(days: range | tuple[int, ...], *hours: str) -> tuple[Hours, ...]:
    return tuple(
        sorted(
            Hours(day, at(span.split("-")[0]), at(span.split("-")[1]))
            for day in days
            for span in hours
        )
    )


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("24/7", spans(range(7), "00:00-00:00")),
        ("Mo-Fr 08:00-16:00", spans(range(5), "08:00-16:00")),
        ("Mo-Fr 8:00-16:00", spans(range(5), "08:00-16:00")),
        ("Mo-Sa 08:00-12:00,14:00-17:00; PH off", spans(range(6), "08:00-12:00", "14:00-17:00")),
        ("Mo,We 08:00-24:00", spans((0, 2), "08:00-00:00")),
        ("Su 22:00-02:00", spans((6,), "22:00-02:00")),
        ("Mo-Sa 08:00-16:00; We off", spans((0, 1, 3, 4, 5), "08:00-16:00")),
    ],
)
def test_hours_are_read(text: str, week: tuple[Hours, ...]) -> None:
    assert weekly_hours(text) == week


@pytest.mark.parametrize(
    "text",
    [
        "",
        "by appointment",
        "Mo-Fr",
        "Mo-Fr 8h-16h",
        "Mo-Fr 25:00-26:00",
        "Mo-Fr 08:00-16:00; PH 09:00-10:00",
        "Mar-Oct Mo-Fr 08:00-12:00",
        "sunrise-sunset",
        '08:00-16:00 "phone first"',
        "Su 10:00-12:00 off",
        "24/7 " * LONGEST,
    ],
)
def test_hours_that_no_week_can_say_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        weekly_hours(text)
    assert set(refused.value.fields) == {"schedule"}
