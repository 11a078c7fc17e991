"""When a telephone is left in peace: messages to people wait for the morning of their country."""

from __future__ import annotations

import datetime as dt

import phonenumbers

from directory.working_days import Calendar


def country_of(address: str) -> str:
    """The country that a telephone number is of (ISO 3166-1 alpha-2); empty for anything else."""
    if not address.startswith("+"):
        return ""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(address)) or ""
    except phonenumbers.NumberParseException:
        return ""


def wait_until(at: dt.datetime, calendar: Calendar, *, begin: int, end: int) -> dt.datetime | None:
    """The end of the quiet hours that ``at`` falls into, in UTC; nothing outside them.

    ``begin`` and ``end`` are hours of the civil day (21 and 7: from nine in the evening to seven in
    the morning); equal hours mean that there are none.
    """
    local = at.astimezone(calendar.zone)
    over_night = begin > end
    quiet = local.hour >= begin or local.hour < end if over_night else begin <= local.hour < end
    if not quiet:
        return None
    day = local.date() + dt.timedelta(days=1 if over_night and local.hour >= begin else 0)
    return dt.datetime.combine(day, dt.time(end), calendar.zone).astimezone(dt.UTC)
