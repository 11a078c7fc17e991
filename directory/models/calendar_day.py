"""Days on which a country rests or works, other than its usual calendar says."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key


class CalendarDay(Base):
    """One day that a country has declared free, or a feast on which it works, with the source."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("country", "day"),)
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    country: Mapped[str] = mapped_column(String(2))
    """ISO 3166-1 alpha-2."""
    day: Mapped[dt.date]
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(300))
    """Decree or announcement."""
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[str] = mapped_column(String(40))
