"""A page of what a search found: cards with their number, distance, place on the map and intake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from directory.intake import Intake, Window, intake
from directory.queries.listings import Card, cards
from directory.queries.open_listings import intake_windows
from directory.queries.search import Found


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One entry of the list and its pin on the map."""

    card: Card
    number: int
    """Place in the whole list, from 1."""
    metres: float | None
    """As the crow flies; nothing without a centre or without a position that may be used."""
    lon: float | None
    lat: float | None
    """Where the pin stands; for regional services on a point that their region shares."""
    intake: Intake | None
    """What its intake windows say today; nothing when it has none."""


def result_rows(
    session: Session, found: Found, today: dt.date, *, start: int = 0, stop: int | None = None
) -> list[ResultRow]:
    """Entries ``start`` to ``stop`` of what was found, in order."""
    stop = len(found) if stop is None else min(stop, len(found))
    shown = {card.id: card for card in cards(session, found.ids(start, stop))}
    lon, lat = found.pins()
    metres = found.metres_of(start, stop)
    windows = _windows(session, found, start, stop)
    return [
        ResultRow(
            card=shown[key],
            number=start + at + 1,
            metres=metres[at],
            lon=_number(lon[start + at]),
            lat=_number(lat[start + at]),
            intake=intake(windows[at], today) if at in windows else None,
        )
        for at, key in enumerate(found.ids(start, stop))
        if key in shown
    ]


def _windows(
    session: Session, found: Found, start: int, stop: int
) -> Mapping[int, tuple[Window, ...]]:
    """Intake windows by place in the page."""
    known = [intake_windows(session, part) for part in found.parts]
    places = zip(found.part[start:stop].tolist(), found.row[start:stop].tolist(), strict=True)
    return {at: known[part][row] for at, (part, row) in enumerate(places) if row in known[part]}


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
