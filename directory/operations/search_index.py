"""Keep the search index true: its rows follow the listings in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from directory.core.db import insert_many
from directory.models import Listing, ListingText
from directory.operations.changes import mark_changed
from directory.queries import full_text, search_vocabulary
from directory.queries.listing_words import Document, documents
from directory.queries.regions import RegionTree, region_tree

BATCH = 500
"""Listings a statement: SQLite takes a limited number of parameters."""


def refresh(
    session: Session,
    listing_ids: Iterable[UUID],
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> None:
    """Write the index rows of listings anew: after any change of what they are found by.

    ``told`` hears after each batch how many listings are done, of how many.
    """
    session.flush()
    ids = sorted(set(listing_ids))
    if not ids:
        return
    regions, words = region_tree(session), dict[str, int]()
    for start in range(0, len(ids), BATCH):
        _refresh_batch(session, ids[start : start + BATCH], regions, words)
        _count_again(session, start // BATCH)
        told(min(start + BATCH, len(ids)), len(ids))
    search_vocabulary.learn(session, words)


def rebuild(session: Session, told: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Write the whole index anew and forget words that no listing holds; how many were written.

    ``told`` hears after each batch how many listings are done, of how many.
    """
    ids = list(session.scalars(select(Listing.id).order_by(Listing.id)))
    regions, words = region_tree(session), dict[str, int]()
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        _refresh_batch(session, some, regions, words)
        mark_changed(session, some)
        told(start + len(some), len(ids))
    search_vocabulary.clear_words(session)
    search_vocabulary.learn(session, words)
    return len(ids)


def _count_again(session: Session, batches: int) -> None:
    """Whenever the table may have doubled, or PostgreSQL goes on reading all of it for each batch."""
    if batches > 1 and batches.bit_count() == 1:
        session.execute(text(f"ANALYZE {ListingText.__tablename__}"))


def _refresh_batch(
    session: Session, ids: Sequence[UUID], regions: RegionTree, words: dict[str, int]
) -> None:
    found = list(documents(session, ids, regions))
    numbers = _numbers(session, found)
    full_text.store(session, [(numbers[one.listing_id], one) for one in found])
    for one in found:
        if one.audience is not None:
            for word in one.words:
                words[word] = min(words.get(word, one.audience), one.audience)


def _numbers(session: Session, found: Sequence[Document]) -> dict[UUID, int]:
    """The number of each listing in the index; new listings get one, names are kept up to date."""
    ids = [one.listing_id for one in found]
    query = select(ListingText.listing_id, ListingText.document).where(
        ListingText.listing_id.in_(ids)
    )
    numbers = {row.listing_id: row.document for row in session.execute(query)}
    known = [
        {"document": numbers[one.listing_id], "name_fr": one.name_fr, "name_en": one.name_en}
        for one in found
        if one.listing_id in numbers
    ]
    news = [
        {"listing_id": one.listing_id, "name_fr": one.name_fr, "name_en": one.name_en}
        for one in found
        if one.listing_id not in numbers
    ]
    if known:
        session.execute(update(ListingText), known)
    if news:
        insert_many(session, ListingText, news)
        numbers = {row.listing_id: row.document for row in session.execute(query)}
    return numbers
