"""Regions: the tree of administrative areas, with their codes in every scheme that circulates."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key, geometry


class Region(Base):
    """An administrative area of one level of one country."""

    __tablename__ = "region"
    __table_args__ = (Index("ix_region_country_level", "country", "level"),)
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    country: Mapped[str] = mapped_column(String(2))
    """ISO 3166-1 alpha-2."""
    level: Mapped[int]
    """1 is the widest below the country."""
    code: Mapped[str | None] = mapped_column(String(20), index=True)
    """ISO 3166-2 where there is one."""
    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    shape: Mapped[WKBElement | None] = geometry("MULTIPOLYGON", nullable=True)
    lon: Mapped[float]
    """A point inside the area, for labels and for the shared pin of hidden services."""
    lat: Mapped[float]
    codes: Mapped[list[RegionCode]] = relationship(
        back_populates="region", cascade="all, delete-orphan"
    )
    parent: Mapped[Region | None] = relationship(remote_side="Region.id")


class RegionCode(Base):
    """One code of a region in one scheme: ISO 3166-2, OCHA P-code, HASC."""

    __tablename__ = "region_code"
    __table_args__ = (UniqueConstraint("scheme", "value", "region_id"),)
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"), index=True)
    scheme: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(40))
    region: Mapped[Region] = relationship(back_populates="codes")
