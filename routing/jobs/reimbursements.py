"""Money that people should have had back by now."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from directory.core.text import N_
from routing.jobs import JOBS, Between, Job
from routing.operations.expenses import escalate_late
from routing.work_report import Report

EVERY = dt.timedelta(hours=1)


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Tell the supervisor of each one, once."""
    late = escalate_late(session, now=now)
    between()
    return Report(Counter({"reimbursement-late": late}) if late else Counter())


JOBS.add(Job("reimbursements", N_("Money owed to people"), work, every=EVERY))
