"""Places and intake windows of a listing."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key


class Capacity(Base):
    """Places of one listing in one period. The database forbids taking more than there are."""

    __tablename__ = "capacity"
    __table_args__ = (
        CheckConstraint("held >= 0 AND taken >= 0", name="counts_not_negative"),
        CheckConstraint("places IS NULL OR held + taken <= places", name="never_oversubscribed"),
    )
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    """Last day of the period, included; empty: no end."""
    places: Mapped[int | None]
    """Empty: the provider said that it does not know; routable, with a warning."""
    held: Mapped[int] = mapped_column(default=0)
    """Softly held by referrals that were sent and not yet answered."""
    taken: Mapped[int] = mapped_column(default=0)
    """Consumed by accepted referrals that have not ended."""
    next_on: Mapped[dt.date | None]
    """When a place is expected, if full."""
    updated_at: Mapped[dt.datetime]
    source: Mapped[str | None] = mapped_column(String(300))
    groups: Mapped[list[GroupPlaces]] = relationship(cascade="all, delete-orphan")


class GroupPlaces(Base):
    """Places taken by people of one group, for reserved shares."""

    __tablename__ = "group_places"
    __table_args__ = (UniqueConstraint("capacity_id", "population_group"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    capacity_id: Mapped[UUID] = mapped_column(
        ForeignKey("capacity.id", ondelete="CASCADE"), index=True
    )
    population_group: Mapped[str] = mapped_column(String(40))
    taken: Mapped[int] = mapped_column(default=0)


class IntakeWindow(Base):
    """When people can apply, and when what they apply for starts."""

    __tablename__ = "intake_window"
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    opens_on: Mapped[dt.date | None]
    closes_on: Mapped[dt.date | None]
    """Last day to apply, included."""
    starts_on: Mapped[dt.date | None]
    recurrence: Mapped[str | None] = mapped_column(String(200))
    """RFC 5545 rule, e.g. ``FREQ=YEARLY``."""
    cut_off_days: Mapped[int | None]
    """A complete file must be there so many days before the start."""
    note: Mapped[str | None] = mapped_column(String(300))
