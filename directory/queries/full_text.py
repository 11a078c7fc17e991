"""The full-text index behind one interface: FTS5 on SQLite, tsvector on PostgreSQL.

Everything that differs between the engines is here, and nothing is decided here: both hold the same
stems. The words themselves, for misspelt ones, are in ``directory.queries.search_vocabulary``.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory.queries.listing_words import Document

WORDS_A_STATEMENT = 500
Documents: TypeAlias = NDArray[np.int64]
"""Numbers of documents, in no order."""


class Field(enum.Enum):
    """Where in a listing a word stands.

    The value is how much a match there says. Each stem of a listing is stored once, behind the mark
    of the best field that holds it, so that asking for a field is asking for a word.
    """

    NAME = 4
    TRADE = 3
    FAIR = 2
    ANY = 1


MARKS = {Field.NAME: "n_", Field.TRADE: "t_", Field.FAIR: "f_", Field.ANY: ""}
"""What stands before the stems of a field; no word has an underscore."""


def tokens(document: Document) -> set[str]:
    """The marked stems of a document, as both engines store them."""
    found: set[str] = set()
    better: frozenset[str] = frozenset()
    for field in Field:
        stems = _stems(document, field)
        found.update(map(MARKS[field].__add__, stems - better))
        better |= stems
    return found


def _stems(document: Document, field: Field) -> frozenset[str]:
    match field:
        case Field.NAME:
            return document.name
        case Field.TRADE:
            return document.trade
        case Field.FAIR:
            return document.fair
        case Field.ANY:
            return document.weak


def holding(
    session: Session, stems: Sequence[str], *, prefix: bool = False
) -> dict[Field, Documents]:
    """The documents that hold one of ``stems`` (or a word that begins like one), by field."""
    join, quote, end = (" OR ", '"', " *") if on_sqlite(session) else (" | ", "'", ":*")
    end = end if prefix else ""
    asked = [
        join.join(f"{quote}{MARKS[field]}{stem}{quote}{end}" for stem in stems) for field in Field
    ]
    return dict(zip(Field, _numbers(session, asked), strict=True))


def holding_each(session: Session, stems: Sequence[str]) -> Iterator[dict[Field, Documents]]:
    """The documents that hold each of ``stems``, by field, in the order of the stems."""
    quote = '"' if on_sqlite(session) else "'"
    found = _numbers(
        session, [f"{quote}{MARKS[field]}{stem}{quote}" for stem in stems for field in Field]
    )
    for start in range(0, len(found), len(Field)):
        yield dict(zip(Field, found[start : start + len(Field)], strict=True))


def stored_tokens(session: Session, documents: Sequence[int]) -> list[list[str]]:
    """The marked stems of some documents, as they are stored."""
    if on_sqlite(session):
        lines = session.scalars(_FTS5_TOKENS, {"documents": json.dumps(list(documents))})
    else:
        lines = session.scalars(_TSVECTOR_TOKENS, {"documents": list(documents)})
    return [line.split() for line in lines]


def store(session: Session, numbered: Sequence[tuple[int, Document]]) -> None:
    """Write documents under their numbers, in place of what was there."""
    connection = session.connection()
    if not numbered:
        return
    if on_sqlite(session):
        connection.execute(_FTS5_DELETE, [{"document": number} for number, _ in numbered])
        rows = [{"document": number, "tokens": " ".join(tokens(one))} for number, one in numbered]
        connection.execute(_FTS5_INSERT, rows)
    else:
        values = {
            "documents": [number for number, _ in numbered],
            "vectors": [" ".join(f"'{token}'" for token in tokens(one)) for _, one in numbered],
        }
        connection.execute(_TSVECTOR_UPSERT, values)


def on_sqlite(session: Session) -> bool:
    """Whether the index is FTS5's."""
    return session.get_bind().dialect.name == "sqlite"


def _numbers(session: Session, asked: Sequence[str]) -> list[Documents]:
    """The numbers of each query come in one piece: a hundred thousand rows are not fetched singly."""
    if on_sqlite(session):
        texts = session.scalars(_FTS5_MATCHING, {"asked": json.dumps(asked)})
        return [np.fromstring(found or "", dtype=np.int64, sep=" ") for found in texts]
    packed = session.scalars(_TSVECTOR_MATCHING, {"asked": list(asked)})
    return [np.frombuffer(found or b"", dtype=">i4").astype(np.int64) for found in packed]


_FTS5_MATCHING = text(
    "SELECT (SELECT group_concat(rowid, ' ') FROM listing_fts WHERE listing_fts MATCH asked.value) "
    "FROM json_each(:asked) AS asked ORDER BY asked.key"
)
_TSVECTOR_MATCHING = text(
    "SELECT (SELECT string_agg(int4send(document), '') FROM listing_vector "
    "WHERE vector @@ CAST(asked.query AS tsquery)) "
    "FROM unnest(CAST(:asked AS text[])) WITH ORDINALITY AS asked (query, place) ORDER BY place"
)
_FTS5_TOKENS = text(
    "SELECT tokens FROM listing_fts WHERE rowid IN (SELECT value FROM json_each(:documents))"
)
_TSVECTOR_TOKENS = text(
    "SELECT array_to_string(tsvector_to_array(vector), ' ') FROM listing_vector "
    "WHERE document = ANY(:documents)"
)
_FTS5_DELETE = text("DELETE FROM listing_fts WHERE rowid = :document")
_FTS5_INSERT = text("INSERT INTO listing_fts (rowid, tokens) VALUES (:document, :tokens)")
_TSVECTOR_UPSERT = text(
    "INSERT INTO listing_vector (document, vector) SELECT document, CAST(vector AS tsvector) "
    "FROM unnest(CAST(:documents AS int[]), CAST(:vectors AS text[])) AS row (document, vector) "
    "ON CONFLICT (document) DO UPDATE SET vector = excluded.vector"
)
