"""What people write to the platform by SMS, as they wrote it and as it was understood."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from routing.models.referral import Referral


class InboundStatement(Base):
    """One message from a telephone; the same message again on the same day is the same row."""

    __tablename__ = "inbound_statement"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    received_at: Mapped[dt.datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """One of ``routing.inbound_keywords.Said``."""
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    """What it is about; nothing where neither code nor telephone is known."""
    sender: Mapped[Any] = mapped_column(Encrypted)
    sender_digest: Mapped[str] = mapped_column(String(64), index=True)
    words: Mapped[Any] = mapped_column(Encrypted)
    language: Mapped[str] = mapped_column(String(5))
    """Of the answer."""
    same: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed hash of sender, words and day."""
    times: Mapped[int] = mapped_column(default=1)
    """How often it came that day."""
    referral: Mapped[Referral | None] = relationship()
