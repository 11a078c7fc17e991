"""The worker's diary: each run begins, beats and ends in it.

Runs that did nothing are forgotten after an hour, the others after a month: the last sign of life
of a job stays until the next.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import and_, delete, or_, update
from sqlalchemy.orm import Session

from routing.models import WorkerRun
from routing.work_report import Report

QUIET_KEPT = dt.timedelta(hours=1)
KEPT = dt.timedelta(days=30)


def begin_run(session: Session, job: str, *, now: dt.datetime) -> UUID:
    """Note that a run begins; its key."""
    run = WorkerRun(job=job, started_at=now, beat_at=now, done={})
    session.add(run)
    session.flush()
    return run.id


def beat(session: Session, run_id: UUID, *, now: dt.datetime) -> None:
    """Note that a long run is still alive."""
    session.execute(update(WorkerRun).where(WorkerRun.id == run_id).values(beat_at=now))


def end_run(session: Session, run_id: UUID, report: Report, *, now: dt.datetime) -> None:
    """Note what a run did, and forget old ones."""
    run = session.get_one(WorkerRun, run_id)
    run.beat_at = run.finished_at = now
    run.done, run.things = dict(report.done), report.done.total()
    run.failed = report.failed
    session.flush()
    quiet = and_(WorkerRun.things == 0, WorkerRun.failed == 0)
    session.execute(
        delete(WorkerRun).where(
            WorkerRun.job == run.job,
            WorkerRun.id != run.id,
            or_(and_(quiet, WorkerRun.beat_at < now - QUIET_KEPT), WorkerRun.beat_at < now - KEPT),
        )
    )


def break_off(session: Session, run_id: UUID, *, now: dt.datetime) -> None:
    """Note that a run ended with an error: it is no sign of life."""
    run = session.get_one(WorkerRun, run_id)
    run.finished_at, run.is_broken = now, True
    run.failed += 1
    session.flush()
