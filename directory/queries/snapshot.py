"""The directory as arrays, kept by each process and brought up to date at each use.

``current(session)`` gives a ``DirectorySnapshot``: a large immutable ``base``, a mask of its rows
that still hold, and a small ``overlay`` with the rows that changed since the base was made. Readers
do everything for both parts: ``for part, holds in snapshot.parts``. Only listings that can be found
(``SEARCHABLE``) are in it; who may see which is the reader's business (``visibility`` is a column).

The snapshot *proposes*. Whatever takes a place checks again in the database.

To extend it with more per listing (profiles of conditions, trees, places), hang it on the part:
``part.derived(("<module>", "<what>"), make)``, where ``make(part)`` may read the database. A new
overlay is a new ``Columns`` object, so what is derived for the base is kept while listings change,
and what is derived for the overlay is small.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, Text, cast, select
from sqlalchemy.orm import Session

from directory.listing_life import SEARCHABLE
from directory.models import Listing, ListingText, Organisation, Programme, Service, Site
from directory.queries.columns import (
    ENDLESS,
    NEVER,
    PRECISIONS,
    STATES,
    UNSAID,
    VISIBILITIES,
    Columns,
    Mask,
    Vocabulary,
    day_number,
    halves,
    positions,
)
from directory.queries.directory_version import changing, directory_number
from directory.queries.regions import RegionTree, region_tree

IDS_A_STATEMENT = 500
"""SQLite takes a limited number of parameters."""
OVERLAY_ROWS = 500
"""More changed rows than this, and than 2 % of the base, and the base is made anew."""


@dataclass(frozen=True, slots=True)
class DirectorySnapshot:
    """The findable listings as they were in version ``number`` of the directory."""

    number: int
    base: Columns
    holds: Mask
    """Which rows of the base have not changed since."""
    overlay: Columns
    vocabulary: Vocabulary
    regions: RegionTree
    is_private: bool = False
    """It shows uncommitted changes: nothing that is read beside it may be kept for others."""

    @property
    def parts(self) -> tuple[tuple[Columns, Mask], tuple[Columns, Mask]]:
        """Both arrays with the rows to look at."""
        return (self.base, self.holds), (self.overlay, np.ones(len(self.overlay), dtype=bool))

    def __len__(self) -> int:
        return int(np.count_nonzero(self.holds)) + len(self.overlay)


@dataclass(slots=True)
class Store:
    """What one process keeps of one database."""

    lock: Lock = field(default_factory=Lock)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    snapshot: DirectorySnapshot | None = None


_stores: WeakKeyDictionary[Any, Store] = WeakKeyDictionary()
_stores_lock = Lock()


def current(session: Session) -> DirectorySnapshot:
    """The directory as this transaction sees it; the same object while nothing changes.

    A transaction that has itself changed listings gets a picture of its own, never shared: it may
    still be undone.
    """
    store = _store(session)
    session.flush()
    with store.lock:
        kept, number, own = store.snapshot, directory_number(session), changing(session)
        if kept is not None and kept.number == number and not own:
            return kept
        fresh = _brought_up_to(session, store, number, own)
        if not own:
            store.snapshot = fresh
        return fresh


def _store(session: Session) -> Store:
    """The store of the session's database; one of its own inside somebody's outer transaction.

    There (tests that undo everything, an import that is tried first) even a commit is not final.
    """
    connection = session.connection()
    outer = connection.get_transaction() if connection.in_nested_transaction() else None
    with _stores_lock:
        return _stores.setdefault(outer or connection.engine, Store())


def _brought_up_to(
    session: Session, store: Store, number: int, own: frozenset[UUID]
) -> DirectorySnapshot:
    kept = store.snapshot
    if kept is None or kept.number > number:
        return _made_anew(session, store, number)
    changed = _changed_rows(session, kept.base.number, own)
    unknown_region = any(
        row.region_id is not None and row.region_id not in kept.regions for row in changed
    )
    if unknown_region or len(changed) > max(OVERLAY_ROWS, len(kept.base) // 50):
        return _made_anew(session, store, number)
    holds = np.ones(len(kept.base), dtype=bool)
    rows = kept.base.rows([row.id for row in changed])
    holds[rows[rows >= 0]] = False
    findable = [row for row in changed if row.state in SEARCHABLE]
    overlay = _columns(findable, store.vocabulary, kept.base.number, number)
    base = kept.base.private() if own else kept.base
    return DirectorySnapshot(
        number, base, holds, overlay, store.vocabulary, kept.regions, is_private=bool(own)
    )


def _changed_rows(session: Session, number: int, own: frozenset[UUID]) -> Sequence[Row[Any]]:
    """Listings changed after ``number`` and those that this transaction is changing, by id."""
    found = {
        row.id: row for row in session.execute(_listing_rows().where(Listing.changed_in > number))
    }
    ids = sorted(own)
    for start in range(0, len(ids), IDS_A_STATEMENT):
        some = ids[start : start + IDS_A_STATEMENT]
        for row in session.execute(_listing_rows().where(Listing.id.in_(some))):
            found[row.id] = row
    return [found[key] for key in sorted(found)]


def _made_anew(session: Session, store: Store, number: int) -> DirectorySnapshot:
    found = session.execute(_listing_rows().where(Listing.state.in_(SEARCHABLE))).all()
    base = _columns(found, store.vocabulary, -1, number)
    return DirectorySnapshot(
        number,
        base,
        np.ones(len(base), dtype=bool),
        _columns([], store.vocabulary, number, number),
        store.vocabulary,
        region_tree(session),
    )


def _listing_rows() -> Select[Any]:
    return (
        select(
            Listing.id, ListingText.document, Listing.state, Listing.visibility, Listing.cost_model,
            Listing.verified_at, Listing.ends_on, Programme.ends_on.label("programme_ends_on"),
            Listing.has_no_end, Listing.is_permanent, Listing.accepts_self_referral,
            cast(Listing.languages, Text).label("languages"),
            cast(Listing.supports, Text).label("supports"),
            cast(Listing.sectors, Text).label("sectors"),
            cast(Listing.specialties, Text).label("specialties"),
            cast(Site.accessibility, Text).label("accessibility"),
            Service.category, Service.organisation_id, Organisation.kind,
            Site.country, Site.region_id, Site.lon, Site.lat, Site.precision, Site.is_urban,
        )
        .join(Service, Listing.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Site, Listing.site_id == Site.id)
        .outerjoin(Programme, Service.programme_id == Programme.id)
        .outerjoin(ListingText, ListingText.listing_id == Listing.id)
        .order_by(Listing.id)
    )  # fmt: skip


def _columns(rows: Sequence[Row[Any]], codes: Vocabulary, since: int, number: int) -> Columns:
    high, low = halves([row.id for row in rows])
    lon, lat, ecef = positions((row.lon for row in rows), (row.lat for row in rows))
    return Columns(
        since=since,
        number=number,
        id_high=high,
        id_low=low,
        document=_ints(-1 if row.document is None else row.document for row in rows),
        category=codes.category.column(row.category for row in rows),
        kind=codes.kind.column(row.kind.value for row in rows),
        cost=codes.cost.column(row.cost_model for row in rows),
        country=codes.country.column(row.country for row in rows),
        region=codes.region.column(row.region_id for row in rows),
        organisation=codes.organisation.column(row.organisation_id for row in rows),
        languages=codes.lists.json_column(row.languages for row in rows),
        accessibility=codes.lists.json_column(row.accessibility for row in rows),
        supports=codes.lists.json_column(row.supports for row in rows),
        sectors=codes.lists.json_column(row.sectors for row in rows),
        specialties=codes.lists.json_column(row.specialties for row in rows),
        state=_small(STATES.index(row.state) for row in rows),
        visibility=_small(VISIBILITIES.index(row.visibility) for row in rows),
        precision=_small(PRECISIONS.index(row.precision) for row in rows),
        is_urban=_small(_answer(row.is_urban) for row in rows),
        self_referral=_small(_answer(row.accepts_self_referral) for row in rows),
        has_no_end=np.fromiter((row.has_no_end for row in rows), dtype=bool),
        is_permanent=np.fromiter((row.is_permanent for row in rows), dtype=bool),
        verified_on=_ints(
            day_number(row.verified_at and row.verified_at.date(), NEVER) for row in rows
        ),
        ends_on=_ints(_last_day(row.ends_on, row.programme_ends_on) for row in rows),
        lon=lon,
        lat=lat,
        ecef=ecef,
    )


def _ints(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, dtype=np.int32)


def _small(values: Iterable[int]) -> NDArray[np.int8]:
    return np.fromiter(values, dtype=np.int8)


def _answer(value: bool | None) -> int:
    return UNSAID if value is None else int(value)


def _last_day(offer: dt.date | None, programme: dt.date | None) -> int:
    return min(day_number(offer, ENDLESS), day_number(programme, ENDLESS))


def ids_of(snapshot: DirectorySnapshot) -> list[UUID]:
    """Ids of all listings in the snapshot, smallest first."""
    return sorted(key for part, holds in snapshot.parts for key in part.ids(np.flatnonzero(holds)))
