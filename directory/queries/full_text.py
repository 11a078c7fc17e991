"""The full-text index behind one interface: FTS5 on SQLite, tsvector and pg_trgm on PostgreSQL.

Everything that differs between the engines is here, and nothing is decided here: both hold the same
stems, and both only propose candidates for misspelt words (``directory.spelling`` chooses).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from directory.models import SearchWord
from directory.queries.listing_words import Document
from directory.spelling import LEAST_SIMILARITY, slips_allowed, trigrams

WORDS_A_STATEMENT = 500


class Field(enum.Enum):
    """Where in a listing a word stands; each field holds the ones before it.

    The value is how much a match there says. Each stem is stored once for every field that holds
    it, behind the field's mark, so that asking for a field is asking for a word.
    """

    NAME = 4
    TRADE = 3
    FAIR = 2
    ANY = 1


MARKS = {Field.NAME: "n_", Field.TRADE: "t_", Field.FAIR: "f_", Field.ANY: ""}
"""What stands before the stems of a field; no word has an underscore."""


def tokens(document: Document) -> set[str]:
    """The marked stems of a document, as both engines store them."""
    trade = document.name | document.trade
    fair = trade | document.fair
    found = set(fair | document.weak)
    found.update(map(MARKS[Field.FAIR].__add__, fair))
    found.update(map(MARKS[Field.TRADE].__add__, trade))
    found.update(map(MARKS[Field.NAME].__add__, document.name))
    return found


def matching(
    session: Session, stems: Iterable[str], field: Field, *, prefix: bool = False
) -> NDArray[np.int64]:
    """Numbers of the documents that hold one of ``stems`` (or a word that begins like one)."""
    marked = [f"{MARKS[field]}{stem}" for stem in stems]
    if _on_sqlite(session):
        asked = " OR ".join(f'"{token}"{" *" if prefix else ""}' for token in marked)
        return _numbers(session, _FTS5_MATCHING, asked)
    asked = " | ".join(f"'{token}'{':*' if prefix else ''}" for token in marked)
    return _numbers(session, _TSVECTOR_MATCHING, asked)


def similar_words(session: Session, word: str, audience: int) -> list[str]:
    """Words of the directory that may be what ``word`` means, and that the audience may learn."""
    slips = slips_allowed(word)
    values: dict[str, Any] = {
        "word": word,
        "audience": audience,
        "shortest": len(word) - slips,
        "longest": len(word) + slips,
    }
    if _on_sqlite(session):
        values["asked"] = " OR ".join(f'"{gram}"' for gram in sorted(trigrams(word)))
        return list(session.scalars(_FTS5_SIMILAR, values))
    session.execute(_SET_SIMILARITY, {"least": str(LEAST_SIMILARITY)})
    return list(session.scalars(_TRGM_SIMILAR, values))


def store(session: Session, numbered: Sequence[tuple[int, Document]]) -> None:
    """Write documents under their numbers, in place of what was there."""
    connection = session.connection()
    if not numbered:
        return
    if _on_sqlite(session):
        connection.execute(_FTS5_DELETE, [{"document": number} for number, _ in numbered])
        rows = [{"document": number, "tokens": " ".join(tokens(one))} for number, one in numbered]
        connection.execute(_FTS5_INSERT, rows)
    else:
        values = {
            "documents": [number for number, _ in numbered],
            "vectors": [" ".join(f"'{token}'" for token in tokens(one)) for _, one in numbered],
        }
        connection.execute(_TSVECTOR_UPSERT, values)


def learn(session: Session, words: Mapping[str, int]) -> None:
    """Add words with the widest audience that may learn them."""
    known = _known_words(session, sorted(words))
    news = [
        {"word": word, "audience": least}
        for word, least in sorted(words.items())
        if known.get(word, least + 1) > least
    ]
    if not news:
        return
    session.connection().execute(_LEARN, news)
    unindexed = [{"padded": f"  {row['word']} "} for row in news if row["word"] not in known]
    if _on_sqlite(session) and unindexed:
        session.connection().execute(_FTS5_LEARN, unindexed)


def known_words(session: Session, words: Iterable[str], audience: int) -> frozenset[str]:
    """Those of ``words`` that the directory holds and the audience may learn."""
    known = _known_words(session, sorted(words))
    return frozenset(word for word, least in known.items() if least <= audience)


def _known_words(session: Session, words: Sequence[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for start in range(0, len(words), WORDS_A_STATEMENT):
        some = words[start : start + WORDS_A_STATEMENT]
        query = select(SearchWord.word, SearchWord.audience).where(SearchWord.word.in_(some))
        known.update((word, least) for word, least in session.execute(query))
    return known


def clear_words(session: Session) -> None:
    """Forget all words, before they are learnt anew."""
    session.execute(text("DELETE FROM search_word"))
    if _on_sqlite(session):
        session.execute(text("DELETE FROM search_word_fts"))


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _numbers(session: Session, query: TextClause, asked: str) -> NDArray[np.int64]:
    """The numbers come as one text: a hundred thousand rows are not fetched one by one."""
    found = session.scalar(query, {"asked": asked})
    return np.fromstring(found or "", dtype=np.int64, sep=" ")


_FTS5_MATCHING = text(
    "SELECT group_concat(rowid, ' ') FROM listing_fts WHERE listing_fts MATCH :asked"
)
_TSVECTOR_MATCHING = text(
    "SELECT string_agg(CAST(document AS text), ' ') FROM listing_vector "
    "WHERE vector @@ CAST(:asked AS tsquery)"
)
_FTS5_SIMILAR = text(
    "SELECT search_word.word FROM search_word_fts "
    "JOIN search_word ON search_word.word = trim(search_word_fts.padded) "
    "WHERE search_word_fts MATCH :asked AND search_word.audience <= :audience "
    "AND length(search_word.word) BETWEEN :shortest AND :longest"
)
_SET_SIMILARITY = text("SELECT set_config('pg_trgm.similarity_threshold', :least, true)")
_TRGM_SIMILAR = text(
    "SELECT word FROM search_word WHERE word % :word AND audience <= :audience "
    "AND length(word) BETWEEN :shortest AND :longest"
)
_FTS5_DELETE = text("DELETE FROM listing_fts WHERE rowid = :document")
_FTS5_INSERT = text("INSERT INTO listing_fts (rowid, tokens) VALUES (:document, :tokens)")
_TSVECTOR_UPSERT = text(
    "INSERT INTO listing_vector (document, vector) SELECT document, CAST(vector AS tsvector) "
    "FROM unnest(CAST(:documents AS int[]), CAST(:vectors AS text[])) AS row (document, vector) "
    "ON CONFLICT (document) DO UPDATE SET vector = excluded.vector"
)
_LEARN = text(
    "INSERT INTO search_word (word, audience) VALUES (:word, :audience) ON CONFLICT (word) "
    "DO UPDATE SET audience = excluded.audience WHERE excluded.audience < search_word.audience"
)
_FTS5_LEARN = text("INSERT INTO search_word_fts (padded) VALUES (:padded)")
