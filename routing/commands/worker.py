"""``flask worker``: does what is due, again and again, until it is told to stop."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import sys
from threading import Event
from types import FrameType
from typing import Any
from uuid import UUID

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from directory.core.clock import now
from directory.core.db import transaction
from routing.commands.group import routing_commands
from routing.jobs import JOBS, Job
from routing.operations.worker_runs import beat, begin_run, break_off, end_run
from routing.queries.worker_health import is_due, job_health
from routing.work_report import Report

log = logging.getLogger(__name__)
BEAT = dt.timedelta(seconds=15)
"""A long run shows so often that it is alive."""


class Stopped(BaseException):
    """The worker was told to stop between two things; no job takes it for a failure."""


@click.command("worker")
@click.option("--once", is_flag=True, help="Run each job whose time has come once, and end.")
@with_appcontext
def worker_command(once: bool) -> None:
    """Do what is due, every few seconds: clocks, messages, listings out of date.

    Several may run at once: each thing is done by one of them. SIGTERM and SIGINT end it after the
    thing it is doing. PASSERELLE_WORKER_SECONDS is the pause between two turns.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- Flask's own way
    stop = Event()
    if not once:
        _stop_on_signals(stop)
    turn = Turn(app, stop)
    all_well = turn.run()
    if once:
        sys.exit(0 if all_well else 1)
    while not stop.wait(app.config["SETTINGS"].worker_seconds):
        turn.run()
    click.echo("The worker has stopped.")


class Turn:
    """Runs every job whose time has come, each for itself: what fails does not stop the others."""

    def __init__(self, app: Flask, stop: Event) -> None:
        self.app, self.stop = app, stop

    def run(self) -> bool:
        """Whether nothing failed."""
        results = [self._one(job) for job in JOBS.values() if not self.stop.is_set()]
        return all(results)

    def _one(self, job: Job) -> bool:
        try:
            with self.app.app_context():
                return self._run(job)
        except Exception as error:  # noqa: BLE001 -- the database may be away: the next turn tries again
            _log_failure(job, error)
            return False

    def _run(self, job: Job) -> bool:
        with transaction() as session:
            if not is_due(session, job.name, job.every, now=now()):
                return True
            run_id = begin_run(session, job.name, now=now())
        try:
            report = self._work(job, run_id)
        except Stopped:
            report = Report()
        except Exception as error:  # noqa: BLE001 -- whatever it was, the other jobs go on
            _log_failure(job, error)
            with transaction() as session:
                break_off(session, run_id, now=now())
            return False
        with transaction() as session:
            end_run(session, run_id, report, now=now())
        if report.done:
            log.info("job %s: %s", job.name, dict(report.done))
        return not report.failed

    def _work(self, job: Job, run_id: UUID) -> Report:
        with transaction() as session:
            beaten = now()

            def between() -> None:
                nonlocal beaten
                if now() - beaten >= BEAT:
                    beaten = now()
                    beat(session, run_id, now=beaten)
                session.commit()
                if self.stop.is_set():
                    raise Stopped

            return job.work(session, now(), between)


@routing_commands.command("worker-health")
def worker_health() -> None:
    """Say when each job of the worker gave its last sign of life; exit code 1 if one is late."""
    with transaction() as session:
        found = job_health(session, {job.name: job.every for job in JOBS.values()}, now=now())
    for one in found:
        seen = one.beat_at.isoformat(timespec="seconds") if one.beat_at else "never"
        failed = f", {one.failed} failed within the hour" if one.failed else ""
        click.echo(f"{one.job}: {'late' if one.is_late else 'ok'}, last seen {seen}{failed}")
    if any(one.is_late for one in found):
        sys.exit(1)


def _stop_on_signals(stop: Event) -> None:
    def told(_number: int, _frame: FrameType | None) -> Any:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)


def _log_failure(job: Job, error: Exception) -> None:
    """The kind of the error and its place: its text may quote what a person said."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    log.error("job %s failed: %s at %s", job.name, type(error).__name__, where)
