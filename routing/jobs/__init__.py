"""What the worker does again and again, one job a module.

To add a job, add one module here::

    def work(session: Session, now: dt.datetime, between: Callable[[], None]) -> Report:
        \"\"\"Do what is due and say how often each thing was done.\"\"\"

    JOBS.add(Job("retention", N_("Deletes what is kept too long"), work, every=dt.timedelta(hours=1)))

``flask worker`` runs each job whose time has come, in order of name, in transactions of its own;
``flask routing worker-health`` and the alarm know it at once. Three rules: call ``between`` after
each thing that is complete (it commits, shows that the job is alive, and ends the run when the
worker is told to stop); hold a lock on what you change and read it again under the lock, because
another worker may be at it; give codes and numbers back, nothing about a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.core.registry import Registry
from directory.core.text import Text
from routing.work_report import Report

Between = Callable[[], None]
Work = Callable[[Session, dt.datetime, Between], Report]


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that is done again and again."""

    name: str
    label: Text
    work: Work
    every: dt.timedelta = dt.timedelta(0)
    """Not more often than this; zero: at every turn of the worker."""


JOBS: Registry[Job] = Registry("routing.jobs")
