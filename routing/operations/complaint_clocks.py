"""The promises of one complaint: started, restarted and stopped with its steps, and what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.working_days import calendar_of
from routing.complaint_levels import Promise, due, firings
from routing.models import Complaint, ComplaintClock


def start(
    session: Session, complaint: Complaint, promises: Iterable[str], since: dt.datetime
) -> None:
    """Promise what the level promises, counted from ``since``; a promise kept at once never runs."""
    calendar = calendar_of(complaint.country)
    for promise in sorted(Promise(name) for name in promises):
        due_at = due(complaint.level, promise, since, calendar)
        if due_at is None or due_at == since:
            continue
        clock = ComplaintClock(
            complaint_id=complaint.id, name=promise.value, level=complaint.level,
            started_at=since, due_at=due_at, fired=[],
        )  # fmt: skip
        set_next(clock)
        session.add(clock)
    session.flush()


def stop(session: Session, complaint: Complaint, promises: Iterable[str], now: dt.datetime) -> None:
    """Keep, or give up, what was promised."""
    names = set(promises)
    for clock in running(session, complaint):
        if clock.name in names:
            clock.stopped_at, clock.next_at = now, None
    session.flush()


def restart(
    session: Session, complaint: Complaint, promises: Iterable[str], since: dt.datetime,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Promise anew; what would be due at the same instant goes on running."""
    calendar = calendar_of(complaint.country)
    going = {clock.name: clock for clock in running(session, complaint)}
    changed = set()
    for name in promises:
        due_at = due(complaint.level, Promise(name), since, calendar)
        if name not in going or going[name].due_at != due_at:
            changed.add(name)
    stop(session, complaint, changed, now)
    start(session, complaint, changed, since)


def running(session: Session, complaint: Complaint) -> list[ComplaintClock]:
    """What is promised and not kept yet, the most urgent first."""
    query = select(ComplaintClock).where(
        ComplaintClock.complaint_id == complaint.id, ComplaintClock.stopped_at.is_(None)
    )
    return list(session.scalars(query.order_by(ComplaintClock.due_at, ComplaintClock.id)))


def set_next(clock: ComplaintClock) -> None:
    """Note when it does something next, given what it has done."""
    waiting = (one for one in firings(clock.started_at, clock.due_at) if one.key not in clock.fired)
    clock.next_at = next((one.at for one in waiting), None)
