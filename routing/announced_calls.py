"""Calls that a message announces with their day and hour (protocol A.11, F8)."""

from __future__ import annotations

import datetime as dt

from directory.core.text import N_, Text
from directory.working_days import Calendar

LEAST_NOTICE = dt.timedelta(hours=1)
"""A message needs time to be read [P]."""
MOST_NOTICE = dt.timedelta(days=14)
"""Later than that it would be forgotten [P]."""
FIRST_HOUR, LAST_HOUR = 7, 21
"""Calls are announced for the hours at which telephones may ring [P]."""
EARLY, LATE = dt.timedelta(hours=1), dt.timedelta(hours=3)
"""A try counts as announced from so long before the hour until so long after it [P]."""


def instant_of(day: dt.date, hour: dt.time, calendar: Calendar) -> dt.datetime:
    """The instant of a civil day and hour of the country, in UTC."""
    return dt.datetime.combine(day, hour, calendar.zone).astimezone(dt.UTC)


def call_problem(
    day: dt.date, hour: dt.time, calendar: Calendar, *, now: dt.datetime
) -> Text | None:
    """Why a call cannot be announced for then; nothing if it can."""
    if abs(day - now.date()) > 2 * MOST_NOTICE:
        return N_("Choose a day within two weeks.")
    at = instant_of(day, hour, calendar)
    if at < now + LEAST_NOTICE:
        return N_("Choose a time at least one hour from now.")
    if at > now + MOST_NOTICE:
        return N_("Choose a day within two weeks.")
    if not FIRST_HOUR <= hour.hour < LAST_HOUR:
        return N_("Choose an hour between 7:00 and 21:00, the time of the country.")
    return None


def keeps_to(announced: dt.datetime, tried: dt.datetime) -> bool:
    """Whether a try came when the message had said."""
    return announced - EARLY <= tried <= announced + LATE
