"""What people looked for and did not find: counts, no personal data."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key


class SearchDemand(Base):
    """How often a kind of search was made on a day, and how often it found nothing."""

    __tablename__ = "search_demand"
    __table_args__ = (UniqueConstraint("day", "country", "region_id", "category", "word"),)
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    day: Mapped[dt.date]
    country: Mapped[str] = mapped_column(String(2), default="")
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"))
    category: Mapped[str] = mapped_column(String(40), default="")
    word: Mapped[str] = mapped_column(String(60), default="")
    """A word of the directory's own vocabulary; anything else a person typed is not kept."""
    searches: Mapped[int] = mapped_column(default=0)
    found_nothing: Mapped[int] = mapped_column(default=0)
