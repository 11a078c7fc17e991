"""Telephones are left in peace at night, in the civil time of the country."""

from __future__ import annotations

import datetime as dt

import pytest

from directory.quiet_hours import country_of, wait_until
from directory.working_days import calendar_of


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("country", "at", "until"),
    [
        ("GN", "2026-03-02T20:59", None),
        ("GN", "2026-03-02T21:00", "2026-03-03T07:00"),
        ("GN", "2026-03-03T06:59", "2026-03-03T07:00"),
        ("GN", "2026-03-03T07:00", None),
        ("FR", "2026-07-01T19:30", "2026-07-02T05:00"),
        ("FR", "2026-07-01T18:30", None),
    ],
)
def test_night_ends_in_the_morning_of_the_country(country: str, at: str, until: str | None) -> None:
    found = wait_until(utc(at), calendar_of(country), begin=21, end=7)
    assert found == (utc(until) if until else None)


@pytest.mark.parametrize(
    ("address", "country"),
    [("+224620123456", "GN"), ("+33612345678", "FR"), ("a@example.org", ""), ("+1", ""), ("+", "")],
)
def test_a_number_says_its_country(address: str, country: str) -> None:
    assert country_of(address) == country


@pytest.mark.parametrize("hour", [0, 6, 12, 23])
def test_equal_hours_mean_that_there_is_no_night(hour: int) -> None:
    at = utc("2026-03-02T00:00").replace(hour=hour)
    assert wait_until(at, calendar_of("GN"), begin=7, end=7) is None


def test_a_rest_at_noon_is_possible_too() -> None:
    found = wait_until(utc("2026-03-02T12:30"), calendar_of("GN"), begin=12, end=14)
    assert found == utc("2026-03-02T14:00")
