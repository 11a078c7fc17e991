"""The calendar of a country with the days that it declared itself."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from directory.core.db import Base
from directory.models import CalendarDay
from directory.working_days import Calendar, calendar_of, with_declared_days

REMEMBERED = "calendars"


def calendar_in(session: Session, country: str) -> Calendar:
    """Weekend, public holidays and declared days of a country; read once a session."""
    known: dict[str, Calendar] = session.info.setdefault(REMEMBERED, {})
    if country not in known:
        query = select(CalendarDay).where(CalendarDay.country == country)
        declared = {row.day: row.is_working for row in session.scalars(query)}
        known[country] = with_declared_days(calendar_of(country), declared)
    return known[country]


def calendar_for_row(row: Base, country: str) -> Calendar:
    """The calendar of a country as the session of a row knows it."""
    session = object_session(row)
    return calendar_in(session, country) if session is not None else calendar_of(country)


def forget_calendars(session: Session) -> None:
    """Read them again: days were declared or taken back."""
    session.info.pop(REMEMBERED, None)


def declared_days(
    session: Session, country: str, *, since: dt.date, until: dt.date
) -> list[CalendarDay]:
    """What a country declared between two days, both included, in order."""
    query = select(CalendarDay).where(
        CalendarDay.country == country, CalendarDay.day.between(since, until)
    )
    return list(session.scalars(query.order_by(CalendarDay.day)))
