"""The code with which a person asks what becomes of their requests."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from routing.models.case import CaseMember


class TrackingCode(Base):
    """One code a person, for all their referrals; a renewal writes over it, and the old one stops."""

    __tablename__ = "tracking_code"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), unique=True
    )
    code: Mapped[Any] = mapped_column(Encrypted)
    """So that a lost receipt can be printed again."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed hash, by which the code is found."""
    issued_at: Mapped[dt.datetime]
    issued_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    member: Mapped[CaseMember] = relationship()
