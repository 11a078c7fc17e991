"""The words of the directory, for those that are misspelt: trigrams in FTS5 or in pg_trgm.

Nothing is decided here: both engines only propose candidates (``directory.spelling`` chooses).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory.models import SearchWord
from directory.queries.full_text import WORDS_A_STATEMENT, on_sqlite
from directory.spelling import LEAST_SIMILARITY, slips_allowed, trigrams


def similar_words(session: Session, word: str, audience: int) -> list[str]:
    """Words of the directory that may be what ``word`` means, and that the audience may learn."""
    slips = slips_allowed(word)
    values: dict[str, Any] = {
        "word": word,
        "audience": audience,
        "shortest": len(word) - slips,
        "longest": len(word) + slips,
    }
    if on_sqlite(session):
        values["asked"] = " OR ".join(f'"{gram}"' for gram in sorted(trigrams(word)))
        return list(session.scalars(_FTS5_SIMILAR, values))
    session.execute(_SET_SIMILARITY, {"least": str(LEAST_SIMILARITY)})
    return list(session.scalars(_TRGM_SIMILAR, values))


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
    if on_sqlite(session) and unindexed:
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
    if on_sqlite(session):
        session.execute(text("DELETE FROM search_word_fts"))


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
_LEARN = text(
    "INSERT INTO search_word (word, audience) VALUES (:word, :audience) ON CONFLICT (word) "
    "DO UPDATE SET audience = excluded.audience WHERE excluded.audience < search_word.audience"
)
_FTS5_LEARN = text("INSERT INTO search_word_fts (padded) VALUES (:padded)")
