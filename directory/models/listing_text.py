"""The search index: the number that stands for a listing in it, and the directory's words."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


class ListingText(Base):
    """A listing in the full-text index (``directory.queries.full_text``), and names to sort by."""

    __tablename__ = "listing_text"
    data_class: ClassVar[str] = "PUBLIC"

    document: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Number of the listing in the index of the engine; stays with the listing."""
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), unique=True
    )
    name_fr: Mapped[str] = mapped_column(String(200))
    """What the list shows in French, folded, so that it can be sorted."""
    name_en: Mapped[str] = mapped_column(String(200))


class SearchWord(Base):
    """A word that some listing contains: misspelt words are corrected against these."""

    __tablename__ = "search_word"
    __table_args__ = (
        # trigrams on PostgreSQL; SQLite has them in an FTS5 table and does not use this index
        Index(
            "ix_search_word_trigrams",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )
    data_class: ClassVar[str] = "PARTNER"

    word: Mapped[str] = mapped_column(String(60), primary_key=True)
    """Folded: no accents, no capitals."""
    audience: Mapped[int]
    """Who may learn the word: a number of ``directory.audience``."""
