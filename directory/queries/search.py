"""Search of the directory: one answer for list, map, counts, feeds, API and command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.geodesy import Floats
from directory.listing_life import State
from directory.models import ListingText
from directory.queries import distances
from directory.queries.columns import STATES, Columns, Mask
from directory.queries.filters import (
    Facets,
    Moment,
    added,
    choices,
    facets_of,
    fixed_filters,
    may_be_seen,
    passing,
)
from directory.queries.snapshot import DirectorySnapshot, current
from directory.queries.word_matches import WordMatches, word_matches
from directory.search_request import Search, Sort

NAME_BYTES = "S64"
"""Names are compared this far."""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found, in order. Lists and maps take what they show from here."""

    snapshot: DirectorySnapshot
    part: NDArray[np.int8]
    """0: the row is one of the snapshot's base; 1: of its overlay."""
    row: NDArray[np.intp]
    metres: Floats
    """From the centre; NaN where there is none, or no distance."""
    words: WordMatches
    facets: Facets

    def __len__(self) -> int:
        return len(self.row)

    @property
    def parts(self) -> tuple[Columns, Columns]:
        """The arrays to which ``part`` and ``row`` point."""
        return self.snapshot.base, self.snapshot.overlay

    def ids(self, start: int = 0, stop: int | None = None) -> list[UUID]:
        """Ids in order."""
        part, row = self.part[start:stop], self.row[start:stop]
        found: list[UUID] = [UUID(int=0)] * len(row)
        for number, columns in enumerate(self.parts):
            at = np.flatnonzero(part == number)
            for place, key in zip(at.tolist(), columns.ids(row[at]), strict=True):
                found[place] = key
        return found

    def metres_of(self, start: int = 0, stop: int | None = None) -> list[float | None]:
        """Distances in the same order."""
        return [None if np.isnan(one) else one for one in self.metres[start:stop].tolist()]

    def pins(self) -> tuple[Floats, Floats]:
        """Longitudes and latitudes for the map, in the same order."""
        lon, lat = np.full(len(self), np.nan), np.full(len(self), np.nan)
        codes, regions = self.snapshot.vocabulary, self.snapshot.regions
        for number, columns in enumerate(self.parts):
            at = self.part == number
            lons, lats = distances.pins(columns, codes, regions)
            lon[at], lat[at] = lons[self.row[at]], lats[self.row[at]]
        return lon, lat

    def take(self, name: str) -> NDArray[np.int32]:
        """One column of the arrays, in the same order."""
        base, overlay = (getattr(part, name) for part in self.parts)
        values = np.empty(len(self), dtype=base.dtype)
        for number, column in enumerate((base, overlay)):
            at = self.part == number
            values[at] = column[self.row[at]]
        return values


def found_listings(
    session: Session,
    search: Search,
    *,
    audience: Audience,
    moment: Moment,
    language: str = "fr",
    facets: bool = True,
) -> Found:
    """What the audience may see of what ``search`` asks for, in order, with counts of choices."""
    snapshot = current(session)
    seen = tuple(may_be_seen(snapshot, audience))
    words = word_matches(session, snapshot, search.words, seen, audience)
    rows, metres, counts = [], [], []
    for (part, _), worded in zip(seen, words.masks, strict=True):
        others = worded.copy()
        for mask in fixed_filters(snapshot, part, search):
            others &= mask
        others, far = _near(session, snapshot, part, search, others)
        offered = choices(session, snapshot, part, search, moment)
        counts.append(facets_of(offered, others) if facets else {})
        passed = passing(offered, others)
        if far is None and search.centre is not None:
            far = distances.metres_from(session, part, search.centre, passed)
        rows.append(np.flatnonzero(passed))
        metres.append(np.full(len(rows[-1]), np.nan) if far is None else far[rows[-1]])
    unordered = Found(
        snapshot,
        np.repeat(np.array([0, 1], dtype=np.int8), [len(one) for one in rows]),
        np.concatenate(rows),
        np.concatenate(metres),
        words,
        added(*counts),
    )
    return _ordered(session, unordered, search, language)


def _near(
    session: Session, snapshot: DirectorySnapshot, part: Columns, search: Search, wanted: Mask
) -> tuple[Mask, Floats | None]:
    """Rows within the distance asked for, and their metres; no metres when none was asked for."""
    if search.centre is None or search.within_metres is None:
        return wanted, None
    near, metres = distances.within(session, part, search.centre, search.within_metres, wanted)
    codes, regions = snapshot.vocabulary, snapshot.regions
    return near | distances.same_region(part, codes, regions, search.centre, wanted), metres


def _ordered(session: Session, found: Found, search: Search, language: str) -> Found:
    """In the order asked for. Rows of one part come by id, and sorting keeps equal rows so."""
    keys = [key for key in _sort_keys(session, found, search, language) if _tells_apart(key)]
    if len(np.unique(found.part)) > 1:
        keys += [found.take("id_high"), found.take("id_low")]
    if not keys:
        return found
    order = np.lexsort(keys[::-1])
    return replace(found, part=found.part[order], row=found.row[order], metres=found.metres[order])


def _tells_apart(key: NDArray[np.generic]) -> bool:
    return len(key) > 1 and bool((key != key[0]).any())


def _sort_keys(
    session: Session, found: Found, search: Search, language: str
) -> list[NDArray[np.generic]]:
    """Columns to sort by, the first decides first; ids decide what they leave open."""
    far = np.nan_to_num(found.metres, nan=np.inf)
    if search.sort is Sort.NAME:
        return [_names(session, found, language)]
    if search.sort is Sort.DISTANCE and search.centre is not None:
        return [far]
    scores = np.empty(len(found), dtype=np.int16)
    for number, own in enumerate(found.words.scores):
        at = found.part == number
        scores[at] = own[found.row[at]]
    is_stale = found.take("state") == STATES.index(State.STALE)
    return [-scores, far, is_stale, -found.take("verified_on").astype(np.int64)]


def _names(session: Session, found: Found, language: str) -> NDArray[np.generic]:
    """The folded names in a language, as bytes that sort."""
    values = np.empty(len(found), dtype=NAME_BYTES)
    for number, part in enumerate(found.parts):
        at = found.part == number
        values[at] = _part_names(session, part, language)[found.row[at]]
    return values


def _part_names(session: Session, part: Columns, language: str) -> NDArray[np.bytes_]:
    column = ListingText.name_en if language == "en" else ListingText.name_fr

    def read(columns: Columns) -> NDArray[np.bytes_]:
        query = select(ListingText.document, column)
        if columns.since >= 0:
            query = query.where(ListingText.document.in_(columns.document.tolist()))
        found = {number: name.encode() for number, name in session.execute(query)}
        return np.array([found.get(one, b"") for one in columns.document.tolist()], NAME_BYTES)

    return part.derived((__name__, "names", language), read)
