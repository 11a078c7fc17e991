"""Lines that a ministry loads to draw its own map better than the built-in approximation."""

from __future__ import annotations

from typing import ClassVar

from geoalchemy2 import WKBElement
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key, geometry


class BasemapLine(Base):
    """A line of the basemap: a stretch of river or road, from a file that somebody imported."""

    __tablename__ = "basemap_line"
    __table_args__ = (Index("ix_basemap_line_kind_name", "kind", "name"),)
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    """Code of the map layer it belongs to, such as ``river``."""
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300))
    """Where the line comes from; named on the map."""
    shape: Mapped[WKBElement] = geometry("MULTILINESTRING")
