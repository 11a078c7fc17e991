"""What a person has paid and is owed back (protocol A.10)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Organisation
from routing.models.referral import Referral


class Expense(Base):
    """One payment by the person, with the promise of when it is paid back."""

    __tablename__ = "expense"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """One of ``routing.reimbursement.KINDS``."""
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    currency: Mapped[str] = mapped_column(String(3))
    paid_on: Mapped[dt.date]
    payer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    """The organisation that owes it."""
    documents: Mapped[Any] = mapped_column(Encrypted)
    """The papers that the person has handed in."""
    state: Mapped[str] = mapped_column(String(20))
    """One of ``routing.reimbursement.State``; late is a matter of the day, not of the state."""
    claimed_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime] = mapped_column(index=True)
    """Stored when claimed; does not move with the listing."""
    decided_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    escalated_at: Mapped[dt.datetime | None]
    """When the supervisor was told that it is late."""
    paid_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    note: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Why it was refused, in words."""
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    referral: Mapped[Referral] = relationship()
    payer: Mapped[Organisation] = relationship()
