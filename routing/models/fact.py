"""What is known about a person, with source, date and expiry (protocol A.9.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted


class FactRecord(Base):
    """One statement about one person. A new one replaces the older, which is kept."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_member_name", "member_id", "name"),)
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("case_member.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    """Code of ``routing.facts``."""
    value: Mapped[Any] = mapped_column(Encrypted)
    """As ``routing.facts`` writes it."""
    source: Mapped[str] = mapped_column(String(20))
    """``declared document verified inferred``."""
    as_of: Mapped[dt.date]
    expires_on: Mapped[dt.date | None]
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    replaced_at: Mapped[dt.datetime | None]
    """When a newer statement took its place; empty: current."""
