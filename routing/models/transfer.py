"""Transfers of a case to another organisation, and the calls that still follow one (protocol A.14)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Organisation
from routing.models.case import Case


class CaseTransfer(Base):
    """One offer to take over a case, and what came of it."""

    __tablename__ = "case_transfer"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """What both sides say on the phone: neither the person's code nor a name."""
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"))
    """The case as the receiving organisation leads it, once accepted."""
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="offered")
    """``offered accepted declined withdrawn``."""
    ground: Mapped[str] = mapped_column(String(20))
    """``needs area age mandate``: why the whole case moves."""
    summary: Mapped[Any] = mapped_column(Encrypted)
    """What the receiving supervisor reads to decide; names nobody."""
    struck: Mapped[list[str]]
    """Parts of the file that the person keeps back (``routing.transfer_parts``)."""
    offered_at: Mapped[dt.datetime]
    offered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    due_at: Mapped[dt.datetime] = mapped_column(index=True)
    late_at: Mapped[dt.datetime | None]
    """When both supervisors were told that the answer is late."""
    handover: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """The meeting or call of both caseworkers: ``on how with_person who``."""
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Why it was declined or taken back."""
    case: Mapped[Case] = relationship(foreign_keys=[case_id])
    successor: Mapped[Case | None] = relationship(foreign_keys=[successor_id])
    sender: Mapped[Organisation] = relationship(foreign_keys=[sender_id])
    receiver: Mapped[Organisation] = relationship(foreign_keys=[receiver_id])
    calls: Mapped[list[TransferCall]] = relationship(
        cascade="all, delete-orphan", order_by="TransferCall.at"
    )


class TransferCall(Base):
    """An urgent request to be called back by the other side, in the month after a transfer."""

    __tablename__ = "transfer_call"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    transfer_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_transfer.id", ondelete="CASCADE"), index=True
    )
    by_sender: Mapped[bool]
    """The former organisation asks, else the new one."""
    message: Mapped[Any] = mapped_column(Encrypted)
    at: Mapped[dt.datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[dt.datetime | None]
