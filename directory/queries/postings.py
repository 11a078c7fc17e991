"""Where a word stands, row by row: asked of the full-text index once, then remembered.

The stems that many listings hold are the dear ones to ask for, and few: they are read together when
the first word is asked, so that a word costs little even the first time. A row of the base that
changes is no longer read from there, so what is remembered for the base stays true as long as the
base is kept. The few rows of the overlay are indexed in memory.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from directory.queries import full_text
from directory.queries.columns import Columns, Ints
from directory.queries.full_text import MARKS, Documents, Field
from directory.queries.listing_words import documents
from directory.queries.snapshot import DirectorySnapshot

Weights: TypeAlias = NDArray[np.int8]
Key: TypeAlias = tuple[tuple[str, ...], bool]
ASKED_BYTES = 10_000_000
"""What is remembered of the words asked for last."""
COMMON_BYTES_A_ROW = 100
MOST_COMMON_BYTES = 20_000_000
"""What is kept of the stems that many listings hold: what is smaller."""
LARGE = 5_000
"""Rows from which it is worth knowing the common stems beforehand."""
SAMPLE = 2_000
"""Listings in which the common stems are looked for."""
COMMON = 1 / 50
"""Part of the listings that hold a common stem."""
STEMS_A_STATEMENT = 50


@dataclass(frozen=True, slots=True)
class Posting:
    """The weight that a word has in each row: all rows, or those that are not 0."""

    weights: Weights
    rows: Ints | None

    @classmethod
    def of(cls, weights: Weights) -> Posting:
        """In whichever form is smaller."""
        rows = np.flatnonzero(weights).astype(np.int32)
        if len(rows) * (rows.itemsize + 1) >= len(weights):
            return cls(weights, None)
        return cls(weights[rows], rows)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return self.weights.nbytes + (0 if self.rows is None else self.rows.nbytes)

    def all_rows(self, length: int) -> Weights:
        """The weight of each of ``length`` rows; not to be written to."""
        if self.rows is None:
            return self.weights
        weights = np.zeros(length, dtype=np.int8)
        weights[self.rows] = self.weights
        return weights


class Postings:
    """What is known of the words of one base."""

    def __init__(self, row_of: Ints, common: Mapping[str, Posting]) -> None:
        self.row_of = row_of
        """For each number of a document its row; −1 where it has none."""
        self.common = common
        self._asked: OrderedDict[Key, Posting] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Key) -> Posting | None:
        """The word, if it is remembered."""
        with self._lock:
            found = self._asked.get(key)
            if found is not None:
                self._asked.move_to_end(key)
            return found

    def put(self, key: Key, posting: Posting) -> None:
        """Remember a word; the ones asked for longest ago make room."""
        with self._lock:
            known = self._asked.pop(key, None)
            self._size += posting.size - (known.size if known else 0)
            self._asked[key] = posting
            while self._size > ASKED_BYTES and len(self._asked) > 1:
                self._size -= self._asked.popitem(last=False)[1].size


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
    postings = base.derived((__name__, "postings"), lambda columns: _postings(session, columns))
    posting = postings.get(key)
    if posting is None:
        posting = Posting.of(_asked(session, postings, key, len(base)))
        if not snapshot.is_private:
            postings.put(key, posting)
    return posting.all_rows(len(base))


def _postings(session: Session, base: Columns) -> Postings:
    rows = np.flatnonzero(base.document >= 0).astype(np.int32)
    row_of = np.full(int(base.document.max(initial=0)) + 1, -1, dtype=np.int32)
    row_of[base.document[rows]] = rows
    common = dict[str, Posting]()
    room = min(len(base) * COMMON_BYTES_A_ROW, MOST_COMMON_BYTES)
    for stem, posting in _common_postings(session, base, row_of):
        room -= posting.size
        if room < 0:
            break
        common[stem] = posting
    return Postings(row_of, common)


def _common_postings(
    session: Session, base: Columns, row_of: Ints
) -> Iterator[tuple[str, Posting]]:
    """The stems that many listings hold, the most common first."""
    stems = _common_stems(session, base)
    for start in range(0, len(stems), STEMS_A_STATEMENT):
        some = stems[start : start + STEMS_A_STATEMENT]
        for stem, found in zip(some, full_text.holding_each(session, some), strict=True):
            weights = np.zeros(len(base), dtype=np.int8)
            _mark(weights, found, row_of)
            yield stem, Posting.of(weights)


def _common_stems(session: Session, base: Columns) -> list[str]:
    if len(base) < LARGE:
        return []
    sample = base.document[:: len(base) // SAMPLE].tolist()
    counts: Counter[str] = Counter()
    for held in full_text.stored_tokens(session, sample):
        counts.update({token.rpartition("_")[2] for token in held})
    return [stem for stem, count in counts.most_common() if count >= COMMON * len(sample)]


def _asked(session: Session, postings: Postings, key: Key, length: int) -> Weights:
    stems, prefix = key
    known = {} if prefix else postings.common
    weights = np.zeros(length, dtype=np.int8)
    for stem in stems:
        if stem in known:
            np.maximum(weights, known[stem].all_rows(length), out=weights)
    rare = [stem for stem in stems if stem not in known]
    if rare:
        found = full_text.holding(session, rare, prefix=prefix)
        _mark(weights, found, postings.row_of)
    return weights


def _mark(weights: Weights, found: Mapping[Field, Documents], row_of: Ints) -> None:
    """Rows whose document was found; documents that are no row of the base are passed over."""
    for field, numbers in found.items():
        rows = row_of[numbers[numbers < len(row_of)]]
        rows = rows[rows >= 0]
        weights[rows] = np.maximum(weights[rows], field.value)


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
