"""Deadlines, the ladder, pauses (C-T10 in part, C-T32)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.working_days import calendar_of
from routing.clocks import (
    CLOCKS,
    Action,
    Audience,
    Clock,
    due,
)
from routing.firings import next_firing, remembered, schedule, what_fires
from routing.priorities import PRIORITIES, URGENT, Priority
from routing.referral_life import LIFE
from routing.running_clocks import Running, after_step, steps_due
from routing.spans import days, hours, working_days

GUINEA = calendar_of("GN")
GERMANY = calendar_of("DE")
P0, P1, P2, P3 = Priority
FRIDAY = dt.datetime(2026, 3, 6, 15, 30, tzinfo=dt.UTC)
AFTER = {
    Clock.SEND: ("0:15:00", "1:00:00", "1 day, 0:00:00", "5 days, 0:00:00"),
    Clock.ACK: ("1:00:00", "4:00:00", "1 day, 0:00:00", "5 days, 0:00:00"),
    Clock.DECISION: ("3:00:00", "1 day, 0:00:00", "3 days, 0:00:00", "7 days, 0:00:00"),
    Clock.INFO: ("1:00:00", "4:00:00", "1 day, 0:00:00", "5 days, 0:00:00"),
    Clock.INFORM: ("3:00:00", "1 day, 0:00:00", "2 days, 0:00:00", "5 days, 0:00:00"),
    Clock.CONTACT: ("8:30:00", "1 day, 0:00:00", "3 days, 0:00:00", "14 days, 0:00:00"),
    Clock.START: ("1 day, 0:00:00", "3 days, 0:00:00", "7 days, 0:00:00", "30 days, 0:00:00"),
    Clock.NEXT_ACTION: ("3:00:00", "1 day, 0:00:00", "3 days, 0:00:00", "7 days, 0:00:00"),
}
"""Table of promises, from a Friday at 15:30: three working days are five days."""


@pytest.mark.parametrize("clock", AFTER)
def test_promises_are_those_of_the_table(clock: Clock) -> None:
    assert tuple(str(due(clock, p, FRIDAY, GUINEA) - FRIDAY) for p in Priority) == AFTER[clock]


def test_every_clock_has_a_rule_a_label_and_a_ladder() -> None:
    assert set(CLOCKS) == set(Clock)
    for rule in CLOCKS.values():
        assert set(rule.spans) == set(Priority) == set(PRIORITIES)
        assert str(rule.label)
        assert rule.ladder


def test_every_clock_is_started_by_a_step() -> None:
    assert {name for step in LIFE.steps for name in step.starts} == set(Clock)


def test_same_day_ends_at_midnight_of_the_country_and_is_never_too_short() -> None:
    evening = dt.datetime(2026, 7, 1, 19, 0, tzinfo=dt.UTC)
    assert due(Clock.CONTACT, P0, evening, GUINEA) == dt.datetime(2026, 7, 2, 0, 0, tzinfo=dt.UTC)
    assert due(Clock.CONTACT, P0, evening, GERMANY) == dt.datetime(2026, 7, 1, 22, 0, tzinfo=dt.UTC)
    late = dt.datetime(2026, 7, 1, 23, 50, tzinfo=dt.UTC)
    assert due(Clock.CONTACT, P0, late, GUINEA) == late + dt.timedelta(hours=3)


def test_decision_never_takes_more_than_fourteen_days() -> None:
    closed = {dt.date(2026, 3, 6) + dt.timedelta(days=n) for n in range(1, 30)}
    long_feast = replace(GUINEA, holidays=closed)
    assert due(Clock.DECISION, P3, FRIDAY, long_feast) == FRIDAY + dt.timedelta(days=14)
    assert due(Clock.ACK, P3, FRIDAY, long_feast) > FRIDAY + dt.timedelta(days=29)


def test_listing_may_promise_less_and_never_more() -> None:
    table = due(Clock.DECISION, P3, FRIDAY, GUINEA)
    assert due(Clock.DECISION, P3, FRIDAY, GUINEA, promised=working_days(2)) < table
    assert due(Clock.DECISION, P3, FRIDAY, GUINEA, promised=hours(1)) == FRIDAY + dt.timedelta(
        hours=1
    )
    assert due(Clock.DECISION, P3, FRIDAY, GUINEA, promised=days(60)) == table


def test_agreed_date_replaces_only_where_people_agree_on_dates() -> None:
    far = FRIDAY + dt.timedelta(days=300)
    assert due(Clock.EXPECTED_END, P3, FRIDAY, GUINEA, agreed=far) == far
    assert due(Clock.RESUME, P3, FRIDAY, GUINEA, agreed=far) == FRIDAY + dt.timedelta(days=60)
    soon = FRIDAY + dt.timedelta(days=5)
    assert due(Clock.RESUME, P3, FRIDAY, GUINEA, agreed=soon) == soon


def test_stored_due_instant_does_not_move_when_the_calendar_is_edited() -> None:
    until = due(Clock.DECISION, P3, FRIDAY, GUINEA)
    feast = replace(GUINEA, holidays={dt.date(2026, 3, 11)})
    before = schedule(Clock.DECISION, P3, FRIDAY, until, GUINEA)
    after = schedule(Clock.DECISION, P3, FRIDAY, until, feast)
    at_due = [[f.at for f in firings if f.key.endswith("1.00")] for firings in (before, after)]
    assert at_due == [[until], [until]]


# ------------------------------------------------------------------------------------- ladder


@pytest.mark.parametrize(
    ("priority", "expected"),
    [
        (P0, [("remind", 0.5), ("escalate", 1.0), ("expire", 1.0)]),
        (P1, [("remind", 0.5), ("escalate", 1.0), ("expire", 1.0)]),
        (P2, [("remind", 0.5), ("escalate", 1.0), ("expire", 1.5)]),
        (P3, [("remind", 0.5), ("escalate", 1.0), ("expire", 1.5)]),
    ],
)
def test_ladder_of_the_decision(priority: Priority, expected: list[tuple[str, float]]) -> None:
    monday = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
    until = monday + dt.timedelta(hours=8)
    ladder = schedule(Clock.DECISION, priority, monday, until, GUINEA)
    hours_8 = dt.timedelta(hours=8)
    assert [(f.action.value, (f.at - monday) / hours_8) for f in ladder] == expected


def test_who_hears_of_what() -> None:
    hears = {
        (clock, rung.share): {a.value for a in rung.audience}
        for clock, rule in CLOCKS.items()
        for rung in rule.ladder
        if rung.action is not Action.EXPIRE
    }
    assert hears[Clock.ACK, 0.5] == {"FP"}
    assert hears[Clock.DECISION, 1.0] == {"DEPUTY", "PA", "RS"}
    assert hears[Clock.NEXT_ACTION, 1.0] == {"RS"}
    assert hears[Clock.NEXT_ACTION, 2.0] == {"RCO"}
    assert hears[Clock.SATISFACTION, 1.0] == {"RS"}
    assert Audience.RS.value in hears[Clock.DRAFT, 7 / 30]


@pytest.mark.parametrize(
    ("clock", "share", "step"),
    [
        (Clock.CONTACT, 2, "contact-expire"), (Clock.START, 2, "start-expire"),
        (Clock.INFO, 1, "info-expire"), (Clock.RESUME, 1, "hold-expire"),
        (Clock.MAX_WAIT, 1, "wait-end"), (Clock.DRAFT, 1, "draft-expire"),
    ],
)  # fmt: skip
def test_expiry_takes_its_step_on_time_and_not_before(clock: Clock, share: int, step: str) -> None:
    until = due(clock, P2, FRIDAY, GUINEA)
    running = [Running(clock, FRIDAY, until)]
    last = FRIDAY + (until - FRIDAY) * share
    assert steps_due(running, P2, last - dt.timedelta(seconds=1), GUINEA) == frozenset()
    assert steps_due(running, P2, last, GUINEA) == {step}
    assert steps_due([running[0].pause(FRIDAY)], P2, last, GUINEA) == frozenset()


def test_silent_service_ends_thirty_days_after_its_expected_end() -> None:
    until = FRIDAY + dt.timedelta(days=100)
    running = [Running(Clock.EXPECTED_END, FRIDAY, until)]
    assert steps_due(running, P3, until + dt.timedelta(days=30, seconds=-1), GUINEA) == frozenset()
    assert steps_due(running, P3, until + dt.timedelta(days=30), GUINEA) == {"provider-end"}


def test_reminders_of_working_day_clocks_do_not_fall_on_free_days() -> None:
    until = due(Clock.DECISION, P3, FRIDAY, GUINEA)
    for firing in schedule(Clock.DECISION, P3, FRIDAY, until, GUINEA):
        assert GUINEA.is_working(firing.at.date()), firing


def test_after_an_outage_everything_missed_fires_once_in_order() -> None:
    until = due(Clock.DECISION, P2, FRIDAY, GUINEA)
    late = FRIDAY + dt.timedelta(days=30)
    missed = what_fires(Clock.DECISION, P2, FRIDAY, until, late, GUINEA)
    assert [firing.action for firing in missed] == [Action.REMIND, Action.ESCALATE, Action.EXPIRE]
    assert [firing.at for firing in missed] == sorted(firing.at for firing in missed)
    fired = {firing.key for firing in missed}
    assert len(fired) == 3
    assert what_fires(Clock.DECISION, P2, FRIDAY, until, late, GUINEA, fired) == ()
    assert next_firing(Clock.DECISION, P2, FRIDAY, until, GUINEA, fired) is None
    assert next_firing(Clock.DECISION, P2, FRIDAY, until, GUINEA) == missed[0]


def test_keys_of_firings_differ_so_that_each_is_done_once() -> None:
    for rule in CLOCKS.values():
        for priority in Priority:
            keys = [f.key for f in schedule(rule.name, priority, FRIDAY, FRIDAY, GUINEA)]
            assert len(keys) == len(set(keys))


def test_what_never_ends_by_itself_is_said_again_and_missed_words_are_not_made_up() -> None:
    until = due(Clock.NEXT_ACTION, P2, FRIDAY, GUINEA)
    ladder = [one.key for one in schedule(Clock.NEXT_ACTION, P2, FRIDAY, until, GUINEA)]
    last = FRIDAY + 2 * (until - FRIDAY)
    later = last + dt.timedelta(days=23)
    assert what_fires(Clock.NEXT_ACTION, P2, FRIDAY, until, last, GUINEA, ladder) == ()
    [said] = what_fires(Clock.NEXT_ACTION, P2, FRIDAY, until, later, GUINEA, ladder)
    assert (said.key, said.at) == ("next-action:again:3", last + dt.timedelta(days=21))
    assert said.audience == {Audience.RS, Audience.RCO}
    fired = remembered(ladder, said)
    assert what_fires(Clock.NEXT_ACTION, P2, FRIDAY, until, later, GUINEA, fired) == ()
    following = next_firing(Clock.NEXT_ACTION, P2, FRIDAY, until, GUINEA, fired)
    assert following is not None
    assert following.at == last + dt.timedelta(days=28)
    assert remembered(fired, following) == [*ladder, following.key]


def test_every_clock_ends_by_itself_or_goes_on_asking() -> None:
    """Only a follow-up is asked once: each of them has a row of its own."""
    for rule in CLOCKS.values():
        ends = any(rung.action is Action.EXPIRE for rung in rule.ladder)
        if rule.name not in {Clock.ACK, Clock.FOLLOW_UPS}:
            assert ends != (rule.again is not None), rule.name


# -------------------------------------------------------------------------------------- pauses


def test_pause_gives_back_the_time_by_the_clock() -> None:
    running = Running(Clock.DECISION, FRIDAY, FRIDAY + dt.timedelta(hours=72))
    paused = running.pause(FRIDAY + dt.timedelta(hours=70))
    assert paused.pause(FRIDAY + dt.timedelta(hours=71)) == paused
    resumed = paused.resume(P2, FRIDAY + dt.timedelta(hours=90), GUINEA)
    assert resumed.due_at == FRIDAY + dt.timedelta(hours=92)
    assert resumed.paused_at is None
    assert resumed.resume(P2, FRIDAY + dt.timedelta(hours=99), GUINEA) == resumed


def test_pause_gives_back_working_days_where_they_were_promised() -> None:
    monday = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
    running = Running(Clock.DECISION, monday, due(Clock.DECISION, P3, monday, GUINEA))
    paused = running.pause(monday + dt.timedelta(days=2))  # three working days are left
    resumed = paused.resume(P3, monday + dt.timedelta(days=4), GUINEA)  # on Friday
    assert resumed.due_at == dt.datetime(2026, 3, 11, 10, 0, tzinfo=dt.UTC)


@given(
    st.sampled_from(Priority),
    st.integers(0, 20_000),
    st.integers(0, 20_000),
    st.sampled_from((Clock.DECISION, Clock.EXPECTED_END)),
)
def test_pause_never_takes_time_away(
    priority: Priority, before: int, pause: int, clock: Clock
) -> None:
    running = Running(clock, FRIDAY, due(clock, priority, FRIDAY, GUINEA))
    stopped = FRIDAY + dt.timedelta(minutes=before)
    gone = stopped + dt.timedelta(minutes=pause)
    resumed = running.pause(stopped).resume(priority, gone, GUINEA)
    assert resumed.due_at >= running.due_at
    if stopped <= running.due_at and CLOCKS[clock].spans[priority].unit != "working-days":
        assert resumed.due_at - gone == running.due_at - stopped


# --------------------------------------------------------------------------------- steps and clocks


def line(identifier: str):  # noqa: ANN201 -- the type of the table's lines is long
    return next(step for step in LIFE.steps if step.id == identifier)


def test_step_stops_pauses_resumes_and_starts() -> None:
    sent = after_step(line("T04"), {}, P3, FRIDAY, GUINEA)
    assert sent.keys() == {Clock.ACK, Clock.DECISION}
    received = after_step(line("T08"), sent, P3, FRIDAY, GUINEA)
    assert received.keys() == {Clock.DECISION}
    asked = after_step(line("T14"), received, P3, FRIDAY, GUINEA)
    assert asked[Clock.DECISION].paused_at == FRIDAY
    assert asked.keys() == {Clock.DECISION, Clock.INFO}
    # A week later; the feast of 20 March is a free day more.
    answered = after_step(line("T17"), asked, P3, FRIDAY + dt.timedelta(days=7), GUINEA)
    assert answered.keys() == {Clock.DECISION}
    assert answered[Clock.DECISION].due_at == GUINEA.add_working_days(
        FRIDAY + dt.timedelta(days=7), 5
    )


def test_dispute_halves_the_time_to_contact_and_starts_what_does_not_run() -> None:
    accepted = after_step(line("T09"), {}, P2, FRIDAY, GUINEA)
    serving = after_step(line("T23"), accepted, P2, FRIDAY, GUINEA)
    disputed = after_step(line("T22b"), serving, P2, FRIDAY, GUINEA)
    assert disputed[Clock.CONTACT].due_at == FRIDAY + dt.timedelta(hours=36)
    assert disputed[Clock.START].due_at == FRIDAY + dt.timedelta(days=7)
    assert Clock.EXPECTED_END not in disputed
    contacted = after_step(line("T22"), accepted, P2, FRIDAY, GUINEA)
    later = FRIDAY + dt.timedelta(days=1)
    again = after_step(line("T22b"), contacted, P2, later, GUINEA)
    assert again[Clock.START] == accepted[Clock.START]


def test_promises_and_agreed_dates_reach_the_clocks_of_a_step() -> None:
    end = FRIDAY + dt.timedelta(days=200)
    sent = after_step(line("T04"), {}, P3, FRIDAY, GUINEA, promised={Clock.DECISION: hours(2)})
    assert sent[Clock.DECISION].due_at == FRIDAY + dt.timedelta(hours=2)
    serving = after_step(line("T26"), {}, P3, FRIDAY, GUINEA, agreed={Clock.EXPECTED_END: end})
    assert serving[Clock.EXPECTED_END].due_at == end


def test_two_priorities_are_urgent() -> None:
    assert {P0, P1} == URGENT
