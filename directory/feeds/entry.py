"""One piece of news as feeds carry it, whatever their format."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class News(enum.StrEnum):
    """What happens on a day."""

    OPENS = "opens"
    CLOSES = "closes"
    STARTS = "starts"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A service and the days that matter to somebody who wants to apply; words already chosen."""

    key: str
    """Stable: readers recognise an entry by it."""
    title: str
    summary: str
    address: str
    place: str
    updated_at: dt.datetime
    days: tuple[tuple[News, dt.date, str], ...]
    """Kind, day, and a title that says what happens."""
