"""Files opened in an emergency by somebody who otherwise may not (trust.md C.4.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Account
from routing.models.case import Case, CaseMember
from routing.priorities import Priority


class EmergencyAccess(Base):
    """One opening: one account, one person, an hour, with its reasons and its review."""

    __tablename__ = "emergency_access"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    priority: Mapped[Priority]
    reason_code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[Any] = mapped_column(Encrypted)
    second_reason: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Why the emergency subset was not enough; without it only the subset is shown."""
    opened_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    review_due_at: Mapped[dt.datetime] = mapped_column(index=True)
    late_at: Mapped[dt.datetime | None]
    """When it was said that the review is late."""
    verdict: Mapped[str | None] = mapped_column(String(20))
    """``justified not-justified incident``."""
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    review_note: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    tells_person: Mapped[bool | None]
    """Whether the person is told, decided by the reviewer; not where that is dangerous."""
    case: Mapped[Case] = relationship()
    member: Mapped[CaseMember] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])

    def is_open(self, now: dt.datetime) -> bool:
        """Whether the file can still be read."""
        return self.closed_at is None and now < self.expires_at
