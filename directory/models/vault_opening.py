"""Requests to read the true address of a hidden service, each answered by a second person."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory import vault
from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models.account import Account
from directory.models.site import Site


class VaultOpening(Base):
    """One request: who asks why, who answers, when the address was shown. Never the address."""

    __tablename__ = "vault_opening"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id", name="two_persons"),
        CheckConstraint("read_at IS NULL OR is_approved", name="read_when_approved"),
    )
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), index=True)
    reason: Mapped[Any] = mapped_column(Encrypted)
    """In the asker's words, for the second person; nobody else sees it."""
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[dt.datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[dt.datetime | None]
    is_approved: Mapped[bool | None]
    read_at: Mapped[dt.datetime | None]
    """When the address was shown; the approval is used up."""
    site: Mapped[Site] = relationship()
    asked_by: Mapped[Account] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def plain(self) -> vault.Opening:
        """The request as plain values for the rules."""
        return vault.Opening(
            asked_by=self.asked_by_id, asked_at=self.asked_at, decided_by=self.decided_by_id,
            decided_at=self.decided_at, is_approved=self.is_approved, read_at=self.read_at,
        )  # fmt: skip
