"""Answers about cases that are late: transfers, arrivals, and reviews of emergency openings."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from directory.core.text import N_
from routing.jobs import JOBS, Between, Job
from routing.operations.emergency_access import remind_late_reviews
from routing.operations.packets import remind_unacknowledged
from routing.operations.transfers import remind_late_transfers
from routing.work_report import Report

EVERY = dt.timedelta(minutes=1)


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Tell those who must know, once for each."""
    done = Counter({
        "late-transfers": remind_late_transfers(session, now=now),
        "unacknowledged-arrivals": remind_unacknowledged(session, now=now),
        "late-emergency-reviews": remind_late_reviews(session, now=now),
    })  # fmt: skip
    between()
    return Report(+done)


JOBS.add(Job("cases", N_("Late answers about cases"), work, every=EVERY))
