"""What time brings about for complaints: reminders to handlers, and to overseers when it is late.

Safe to run twice and in two processes: each firing is remembered under the lock of its complaint.
After an outage everything missed happens once, in the order of time.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from routing.complaint_levels import firings
from routing.models import Complaint, ComplaintClock
from routing.operations.complaint_clocks import set_next
from routing.operations.complaint_messages import announce_due
from routing.work_report import Report

log = logging.getLogger(__name__)


def complaints_tick(
    session: Session, *, now: dt.datetime, between: Callable[[], None] = lambda: None
) -> Report:
    """Do everything that is due, oldest first; how often each message was written.

    ``between`` is called after each thing (the command commits).
    """
    report = Report()
    failed: set[UUID] = set()
    while (clock_id := _next(session, now, failed)) is not None:
        try:
            with session.begin_nested():
                template = fire(session, clock_id, now=now)
        except Exception:
            log.exception("something due could not be done")
            failed.add(clock_id)
            report.failed += 1
        else:
            if template is not None:
                report.done[template] += 1
        between()
    return report


def fire(session: Session, clock_id: UUID, *, now: dt.datetime) -> str | None:
    """Do the first thing that the promise has to do; nothing if another process was faster."""
    clock = session.get_one(ComplaintClock, clock_id)
    complaint = session.get_one(Complaint, clock.complaint_id)
    session.refresh(complaint, with_for_update=True)
    session.refresh(clock)
    if clock.stopped_at is not None:
        return None
    waiting = [
        one for one in firings(clock.started_at, clock.due_at)
        if one.key not in clock.fired and one.at <= now
    ]  # fmt: skip
    if waiting:
        clock.fired = [*clock.fired, waiting[0].key]
    set_next(clock)
    session.flush()
    if not waiting:
        return None
    rung = waiting[0].rung
    announce_due(session, complaint, rung.template, to_overseers=rung.to_overseers, now=now)
    return rung.template


def _next(session: Session, now: dt.datetime, failed: set[UUID]) -> UUID | None:
    query = (
        select(ComplaintClock.id)
        .where(
            ComplaintClock.stopped_at.is_(None),
            ComplaintClock.next_at <= now,
            ComplaintClock.id.not_in(failed),
        )
        .order_by(ComplaintClock.next_at, ComplaintClock.id)
        .limit(1)
    )
    return session.scalars(query).first()
