"""Intake windows: recurrence, cut-off, cohort, end of the year (C-T05)."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.intake import Window, check_recurrence, feasible_start, intake


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


YEARLY = Window(day("2020-11-15"), day("2021-01-15"), recurrence="FREQ=YEARLY")
"""A yearly campaign over the end of the year."""


@pytest.mark.parametrize(
    ("today", "opens", "is_open"),
    [
        ("2026-11-14", "2026-11-15", False),
        ("2026-11-15", "2026-11-15", True),
        ("2026-12-31", "2026-11-15", True),
        ("2027-01-01", "2026-11-15", True),
        ("2027-01-15", "2026-11-15", True),
        ("2027-01-16", "2027-11-15", False),
    ],
)
def test_yearly_campaign_over_the_end_of_the_year(today: str, opens: str, is_open: bool) -> None:
    state = intake([YEARLY], day(today))
    opening = state.now if is_open else state.next
    assert opening is not None
    assert opening.opens_on == day(opens)
    assert (state.now is not None) == is_open


def test_closed_forever_has_no_next_opening() -> None:
    state = intake([Window(day("2025-01-01"), day("2025-02-01"))], day("2026-03-15"))
    assert (state.now, state.next, state.is_always_open) == (None, None, False)


def test_without_windows_people_can_always_apply() -> None:
    assert intake([], day("2026-03-15")).is_always_open
    assert feasible_start([], day("2026-03-15")) == day("2026-03-15")


def test_rule_that_has_ended_opens_no_more() -> None:
    window = Window(day("2020-01-01"), day("2020-02-01"), recurrence="FREQ=YEARLY;COUNT=3")
    assert intake([window], day("2022-02-01")).now is not None
    assert intake([window], day("2022-02-02")).next is None


@pytest.mark.parametrize(("today", "is_open"), [("2026-04-20", True), ("2026-04-21", False)])
def test_file_must_be_there_before_the_cut_off(today: str, is_open: bool) -> None:
    window = Window(day("2026-03-01"), day("2026-04-30"), day("2026-05-01"), cut_off_days=11)
    assert (intake([window], day(today)).now is not None) == is_open


def test_start_comes_again_with_its_window() -> None:
    window = Window(day("2024-02-01"), day("2024-02-29"), day("2024-03-04"), "FREQ=YEARLY")
    state = intake([window], day("2027-02-10"))
    assert state.now is not None
    assert state.now.starts_on == day("2027-03-04")
    assert state.now.last_on == day("2027-03-01")
    assert feasible_start([window], day("2027-02-10")) == day("2027-03-04")


def test_deadline_without_an_opening_day_is_open_until_it_comes_again() -> None:
    window = Window(closes_on=day("2024-06-30"), recurrence="FREQ=YEARLY")
    state = intake([window], day("2026-07-01"))
    assert state.now is not None
    assert state.now.last_on == day("2027-06-30")


def test_cohort_that_is_not_full_starts_on_an_unknown_day() -> None:
    window = Window(day("2026-01-01"), cohort=20, waiting=12)
    assert intake([window], day("2026-03-15")).now is not None
    assert feasible_start([window], day("2026-03-15")) is None
    full = Window(day("2026-01-01"), cohort=20, waiting=20)
    assert feasible_start([full], day("2026-03-15")) == day("2026-03-15")


def test_start_of_what_is_closed_for_good_is_unknown() -> None:
    assert feasible_start([Window(closes_on=day("2025-02-01"))], day("2026-03-15")) is None


def test_rule_whose_file_must_always_be_there_before_the_opening_never_opens() -> None:
    """The horizon ends the search: a start on the day of opening with a cut-off before it."""
    window = Window(
        day("2024-01-01"), starts_on=day("2024-01-01"), recurrence="FREQ=YEARLY", cut_off_days=5
    )
    assert (intake([window], day("2026-03-15")).now, intake([window], day("2026-03-15")).next) == (
        None,
        None,
    )


def test_of_several_windows_the_one_open_longest_counts_and_the_one_opening_first() -> None:
    short, long = (
        Window(day("2026-03-01"), day("2026-03-20")),
        Window(day("2026-03-01"), day("2026-04-20")),
    )
    assert intake([short, long], day("2026-03-15")).now == intake([long], day("2026-03-15")).now
    assert (
        intake([YEARLY, short], day("2026-02-15")).next == intake([short], day("2026-02-15")).next
    )


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY", "every year", "FREQ=NEVER", "FREQ=YEARLY;BYDAY=XX"]
)
def test_rule_of_repetition_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_recurrence(rule)
    assert list(caught.value.fields) == ["recurrence"]


def test_rule_of_repetition_is_accepted() -> None:
    check_recurrence("FREQ=MONTHLY;BYDAY=1MO")


days = st.dates(day("2019-01-01"), day("2022-12-31"))


@given(days, st.integers(0, 400), days, st.sampled_from(["YEARLY", "MONTHLY"]))
def test_state_agrees_with_a_search_day_by_day(
    opens: dt.date, length: int, today: dt.date, frequency: str
) -> None:
    opens = opens.replace(day=min(opens.day, 28))
    closes = opens + dt.timedelta(days=length)
    step = relativedelta(years=1) if frequency == "YEARLY" else relativedelta(months=1)
    span = relativedelta(closes, opens)
    starts = [opens + step * number for number in range(60)]
    state = intake([Window(opens, closes, recurrence=f"FREQ={frequency}")], today)
    is_open = any(start <= today <= start + span for start in starts)
    assert (state.now is not None) == is_open
    if not is_open:
        assert state.next is not None
        assert state.next.opens_on == min(start for start in starts if start > today)
