"""Towns and villages: what people name when they say where they are."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.models.region import Region


class Place(Base):
    """A populated place (GeoNames, CC BY 4.0)."""

    __tablename__ = "place"
    __table_args__ = (Index("ix_place_country_folded", "country", "folded"),)
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    geoname_id: Mapped[int | None] = mapped_column(unique=True)
    country: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    """The name without accents, case and punctuation."""
    alternate_names: Mapped[list[str]]
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    population: Mapped[int | None]
    region: Mapped[Region | None] = relationship()
