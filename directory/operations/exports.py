"""What a search found, written into a file of any format."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.core.text import N_, Text
from directory.export_columns import COLUMNS
from directory.file_formats import Format, Table, Write
from directory.queries.exported_rows import WIDEST, Cells, exported_rows
from directory.queries.filters import Moment
from directory.queries.search import Found, found_listings
from directory.search_request import Search

Told = Callable[[int, int], None]
"""Hears how many rows are written, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What somebody wants to have in a file."""

    search: Search
    audience: Audience
    """Whose view it is; no file ever holds more than what partners may see."""
    now: dt.datetime
    language: str
    words: Callable[[object], str]
    """Writes a sentence or a value in that language."""


def export_listings(
    session: Session,
    wanted: Export,
    stream: BinaryIO,
    write: Write,
    told: Told = lambda _done, _all: None,
) -> int:
    """Write what the search finds for the audience, in its order; how many listings it found."""
    found = found_listings(
        session,
        wanted.search,
        audience=min(wanted.audience, WIDEST),
        moment=Moment(wanted.now),
        language=wanted.language,
        facets=False,
    )
    write(stream, _table(session, wanted, found, told))
    return len(found)


def export_name(chosen: Format, now: dt.datetime) -> str:
    """Name of a file made now: ``services-2026-03-02.xlsx``."""
    return f"services-{now:%Y-%m-%d}{chosen.ending}"


def _table(session: Session, wanted: Export, found: Found, told: Told) -> Table:
    words = wanted.words
    rows = exported_rows(
        session, found, audience=wanted.audience, language=wanted.language, words=words
    )
    return Table(
        columns=COLUMNS,
        labels=[words(column.label) for column in COLUMNS],
        rows=_counted(rows, len(found), told),
        title=words(N_("Services")),
        about=[(words(heading), _plain(words(value))) for heading, value in _about(wanted, found)],
    )


def _about(wanted: Export, found: Found) -> Iterator[tuple[Text, object]]:
    """What must be known to use the file, and to pass it on."""
    yield N_("Made on"), wanted.now.date()
    yield N_("Services in this file"), len(found)
    yield (
        N_("Source"),
        N_("Passerelle, a directory of services. Every row names the source of its facts."),
    )
    yield (
        N_("Licence"),
        N_(
            "Facts stay under the licence of the source that their row names: name it with them "
            "when you pass them on."
        ),
    )
    yield (
        N_("Positions"),
        N_(
            "Degrees on WGS 84. “site” is the building, “town” only the town; other services have "
            "no position here."
        ),
    )
    yield (
        N_("How fresh"),
        N_(
            "“verified” was confirmed on the day that the row names; “stale” waits to be confirmed."
        ),
    )
    if wanted.audience >= Audience.PARTNERS:
        yield (
            N_("Not for everybody"),
            N_("Rows marked “partners” are for partners of the mechanism: do not publish them."),
        )


def _counted(rows: Iterator[Cells], total: int, told: Told) -> Iterator[Cells]:
    for done, row in enumerate(rows, start=1):
        yield row
        told(done, total)


def _plain(text: str) -> str:
    """On one line."""
    return re.sub(r"\s+", " ", text)
