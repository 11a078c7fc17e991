"""Working days by country."""

from __future__ import annotations

import datetime as dt

import pytest

from directory.working_days import calendar_of

UTC = dt.UTC


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "start", "count", "expected"),
    [
        ("GN", "2026-03-02T10:00", 3, "2026-03-05T10:00"),  # within a week
        ("GN", "2026-04-03T16:00", 1, "2026-04-07T16:00"),  # Easter Monday
        ("GN", "2026-03-07T10:00", 1, "2026-03-09T10:00"),  # begun on a Saturday
        (
            "SN",
            "2026-04-03T09:00",
            3,
            "2026-04-09T09:00",
        ),  # Easter Monday, Independence on a Saturday
        ("GM", "2026-02-17T09:00", 1, "2026-02-19T09:00"),  # Independence on the 18th
        ("ML", "2027-12-31T23:00", 1, "2028-01-03T23:00"),  # year end
        ("ML", "2028-02-28T08:00", 2, "2028-03-01T08:00"),  # leap day
        ("NE", "2026-03-06T08:00", 1, "2026-03-07T08:00"),  # Saturday is a working day
        ("DZ", "2026-03-05T08:00", 1, "2026-03-08T08:00"),  # the weekend is Friday and Saturday
        ("", "2026-05-01T08:00", 1, "2026-05-04T08:00"),
    ],
)
def test_working_days_are_counted(country: str, start: str, count: int, expected: str) -> None:
    assert calendar_of(country).add_working_days(at(start), count) == at(expected)


def test_countries_of_the_first_release_have_holidays_and_are_on_utc() -> None:
    for country in ("GM", "GN", "ML", "SN"):
        calendar = calendar_of(country)
        assert calendar.holidays_known
        assert calendar.remark is None
        assert not calendar.is_working(dt.date(2027, 1, 1))
        assert calendar.zone.utcoffset(dt.datetime(2026, 7, 1)) == dt.timedelta(0)  # noqa: DTZ001


def test_country_without_known_holidays_says_so() -> None:
    nowhere = calendar_of("XX")
    assert str(nowhere.remark) == (
        "Public holidays of XX are not known here: only weekends are counted as free."
    )
    assert nowhere.is_working(dt.date(2027, 1, 1))
    assert not nowhere.is_working(dt.date(2027, 1, 2))


def test_civil_time_is_kept_when_the_clocks_change() -> None:
    germany = calendar_of("DE")
    before = dt.datetime(2026, 3, 27, 15, 0, tzinfo=germany.zone)
    after = germany.add_working_days(before, 1)
    assert after.tzinfo is UTC
    assert after.astimezone(germany.zone).isoformat() == "2026-03-30T15:00:00+02:00"
    assert germany.add_days(before, 3) == after
    assert after - before == dt.timedelta(days=3) - dt.timedelta(hours=1)


def test_roll_forward_moves_only_free_days() -> None:
    guinea = calendar_of("GN")
    assert guinea.roll_forward(at("2026-03-06T20:00")) == at("2026-03-06T20:00")
    assert guinea.roll_forward(at("2026-03-07T20:00")) == at("2026-03-09T20:00")


def test_working_days_between_is_the_reverse_of_adding() -> None:
    guinea = calendar_of("GN")
    start = at("2026-04-01T10:00")
    for count in range(40):
        end = guinea.add_working_days(start, count)
        assert guinea.working_days_between(start, end) == count


def test_end_of_day_is_that_of_the_country() -> None:
    germany = calendar_of("DE")
    assert germany.end_of_day(at("2026-07-01T21:59")) == at("2026-07-01T22:00")
    assert germany.end_of_day(at("2026-07-01T22:00")) == at("2026-07-02T22:00")
