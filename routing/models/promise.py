"""What people were told would happen, and by when."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Organisation
from routing.models.case import Case
from routing.models.referral import Referral


class Promise(Base):
    """“We will call you on Thursday”: a word given to a person, with its day (protocol A.19, F9)."""

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        Index("ix_promise_closed_due", "closed_at", "due_at"),
    )
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    referral_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    """What it is about; nothing: the person as a whole."""
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Who gave its word."""
    kind: Mapped[str] = mapped_column(String(40))
    """Code of ``routing.promises``."""
    note: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    made_by: Mapped[str] = mapped_column(String(40))
    by_role: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    """``kept``, or ``released`` when the person no longer wants it."""
    told_at: Mapped[dt.datetime | None]
    """When those in charge were told that it was broken."""

    case: Mapped[Case] = relationship()
    referral: Mapped[Referral | None] = relationship()
    organisation: Mapped[Organisation] = relationship()
