"""Lengths of time in the unit of the promise: minutes, days, working days, the same day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from directory.working_days import Calendar


class Unit(StrEnum):
    """How a span is counted."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working-days"
    SAME_DAY = "same-day"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, in the unit in which it is promised."""

    amount: int
    unit: Unit

    def after(self, start: dt.datetime, calendar: Calendar) -> dt.datetime:
        """The instant this long after ``start``, in UTC."""
        match self.unit:
            case Unit.MINUTES:
                return start + dt.timedelta(minutes=self.amount)
            case Unit.HOURS:
                return start + dt.timedelta(hours=self.amount)
            case Unit.DAYS:
                return calendar.add_days(start, self.amount)
            case Unit.WORKING_DAYS:
                return calendar.add_working_days(start, self.amount)
            case Unit.SAME_DAY:
                # Sent at 23:50, "today" would be over before anybody could answer.
                return max(calendar.end_of_day(start), start + dt.timedelta(hours=self.amount))


def minutes(amount: int) -> Span:
    """So many minutes by the clock."""
    return Span(amount, Unit.MINUTES)


def hours(amount: int) -> Span:
    """So many hours by the clock, nights and holidays included."""
    return Span(amount, Unit.HOURS)


def days(amount: int) -> Span:
    """The same civil time so many days later."""
    return Span(amount, Unit.DAYS)


def working_days(amount: int) -> Span:
    """The same civil time so many working days later."""
    return Span(amount, Unit.WORKING_DAYS)


def same_day(at_least_hours: int) -> Span:
    """Until midnight, and never less than so many hours."""
    return Span(at_least_hours, Unit.SAME_DAY)
