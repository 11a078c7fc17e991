"""Focal points: the named humans who answer referrals (protocol A.18)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key


class FocalPoint(Base):
    """Who answers for a listing, and who when that person is away."""

    __tablename__ = "focal_point"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    role_title: Mapped[str] = mapped_column(String(120))
    """Shown to the public instead of a name."""
    person_name: Mapped[str | None] = mapped_column(String(120))
    deputy_name: Mapped[str | None] = mapped_column(String(120))
    """Mandatory for a verified listing."""
    phone: Mapped[str | None] = mapped_column(String(40))
    phone_second: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(200))
    hours: Mapped[str | None] = mapped_column(String(200))
    languages: Mapped[list[str]]
    promised_hours: Mapped[dict[str, Any]]
    """Time to a decision by priority, in hours."""
    out_of_hours_phone: Mapped[str | None] = mapped_column(String(40))
    """For P0 and P1."""
    valid_until: Mapped[dt.date | None]
    """At most 90 days ahead."""
    answered_test_at: Mapped[dt.datetime | None]
