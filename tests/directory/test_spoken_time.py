from __future__ import annotations

import datetime as dt

import pytest

from directory.spoken_time import ago_words, due_words

NOW = dt.datetime(2026, 3, 2, 14, 30, tzinfo=dt.UTC)
TODAY = NOW.date()


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (at(2, 16), "by 16:00 today"),
        (at(2, 14, 30), "by 14:30 today"),
        (at(3, 9, 5), "by 9:05 tomorrow"),
        (at(4, 0), "by 2026-03-04, 0:00"),
        (at(2, 14, 29), "late by less than an hour"),
        (at(2, 13, 30), "late by one hour"),
        (at(1, 14, 31), "late by 23 hours"),
        (at(1, 14, 30), "late by one day"),
        (dt.datetime(2026, 2, 28, 14, 30, tzinfo=dt.UTC), "late by 2 days"),
    ],
)
def test_due_instant_is_said_as_people_say_it(due: dt.datetime, words: str) -> None:
    assert str(due_words(due, NOW)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "on 2026-03-03"),
        (0, "today"),
        (1, "yesterday"),
        (59, "59 days ago"),
        (60, "2 months ago"),
        (729, "24 months ago"),
        (730, "2 years ago"),
        (1100, "3 years ago"),
    ],
)
def test_past_day_is_said_as_people_say_it(days: int, words: str) -> None:
    assert str(ago_words(TODAY - dt.timedelta(days=days), TODAY)) == words
