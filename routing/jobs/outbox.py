"""Messages that wait to be sent."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.text import N_
from routing.jobs import JOBS, Between, Job
from routing.work_report import Report


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Hand over what waits; the rest comes with the next turn."""
    sent = outbox.deliver(session, now=now)
    between()
    return Report(Counter(sent=sent) if sent else Counter())


JOBS.add(Job("outbox", N_("Messages to send"), work))
