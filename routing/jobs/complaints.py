"""Complaints: reminders to those who handle them, and to their overseers when it is late."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core.text import N_
from routing.jobs import JOBS, Between, Job
from routing.operations.complaint_tick import complaints_tick
from routing.work_report import Report


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Everything that is due, each thing once and in order."""
    return complaints_tick(session, now=now, between=between)


JOBS.add(Job("complaints", N_("Promises about complaints"), work))
