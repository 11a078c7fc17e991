"""When somebody counts as unreachable (C-T11)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.working_days import calendar_of
from routing.attempts import (
    OUTCOMES,
    Attempt,
    AttemptSummary,
    Outcome,
    summarise,
    tried_enough,
    unreachable,
)
from tests.routing.referral_cases import TRIED

GUINEA = calendar_of("GN")
START = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"count": 5}, {"routes": 2}, {"days": 3}, {"span_days": 20},
        {"outside_office_hours": False},
        {"announced": False}, {"trusted_contact_tried": False}, {"visited": False},
        {"reached": True},
    ],
)  # fmt: skip
def test_one_thing_not_tried_is_enough_not_to_give_up(change: dict[str, object]) -> None:
    assert unreachable(TRIED) is None
    assert unreachable(replace(TRIED, **change)) is not None


@pytest.mark.parametrize("known", [0, 1, 2, 3, 4])
def test_all_routes_are_enough_where_there_are_fewer_than_three(known: int) -> None:
    done = replace(TRIED, routes=min(known, 3), routes_known=known)
    assert unreachable(done) is None
    if known:
        assert unreachable(replace(done, routes=done.routes - 1)) is not None


def test_trusted_contact_and_visit_are_tried_only_where_possible() -> None:
    alone = replace(TRIED, trusted_contact_known=False, trusted_contact_tried=False)
    assert unreachable(alone) is None
    assert unreachable(replace(TRIED, visit_allowed=False, visited=False)) is None


@pytest.mark.parametrize(
    ("count", "routes", "days", "known", "enough"),
    [
        (3, 2, 2, 2, True), (2, 2, 2, 2, False), (3, 1, 2, 2, False), (3, 1, 2, 1, True),
        (3, 2, 1, 2, False), (3, 2, 2, 5, True),
    ],
)  # fmt: skip
def test_provider_tries_three_times_by_two_routes_on_two_days(
    count: int, routes: int, days: int, known: int, enough: bool
) -> None:
    done = AttemptSummary(count=count, routes=routes, days=days, routes_known=known)
    assert (tried_enough(done) is None) is enough


def test_who_was_reached_is_not_out_of_reach() -> None:
    done = AttemptSummary(count=9, routes=3, days=5, routes_known=3, reached=True)
    assert tried_enough(done) is not None


def test_sums() -> None:
    attempts = [
        Attempt(START, "phone", Outcome.OFF),
        Attempt(START + dt.timedelta(hours=9), "phone", Outcome.NO_ANSWER, announced=True),
        Attempt(
            START + dt.timedelta(days=21), "sister", Outcome.THIRD_PARTY, to_trusted_contact=True
        ),
    ]
    done = summarise(
        attempts, GUINEA, routes_known=2, trusted_contact_known=True, visit_allowed=False
    )
    assert done == AttemptSummary(
        count=3, routes=1, days=2, span_days=21, outside_office_hours=True, announced=True,
        trusted_contact_tried=True, routes_known=2, trusted_contact_known=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        ("2026-03-02T07:59", True), ("2026-03-02T08:00", False), ("2026-03-02T16:59", False),
        ("2026-03-02T17:00", True), ("2026-03-07T10:00", True), ("2026-05-01T10:00", True),
    ],
)  # fmt: skip
def test_office_hours_are_those_of_the_country(at: str, outside: bool) -> None:
    attempt = Attempt(dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC), "phone", Outcome.OFF)
    done = summarise(
        [attempt], GUINEA, routes_known=1, trusted_contact_known=False, visit_allowed=False
    )
    assert done.outside_office_hours is outside


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40 * 24),
            st.sampled_from("abcd"),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.integers(0, 4),
)
def test_nobody_is_lost_before_six_attempts_four_days_and_three_weeks(
    log: list[tuple[int, str, bool, bool, bool]], known: int
) -> None:
    attempts = [
        Attempt(START + dt.timedelta(hours=hour), route, Outcome.OFF, announced, trusted, visit)
        for hour, route, announced, trusted, visit in log
    ]
    done = summarise(
        attempts, GUINEA, routes_known=known, trusted_contact_known=True, visit_allowed=True
    )
    if unreachable(done) is None:
        assert len(log) >= 6
        assert len({(START + dt.timedelta(hours=hour)).date() for hour, *_ in log}) >= 4
        assert max(log)[0] - min(log)[0] >= 20 * 24
        assert len({route for _, route, *_ in log}) >= min(3, known)


def test_every_outcome_has_a_label() -> None:
    assert set(OUTCOMES) == set(Outcome)
