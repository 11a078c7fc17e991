from __future__ import annotations

import datetime as dt
from dataclasses import fields

import pytest

from directory.quality import UNKNOWN, Freshness, Known, completeness, freshness, unknown

TODAY = dt.date(2026, 3, 2)


def test_every_fact_that_may_be_unknown_has_a_name() -> None:
    assert {field.name for field in fields(Known)} == set(UNKNOWN)


def test_what_nobody_told_is_named_the_most_important_first() -> None:
    assert unknown(Known(criteria=True, hours=True))[0] == UNKNOWN["cost"]
    assert len(unknown(Known())) == len(UNKNOWN)


def test_completeness_goes_from_nothing_to_all() -> None:
    everything = Known(**dict.fromkeys(UNKNOWN, True))
    assert completeness(Known()) == 0
    assert completeness(everything) == 1
    assert unknown(everything) == ()


@pytest.mark.parametrize(
    ("days_ago", "is_permanent", "expected"),
    [
        (None, False, Freshness.NEVER),
        (0, False, Freshness.FRESH),
        (76, False, Freshness.FRESH),
        (77, False, Freshness.DUE),
        (90, False, Freshness.DUE),
        (91, False, Freshness.OLD),
        (91, True, Freshness.FRESH),
        (181, True, Freshness.OLD),
    ],
)
def test_a_verification_ages(days_ago: int | None, is_permanent: bool, expected: Freshness) -> None:
    day = None if days_ago is None else TODAY - dt.timedelta(days=days_ago)
    assert freshness(day, TODAY, is_permanent=is_permanent) is expected
