"""People who were referred without consent are asked for it, every week."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from directory.core.text import N_
from routing.jobs import JOBS, Between, Job
from routing.operations.consent_seeking import seek_consents
from routing.work_report import Report

EVERY = dt.timedelta(hours=1)


def work(session: Session, now: dt.datetime, between: Between) -> Report:
    """Open the next task for whoever was last asked a week ago."""
    opened = seek_consents(session, now=now)
    between()
    return Report(Counter({"seek-consent": opened}) if opened else Counter())


JOBS.add(Job("consent-seeking", N_("Consents still to be asked for"), work, every=EVERY))
