"""Who else a referral for a whole household is for (protocol A.16)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key


class ReferralMember(Base):
    """One more person whom the referral is for, besides the one who was sent."""

    __tablename__ = "referral_member"
    __table_args__ = (UniqueConstraint("referral_id", "member_id"),)
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), index=True
    )
