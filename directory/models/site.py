"""Sites: where services are given (HSDS ``location``)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key, geometry
from directory.core.encryption import Encrypted
from directory.models.region import Region
from directory.visibility import Precision


class Site(Base):
    """A place where people go. A hidden one has no position and no address here (protocol A.17)."""

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint(
            "precision <> 'hidden' OR (point IS NULL AND lon IS NULL"
            " AND lat IS NULL AND address IS NULL)",
            name="hidden_has_no_position",
        ),
        CheckConstraint(
            "(lon IS NULL) = (lat IS NULL) AND (lon IS NULL) = (point IS NULL)",
            name="position_whole",
        ),
    )
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    """The narrowest region known to hold the site."""
    place_name: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(300))
    point: Mapped[WKBElement | None] = geometry("POINT", nullable=True)
    lon: Mapped[float | None]
    """The same position as ``point``, read by the engine without spatial functions."""
    lat: Mapped[float | None]
    precision: Mapped[Precision]
    is_urban: Mapped[bool | None]
    """Town or countryside, which decides some distance limits; unknown when empty."""
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(200))
    accessibility: Mapped[list[str]]
    """Codes of what the place allows for: ``wheelchair``, ``sign-language``, …"""
    source: Mapped[dict[str, Any]]
    region: Mapped[Region | None] = relationship()


class HiddenAddress(Base):
    """The true address of a hidden service: readable by two named gatekeepers together, never
    listed.
    """

    __tablename__ = "hidden_address"
    data_class: ClassVar[str] = "VAULT"

    site_id: Mapped[UUID] = mapped_column(
        ForeignKey("site.id", ondelete="CASCADE"), primary_key=True
    )
    address: Mapped[Any] = mapped_column(Encrypted)
