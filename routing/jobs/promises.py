"""Words that were given to people and are broken."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from directory.core.text import N_
from routing.jobs import JOBS, Between, Job
from routing.operations.promises import BROKEN, broken_untold, tell_broken
from routing.work_report import Report


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Tell those in charge, once for each."""
    report = Report()
    for promise_id in broken_untold(session, now=now):
        report.done[BROKEN] += tell_broken(session, promise_id, now=now)
        between()
    return report


JOBS.add(Job("promises", N_("Promises to people"), work))
