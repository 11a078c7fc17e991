"""Days that a country declares free or working, by decree or because a feast follows the moon.

Deadlines that run keep their instant: only promises made from now on count with the new day.
"""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Invalid, NotFound
from directory.core.text import N_, Text
from directory.models import CalendarDay
from directory.queries.calendars import forget_calendars

COUNTRY = re.compile(r"[A-Z]{2}")


def declare_day(
    session: Session, country: str, day: dt.date, *, is_working: bool, name: str, source: str,
    actor: Actor, now: dt.datetime,
) -> CalendarDay:  # fmt: skip
    """The country rests or works on that day; a day declared before is replaced."""
    _check(country, name, source)
    found = _declared(session, country, day) or CalendarDay(country=country, day=day)
    found.is_working, found.name, found.source = is_working, name.strip(), source.strip()
    found.recorded_at, found.recorded_by = now, actor.label
    session.add(found)
    _remember(session, "declare", country, day, actor, now)
    return found


def take_back_day(
    session: Session, country: str, day: dt.date, *, actor: Actor, now: dt.datetime
) -> None:
    """The usual calendar counts again on that day; ``NotFound`` if nothing was declared."""
    found = _declared(session, country, day)
    if found is None:
        raise NotFound
    session.delete(found)
    _remember(session, "take-back", country, day, actor, now)


def _check(country: str, name: str, source: str) -> None:
    problems: dict[str, Text] = {}
    if not COUNTRY.fullmatch(country):
        problems["country"] = N_("Write the country as two capital letters, such as GN.")
    if not 0 < len(name.strip()) <= 120:
        problems["name"] = N_("Say what day it is, in at most 120 characters.")
    if not 0 < len(source.strip()) <= 300:
        problems["source"] = N_("Say where it was announced, in at most 300 characters.")
    if problems:
        raise Invalid(problems)


def _declared(session: Session, country: str, day: dt.date) -> CalendarDay | None:
    query = select(CalendarDay).where(CalendarDay.country == country, CalendarDay.day == day)
    return session.scalars(query).one_or_none()


def _remember(
    session: Session, verb: str, country: str, day: dt.date, actor: Actor, now: dt.datetime
) -> None:
    session.flush()
    forget_calendars(session)
    audit.record(
        session, actor, f"directory:calendar:{verb}", f"country:{country}", now=now,
        day=day.isoformat(),
    )  # fmt: skip
