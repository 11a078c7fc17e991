"""How many complaints there were and whether promises were kept, for those who answer for it.

Indicator I-22, by calendar quarter of the day they came in (indicators.md B.4: a fixed grid).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.text import Text
from directory.roles import REVIEW_COMPLAINT
from routing.complaint_levels import ORDINARY, SENSITIVE, Level, Promise
from routing.models import Complaint, ComplaintClock
from routing.queries.complaint_scope import counted_by
from routing.small_numbers import shown_count, shown_share


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of a year, ``number`` from 1."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        """The quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """First instant of the quarter and of the next."""
        start = dt.datetime(self.year, 3 * self.number - 2, 1, tzinfo=dt.UTC)
        following = self.next
        end = dt.datetime(following.year, 3 * following.number - 2, 1, tzinfo=dt.UTC)
        return start, end

    @property
    def next(self) -> Quarter:
        """The one that follows."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Quarter:
        """The one before."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


@dataclass(frozen=True, slots=True)
class Counted:
    """One level in one quarter, as it may be read."""

    level: Level
    complaints: Text
    first_action_in_time: Text
    decided_in_time: Text
    told: Text
    """Share of those decided where the person was told; the target is all of them."""


def complaint_counts(
    session: Session, actor: Actor, quarter: Quarter, *, now: dt.datetime
) -> list[Counted]:
    """One row a level. The protected level is counted only for the national coordination, and
    said only from ten on.
    """
    levels = list(ORDINARY)
    if actor.may(REVIEW_COMPLAINT):
        levels.insert(0, SENSITIVE)
    return [_counted(session, actor, level, quarter, now) for level in levels]


def _counted(
    session: Session, actor: Actor, level: Level, quarter: Quarter, now: dt.datetime
) -> Counted:
    start, end = quarter.bounds
    there = and_(
        counted_by(actor), Complaint.level == level,
        Complaint.received_at >= start, Complaint.received_at < end,
    )  # fmt: skip
    protected = level is SENSITIVE
    number = _count(session, there)
    decided = _count(session, and_(there, Complaint.decided_at.is_not(None)))
    told = _count(session, and_(there, Complaint.decided_at.is_not(None),
                                Complaint.informed_at >= Complaint.decided_at))  # fmt: skip
    return Counted(
        level,
        shown_count(number, protected=protected),
        _in_time(session, there, Promise.FIRST_ACTION, now),
        _in_time(session, there, Promise.RESOLVE, now),
        shown_share(told, decided),
    )


def _in_time(
    session: Session, there: ColumnElement[bool], promise: Promise, now: dt.datetime
) -> Text:
    """Of those for which the promise was kept, or its day has come: never late, even if it was
    promised anew later.
    """
    late = or_(
        ComplaintClock.stopped_at > ComplaintClock.due_at,
        and_(ComplaintClock.stopped_at.is_(None), ComplaintClock.due_at <= now),
    )
    open_ = and_(ComplaintClock.stopped_at.is_(None), ComplaintClock.due_at > now)
    asked = and_(there, _any(promise, true()), ~_any(promise, open_))
    return shown_share(_count(session, and_(asked, ~_any(promise, late))), _count(session, asked))


def _any(promise: Promise, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    of_complaint = ComplaintClock.complaint_id == Complaint.id
    return exists().where(of_complaint, ComplaintClock.name == promise.value, condition)


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalars(select(func.count(Complaint.id)).where(condition)).one()
