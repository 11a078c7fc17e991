"""Every deadline on the days where calendars go wrong, against a slow, obvious count (C-T32)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.operations.calendars import declare_day
from directory.working_days import Calendar, calendar_of
from routing.clocks import CLOCKS, Clock, due
from routing.models import ReferralClock, ReferralEvent
from routing.operations.tick import tick
from routing.priorities import Priority
from routing.referral_life import LIFE, State
from routing.spans import Span, Unit
from tests.routing import journeys
from tests.routing.stories import DAY, Story

ON_UTC = {
    "GM": "Africa/Banjul",
    "GN": "Africa/Conakry",
    "ML": "Africa/Bamako",
    "SN": "Africa/Dakar",
}
"""The four countries, which never change their clocks."""
HOSTS = {"DE": "Europe/Berlin", "BE": "Europe/Brussels"}
"""Countries that people return from, which do."""
STARTS = {
    "month end": (2026, 4, 30, 16, 45),
    "end of February": (2027, 2, 28, 9, 0),
    "leap day": (2028, 2, 29, 11, 30),
    "before the leap day": (2028, 2, 28, 8, 15),
    "year end": (2026, 12, 31, 23, 30),
    "end of Ramadan": (2026, 3, 18, 10, 0),
    "before Tabaski": (2026, 5, 25, 14, 0),
    "before Easter": (2026, 4, 2, 17, 0),
    "a Saturday": (2026, 3, 7, 10, 0),
    "spring forward": (2026, 3, 27, 15, 0),
    "fall back": (2026, 10, 23, 15, 0),
}


def counted(span: Span, start: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The same promise, counted day by day on the wall calendar."""
    match span.unit:
        case Unit.MINUTES | Unit.HOURS:
            return start + dt.timedelta(**{span.unit.value: span.amount})
        case Unit.SAME_DAY:
            local = start.astimezone(calendar.zone)
            midnight = dt.datetime(local.year, local.month, local.day, tzinfo=calendar.zone)
            next_midnight = (midnight.replace(tzinfo=None) + DAY).replace(tzinfo=calendar.zone)
            return max(next_midnight.astimezone(dt.UTC), start + dt.timedelta(hours=span.amount))
    wall = start.astimezone(calendar.zone).replace(tzinfo=None)
    left = span.amount
    while left:
        wall += DAY
        is_free = wall.weekday() in calendar.weekend or wall.date() in calendar.holidays
        left -= not (span.unit is Unit.WORKING_DAYS and is_free)
    return wall.replace(tzinfo=calendar.zone).astimezone(dt.UTC)


@pytest.mark.parametrize("country", [*ON_UTC, *HOSTS])
@pytest.mark.parametrize("when", STARTS)
def test_every_deadline_is_what_the_wall_calendar_says(country: str, when: str) -> None:
    calendar = calendar_of(country)
    assert calendar.zone == ZoneInfo((ON_UTC | HOSTS)[country])
    start = dt.datetime(*STARTS[when], tzinfo=calendar.zone).astimezone(dt.UTC)
    for clock, rule in CLOCKS.items():
        for priority in Priority:
            latest = counted(rule.spans[priority], start, calendar)
            if rule.at_most is not None:
                latest = min(latest, counted(rule.at_most, start, calendar))
            assert due(clock, priority, start, calendar) == latest, (clock, priority)


@pytest.mark.parametrize("country", ON_UTC)
def test_countries_on_utc_never_shift(country: str) -> None:
    calendar = calendar_of(country)
    for month in range(1, 13):
        start = dt.datetime(2026, month, 1, 10, 0, tzinfo=dt.UTC)
        assert due(Clock.START, Priority.P3, start, calendar) - start == 30 * DAY


def test_thirty_days_over_the_change_of_clocks_keep_the_hour_of_the_day() -> None:
    start = dt.datetime(2026, 3, 10, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    until = due(Clock.START, Priority.P3, start, calendar_of("DE"))
    assert until.astimezone(start.tzinfo).isoformat() == "2026-04-09T09:00:00+02:00"
    assert until - start == 30 * DAY - dt.timedelta(hours=1)


@pytest.mark.parametrize("country", ON_UTC)
def test_feasts_at_the_end_of_ramadan_are_no_working_days(country: str) -> None:
    """Sent on the Wednesday before: three working days are longer than five days."""
    calendar = calendar_of(country)
    start = dt.datetime(2026, 3, 18, 10, 0, tzinfo=dt.UTC)
    until = due(Clock.ACK, Priority.P3, start, calendar)
    days = [(start + n * DAY).date() for n in range(1, (until - start).days + 1)]
    assert sum(calendar.is_working(day) for day in days) == 3
    assert any(day.weekday() < 5 and not calendar.is_working(day) for day in days)


def test_stored_deadlines_stay_when_the_country_declares_a_free_day(
    session: Session, now: dt.datetime
) -> None:
    """What runs keeps its instant, also after the clock has looked at it; what begins later does not."""
    story = Story(session, now)
    referral = story.sent()
    query = select(ReferralClock).where(ReferralClock.referral_id == referral.id)
    before = {row.name: (row.started_at, row.due_at) for row in session.scalars(query)}
    for offset in (1, 2, 3):
        declare_day(
            session, "GN", now.date() + offset * DAY, is_working=False, name="Mourning",
            source="decree", actor=SYSTEM, now=now,
        )  # fmt: skip
    tick(session, now=now + dt.timedelta(hours=1))
    after = {row.name: (row.started_at, row.due_at) for row in session.scalars(query)}
    assert after == before

    later = story.sent(listing=story.other_listing())
    [ack] = session.scalars(
        select(ReferralClock).where(
            ReferralClock.referral_id == later.id, ReferralClock.name == Clock.ACK
        )
    )
    assert ack.due_at > before[Clock.ACK][1] + 2 * DAY


def test_every_pause_and_every_resumption_is_an_event(session: Session, now: dt.datetime) -> None:
    """The clock stands still from one event of the chain to another, and at no other instant."""
    stopping = {line.name for line in LIFE.steps if line.pauses}
    going_on = {line.name for line in LIFE.steps if line.resumes}
    assert (stopping, going_on) == ({"ask-info", "pause"}, {"provide-info", "resume"})
    story = Story(session, now)
    referral = journeys.in_state(story, State.ACK)
    query = select(ReferralClock).where(
        ReferralClock.referral_id == referral.id, ReferralClock.name == Clock.DECISION
    )
    [clock] = session.scalars(query)
    promised = clock.due_at
    for name, gone in (("ask-info", 2 * DAY), ("provide-info", 3 * DAY)):
        story.now += gone
        journeys.plainly(story, referral, name)
        session.refresh(clock)
        [at] = session.scalars(
            select(ReferralEvent.at).where(
                ReferralEvent.referral_id == referral.id, ReferralEvent.step == name
            )
        )
        assert clock.paused_at == (at if name == "ask-info" else None)
    assert clock.due_at > promised
