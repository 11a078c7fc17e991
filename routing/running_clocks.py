"""Clocks of one referral: pausing, resuming, and the steps that time takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from directory.core.machine import Step
from directory.who import Who
from directory.working_days import Calendar
from routing.clocks import CLOCKS, Action, Clock, due
from routing.firings import what_fires
from routing.priorities import Priority
from routing.referral_facts import ReferralFacts
from routing.referral_states import State
from routing.spans import Span, Unit


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of one referral."""

    clock: Clock
    started_at: dt.datetime
    due_at: dt.datetime
    paused_at: dt.datetime | None = None

    def pause(self, now: dt.datetime) -> Running:
        """The same clock standing still; pausing twice changes nothing."""
        return self if self.paused_at else replace(self, paused_at=now)

    def resume(self, priority: Priority, now: dt.datetime, calendar: Calendar) -> Running:
        """The same clock running again with as much time left as when it was paused."""
        if self.paused_at is None:
            return self
        started = self.started_at + (now - self.paused_at)
        return Running(self.clock, started, self._due_after_pause(priority, now, calendar))

    def _due_after_pause(
        self, priority: Priority, now: dt.datetime, calendar: Calendar
    ) -> dt.datetime:
        paused = self.paused_at or now
        in_working_days = CLOCKS[self.clock].spans[priority].unit is Unit.WORKING_DAYS
        if not in_working_days or self.due_at <= paused:
            return self.due_at + (now - paused)
        left = calendar.working_days_between(paused, self.due_at)
        # Whole working days first, then the difference in the hour of the day.
        whole = calendar.add_working_days(paused, left)
        until = calendar.add_working_days(now, left) + (self.due_at - whole)
        return max(calendar.roll_forward(until), self.due_at)


def steps_due(
    running: Collection[Running], priority: Priority, now: dt.datetime, calendar: Calendar
) -> frozenset[str]:
    """The steps that time takes now; a paused clock takes none (``ReferralFacts.steps_due``)."""
    return frozenset(
        firing.step
        for clock in running
        if clock.paused_at is None
        for firing in what_fires(
            clock.clock, priority, clock.started_at, clock.due_at, now, calendar
        )
        if firing.action is Action.EXPIRE
    )


HALF_TIME = "half-time"


def after_step(
    taken: Step[State, Who, ReferralFacts],
    running: Mapping[Clock, Running],
    priority: Priority,
    now: dt.datetime,
    calendar: Calendar,
    *,
    promised: Mapping[Clock, Span] | None = None,
    agreed: Mapping[Clock, dt.datetime] | None = None,
) -> dict[Clock, Running]:
    """The clocks that run after ``taken``: stopped, paused, resumed, then started and restarted.

    ``promised`` are the listing's own times, ``agreed`` the dates given with the step.
    """
    kept = {clock: it for clock, it in running.items() if clock not in taken.stops}
    for name in taken.pauses & kept.keys():
        kept[Clock(name)] = kept[Clock(name)].pause(now)
    for name in taken.resumes & kept.keys():
        kept[Clock(name)] = kept[Clock(name)].resume(priority, now, calendar)
    for name in taken.restarts | (taken.starts - kept.keys()):
        clock = Clock(name)
        half = HALF_TIME in taken.effects and name in taken.restarts
        until = due(
            clock, priority, now, calendar, half=half,
            promised=(promised or {}).get(clock), agreed=(agreed or {}).get(clock),
        )  # fmt: skip
        kept[clock] = Running(clock, now, until)
    return kept
