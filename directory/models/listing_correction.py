"""Refusals that contradict a listing: what its editor is asked to look at."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key


class ListingCorrection(Base):
    """One refusal for a reason that the listing does not give. Says nothing about the person."""

    __tablename__ = "listing_correction"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(String(8))
    """Reason of the refusal."""
    applied: Mapped[dict[str, Any]]
    """The limit that was applied; never what was seen of the person."""
    created_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
