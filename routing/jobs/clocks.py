"""Clocks: reminders, escalations, expiries, and what follows from outside changes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core.text import N_
from routing.jobs import JOBS, Between, Job
from routing.operations.tick import tick
from routing.work_report import Report
from routing.worker_health import CLOCKS


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Everything that is due, each thing once and in order."""
    return tick(session, now=now, between=between)


JOBS.add(Job(CLOCKS, N_("Clocks and escalation"), work))
