"""Where a word stands, row by row: asked of the full-text index once, then remembered.

A row of the base that changes is no longer read from there, so what is remembered for the base
stays true as long as the base is kept. The few rows of the overlay are indexed in memory.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from directory.queries import full_text
from directory.queries.columns import Columns
from directory.queries.full_text import MARKS, Field
from directory.queries.listing_words import documents
from directory.queries.snapshot import DirectorySnapshot

Weights: TypeAlias = NDArray[np.int8]
Key: TypeAlias = tuple[tuple[str, ...], bool]
MOST_ROWS = 2_000_000
"""Rows remembered for all words together: 10 MB."""


class Postings:
    """The rows and weights of the words asked for last."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, tuple[NDArray[np.int32], Weights]] = OrderedDict()
        self._rows = 0
        self._lock = Lock()

    def get(self, key: Key, length: int) -> Weights | None:
        """The weight of each of ``length`` rows, if the word is remembered."""
        with self._lock:
            found = self._known.get(key)
            if found is None:
                return None
            self._known.move_to_end(key)
        weights = np.zeros(length, dtype=np.int8)
        weights[found[0]] = found[1]
        return weights

    def put(self, key: Key, weights: Weights) -> None:
        """Remember a word; the ones asked for longest ago make room."""
        rows = np.flatnonzero(weights).astype(np.int32)
        with self._lock:
            self._rows += len(rows)
            if key in self._known:
                self._rows -= len(self._known[key][0])
            self._known[key] = (rows, weights[rows])
            while self._rows > MOST_ROWS and len(self._known) > 1:
                self._rows -= len(self._known.popitem(last=False)[1][0])


def weights_of(
    session: Session, snapshot: DirectorySnapshot, stems: Sequence[str], *, prefix: bool
) -> tuple[Weights, Weights]:
    """For each row of the base and of the overlay, the value of the best field that holds one of
    ``stems`` (or a word that begins like one); 0 where none does.
    """
    base = _base_weights(session, snapshot, (tuple(stems), prefix))
    return base, _overlay_weights(session, snapshot, stems, prefix=prefix)


def _base_weights(session: Session, snapshot: DirectorySnapshot, key: Key) -> Weights:
    base = snapshot.base
    postings = base.derived((__name__, "postings"), lambda _columns: Postings())
    weights = postings.get(key, len(base))
    if weights is None:
        weights = _asked(session, base, key)
        if not snapshot.is_private:
            postings.put(key, weights)
    return weights


def _asked(session: Session, base: Columns, key: Key) -> Weights:
    stems, prefix = key
    weights = np.zeros(len(base), dtype=np.int8)
    anywhere = full_text.matching(session, stems, Field.ANY, prefix=prefix)
    _mark(weights, anywhere, base, Field.ANY)
    if len(anywhere):
        for field in (Field.FAIR, Field.TRADE, Field.NAME):
            _mark(weights, full_text.matching(session, stems, field, prefix=prefix), base, field)
    return weights


def _mark(weights: Weights, found: NDArray[np.int64], part: Columns, field: Field) -> None:
    """Rows whose document was found; −1 (not indexed) is in no set."""
    highest = int(max(part.document.max(initial=0), found.max(initial=0)))
    among = np.zeros(highest + 2, dtype=bool)
    among[found] = True
    weights[among[part.document]] = field.value


def _overlay_weights(
    session: Session, snapshot: DirectorySnapshot, stems: Iterable[str], *, prefix: bool
) -> Weights:
    part = snapshot.overlay
    index = part.derived(
        (__name__, "tokens"), lambda columns: _token_rows(session, snapshot, columns)
    )
    weights = np.zeros(len(part), dtype=np.int8)
    for field in reversed(Field):
        for stem in stems:
            token = f"{MARKS[field]}{stem}"
            known = [one for one in index if one.startswith(token)] if prefix else [token]
            for one in known:
                weights[index.get(one, [])] = field.value
    return weights


def _token_rows(
    session: Session, snapshot: DirectorySnapshot, part: Columns
) -> Mapping[str, list[int]]:
    ids = part.ids(np.arange(len(part)))
    found: dict[str, list[int]] = defaultdict(list)
    for start in range(0, len(ids), full_text.WORDS_A_STATEMENT):
        some = list(
            documents(session, ids[start : start + full_text.WORDS_A_STATEMENT], snapshot.regions)
        )
        rows = part.rows([one.listing_id for one in some]).tolist()
        for row, one in zip(rows, some, strict=True):
            for token in full_text.tokens(one):
                found[token].append(row)
    return dict(found)
