"""Whether the worker is alive, job by job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from routing.models import WorkerRun
from routing.worker_health import CLOCKS, is_late


@dataclass(frozen=True, slots=True)
class JobHealth:
    """How one job is doing."""

    job: str
    beat_at: dt.datetime | None
    """The last sign of life; nothing if it never ran."""
    is_late: bool
    failed: int
    """Things that failed within the last hour."""


def job_health(
    session: Session, rhythms: Mapping[str, dt.timedelta], *, now: dt.datetime
) -> list[JobHealth]:
    """Each job of ``rhythms`` (name and how often it runs), in order of name."""
    beats, failures = _beats(session), _failures(session, now)
    return [
        JobHealth(
            name, beats.get(name), is_late(beats.get(name), every, now), failures.get(name, 0)
        )
        for name, every in sorted(rhythms.items())
    ]


def clocks_stopped(session: Session, *, now: dt.datetime) -> Silence | None:
    """The silence of the clocks, if it has lasted too long."""
    query = select(func.max(WorkerRun.beat_at)).where(
        WorkerRun.job == CLOCKS, WorkerRun.is_broken.is_(False)
    )
    beat_at = session.scalar(query)
    return Silence(beat_at) if is_late(beat_at, dt.timedelta(0), now) else None


@dataclass(frozen=True, slots=True)
class Silence:
    """The clocks stand still."""

    since: dt.datetime | None
    """Nothing: they have never run."""


def _beats(session: Session) -> dict[str, dt.datetime]:
    query = (
        select(WorkerRun.job, func.max(WorkerRun.beat_at).label("beat_at"))
        .where(WorkerRun.is_broken.is_(False))
        .group_by(WorkerRun.job)
    )
    return {row.job: row.beat_at for row in session.execute(query)}


def _failures(session: Session, now: dt.datetime) -> dict[str, int]:
    query = (
        select(WorkerRun.job, func.sum(WorkerRun.failed))
        .where(WorkerRun.started_at > now - dt.timedelta(hours=1))
        .group_by(WorkerRun.job)
    )
    return {job: int(failed) for job, failed in session.execute(query)}


def is_due(session: Session, job: str, every: dt.timedelta, *, now: dt.datetime) -> bool:
    """Whether so much time has gone by since the job last began."""
    if not every:
        return True
    last = session.scalar(select(func.max(WorkerRun.started_at)).where(WorkerRun.job == job))
    return last is None or now - last >= every
