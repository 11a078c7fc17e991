"""Which listings are open: to people at this hour, to new people today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from directory.intake import Window, intake
from directory.models import IntakeWindow, OpeningHours
from directory.opening_hours import Hours, is_open
from directory.queries.calendars import calendar_in
from directory.queries.columns import Columns, Mask, Vocabulary

QUARTER = dt.timedelta(minutes=15)
IDS_A_STATEMENT = 500

WINDOWS = select(
    IntakeWindow.listing_id, IntakeWindow.opens_on, IntakeWindow.closes_on,
    IntakeWindow.starts_on, IntakeWindow.recurrence, IntakeWindow.cut_off_days,
).order_by(IntakeWindow.listing_id, IntakeWindow.opens_on, IntakeWindow.id)  # fmt: skip
HOURS = select(
    OpeningHours.listing_id, OpeningHours.weekday, OpeningHours.opens_at, OpeningHours.closes_at
).order_by(OpeningHours.listing_id, OpeningHours.weekday, OpeningHours.opens_at)


def intake_windows(session: Session, part: Columns) -> Mapping[int, tuple[Window, ...]]:
    """The intake windows of the rows that have some."""

    def read(columns: Columns) -> Mapping[int, tuple[Window, ...]]:
        found: dict[int, tuple[Window, ...]] = defaultdict(tuple)
        for row, window in _by_row(session, columns, WINDOWS, IntakeWindow.listing_id):
            found[row] = (*found[row], _window(window))
        return dict(found)

    return part.derived((__name__, "windows"), read)


def takes_people(session: Session, part: Columns, today: dt.date) -> Mask:
    """Rows whose intake is open today: a window is, or somebody said that there are none."""

    def judge(columns: Columns) -> Mask:
        found = columns.has_no_end.copy()
        known: dict[tuple[Window, ...], bool] = {}
        for row, windows in intake_windows(session, columns).items():
            if windows not in known:
                known[windows] = intake(windows, today).now is not None
            found[row] = known[windows]
        return found

    return _for_now(part, "takes-people", today, judge)


def receives_people(session: Session, part: Columns, codes: Vocabulary, now: dt.datetime) -> Mask:
    """Rows that are open at this hour; where no hours are known they do not count as open.

    Judged at the beginning of the running quarter of an hour, so that one judgement serves many.
    """
    quarter = now - (now - dt.datetime.min.replace(tzinfo=dt.UTC)) % QUARTER

    def judge(columns: Columns) -> Mask:
        found = np.zeros(len(columns), dtype=bool)
        known: dict[tuple[str, tuple[Hours, ...]], bool] = {}
        for row, hours in opening_hours(session, columns).items():
            key = (codes.country.values[columns.country[row]], hours)
            if key not in known:
                known[key] = is_open(hours, quarter, calendar_in(session, key[0])) is True
            found[row] = known[key]
        return found

    return _for_now(part, "receives-people", quarter, judge)


def opening_hours(session: Session, part: Columns) -> Mapping[int, tuple[Hours, ...]]:
    """The opening hours of the rows that have some; equal weeks are one object."""

    def read(columns: Columns) -> Mapping[int, tuple[Hours, ...]]:
        found: dict[int, tuple[Hours, ...]] = defaultdict(tuple)
        for row, span in _by_row(session, columns, HOURS, OpeningHours.listing_id):
            found[row] = (*found[row], Hours(span.weekday, span.opens_at, span.closes_at))
        weeks: dict[tuple[Hours, ...], tuple[Hours, ...]] = {}
        return {row: weeks.setdefault(week, week) for row, week in found.items()}

    return part.derived((__name__, "hours"), read)


def _for_now(part: Columns, what: str, moment: dt.date, judge: Callable[[Columns], Mask]) -> Mask:
    """The mask of this moment; that of an earlier one is dropped."""
    name = (__name__, what)
    judged, mask = part.derived(name, lambda columns: (moment, judge(columns)))
    if judged == moment:
        return mask
    part.forget(name)
    return judge(part) if moment < judged else _for_now(part, what, moment, judge)


def _by_row(
    session: Session, columns: Columns, query: Select[Any], listing_id: Any
) -> Iterator[tuple[int, Row[Any]]]:
    """Rows of a table of listings with the row of their listing, those of one listing together."""
    if columns.since < 0:
        found = list(session.execute(query))
    else:
        ids = columns.ids(np.arange(len(columns)))
        starts = range(0, len(ids), IDS_A_STATEMENT)
        some = (ids[start : start + IDS_A_STATEMENT] for start in starts)
        found = [one for part in some for one in session.execute(query.where(listing_id.in_(part)))]
    rows = columns.rows([one.listing_id for one in found])
    for row, one in zip(rows.tolist(), found, strict=True):
        if row >= 0:
            yield row, one


def _window(row: Row[Any]) -> Window:
    return Window(
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        starts_on=row.starts_on,
        recurrence=row.recurrence or "",
        cut_off_days=row.cut_off_days or 0,
    )
