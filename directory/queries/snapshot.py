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

from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy.orm import Session

from directory.queries.columns import Columns, Mask, Vocabulary
from directory.queries.directory_version import changing, directory_number
from directory.queries.listing_rows import FINDABLE, changed_rows, columns_of, findable_rows
from directory.queries.regions import RegionTree, region_tree

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
    changed = changed_rows(session, kept.base.number, own)
    if len(changed) > max(OVERLAY_ROWS, len(kept.base) // 50):
        return _made_anew(session, store, number)
    holds = np.ones(len(kept.base), dtype=bool)
    rows = kept.base.rows([UUID(row.id) for row in changed])
    holds[rows[rows >= 0]] = False
    findable = [row for row in changed if row.state in FINDABLE]
    overlay = columns_of(findable, store.vocabulary, kept.base.number, number)
    regions = {store.vocabulary.region.values[code] for code in np.unique(overlay.region).tolist()}
    if not regions - {None} <= kept.regions.keys():
        return _made_anew(session, store, number)
    base = kept.base.private() if own else kept.base
    return DirectorySnapshot(
        number, base, holds, overlay, store.vocabulary, kept.regions, is_private=bool(own)
    )


def _made_anew(session: Session, store: Store, number: int) -> DirectorySnapshot:
    base = columns_of(findable_rows(session), store.vocabulary, -1, number)
    return DirectorySnapshot(
        number,
        base,
        np.ones(len(base), dtype=bool),
        columns_of([], store.vocabulary, number, number),
        store.vocabulary,
        region_tree(session),
    )


def ids_of(snapshot: DirectorySnapshot) -> list[UUID]:
    """Ids of all listings in the snapshot, smallest first."""
    return sorted(key for part, holds in snapshot.parts for key in part.ids(np.flatnonzero(holds)))
