"""The clocks of one referral: started, paused, resumed and stopped with its steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.machine import Step
from directory.queries.calendars import calendar_for_row
from directory.who import Who
from directory.working_days import Calendar
from routing.clocks import Clock
from routing.firings import next_firing
from routing.models import Referral, ReferralClock
from routing.referral_life import ReferralFacts, State
from routing.running_clocks import Running, after_step, steps_due
from routing.spans import Span, hours


def calendar_for(referral: Referral) -> Calendar:
    """The working days of the country of the case, with those that it declared itself."""
    return calendar_for_row(referral, referral.case.country)


def running_clocks(session: Session, referral: Referral) -> list[ReferralClock]:
    """Clocks that were not stopped, in the order in which they are due."""
    query = select(ReferralClock).where(
        ReferralClock.referral_id == referral.id, ReferralClock.stopped_at.is_(None)
    )
    return list(session.scalars(query.order_by(ReferralClock.due_at, ReferralClock.id)))


def overdue_steps(session: Session, referral: Referral, now: dt.datetime) -> frozenset[str]:
    """The steps that time takes now."""
    clocks = [running(row) for row in running_clocks(session, referral)]
    return steps_due(clocks, referral.priority, now, calendar_for(referral))


def clocks_after(
    session: Session, referral: Referral, taken: Step[State, Who, ReferralFacts], *,
    now: dt.datetime, agreed: Mapping[Clock, dt.datetime],
) -> None:  # fmt: skip
    """Bring the stored clocks to where they are after ``taken``; due instants are kept.

    Follow-ups have rows of their own (``operations.follow_up_schedule``), planned at sending.
    """
    rows = running_clocks(session, referral)
    before = {Clock(row.name): running(row) for row in reversed(rows)}
    after = after_step(
        taken, before, referral.priority, now, calendar_for(referral),
        promised=promised(referral), agreed=agreed,
    )  # fmt: skip
    anew = taken.stops | taken.restarts
    for row in rows:
        clock = Clock(row.name)
        if clock in anew or clock not in after:
            stop(row, now)
        elif after[clock] is not before[clock]:
            _change(row, after[clock], referral)
        else:
            # a step that time could not take in the state before may be possible now
            set_next(row, referral)
    for clock, found in after.items():
        if (clock not in before or clock in anew) and clock is not Clock.FOLLOW_UPS:
            _add(session, referral, found)
    session.flush()


def stop(row: ReferralClock, now: dt.datetime) -> None:
    """It does nothing any more."""
    row.stopped_at, row.next_at = now, None


def stop_clock(session: Session, referral: Referral, clock: Clock, now: dt.datetime) -> None:
    """Stop every running clock of that name."""
    for row in running_clocks(session, referral):
        if row.name == clock:
            stop(row, now)


def set_next(row: ReferralClock, referral: Referral) -> None:
    """Note when the clock does something next, given what it has done."""
    firing = next_firing(
        Clock(row.name), referral.priority, row.started_at, row.due_at, calendar_for(referral),
        row.fired,
    )  # fmt: skip
    row.next_at = firing.at if firing is not None and row.paused_at is None else None


def move_clock(
    session: Session, parent: Referral, child: Referral, clock: Clock, now: dt.datetime
) -> None:
    """The clock stops here and goes on at the child, due when it was due here."""
    for row in running_clocks(session, parent):
        if row.name == clock:
            stop(row, now)
            _add(session, child, running(row), list(row.fired))


def promised(referral: Referral) -> dict[Clock, Span]:
    """The listing's own time to answer, if it promised one."""
    given = referral.listing.promised_hours.get(referral.priority.value)
    return {Clock.DECISION: hours(int(given))} if given else {}


def running(row: ReferralClock) -> Running:
    """The row as the rules see it."""
    return Running(Clock(row.name), row.started_at, row.due_at, row.paused_at)


def _add(
    session: Session, referral: Referral, found: Running, fired: list[str] | None = None
) -> None:
    row = ReferralClock(
        referral_id=referral.id, name=found.clock.value, started_at=found.started_at,
        due_at=found.due_at, fired=fired or [],
    )  # fmt: skip
    set_next(row, referral)
    session.add(row)


def _change(row: ReferralClock, found: Running, referral: Referral) -> None:
    row.started_at, row.due_at, row.paused_at = found.started_at, found.due_at, found.paused_at
    set_next(row, referral)
