"""Listings that nobody has confirmed for too long."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from directory.core.text import N_
from directory.operations.staleness import mark_stale_listings
from routing.jobs import JOBS, Between, Job
from routing.work_report import Report

EVERY = dt.timedelta(hours=1)


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Mark them, so that the search warns and the routing asks for a call first."""
    marked = mark_stale_listings(session, now)
    between()
    return Report(Counter({"go-stale": len(marked)}) if marked else Counter())


JOBS.add(Job("staleness", N_("Listings out of date"), work, every=EVERY))
