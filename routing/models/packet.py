"""People announced from another country before they return, and what was confirmed for them."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Listing, Organisation


class CrossBorderPacket(Base):
    """A proposed case, prepared where the person is and received where they go (protocol A.15)."""

    __tablename__ = "cross_border_packet"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    """Says the same packet on both sides: one that was taken in is never taken in again."""
    state: Mapped[str] = mapped_column(String(20), index=True)
    """``draft submitted received acknowledged withdrawn``."""
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Nothing: it came as a file from another installation."""
    sender_name: Mapped[Any] = mapped_column(Encrypted)
    receiver_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Nothing: it leaves as a file for another installation."""
    receiver_name: Mapped[Any] = mapped_column(Encrypted)
    installation: Mapped[str | None] = mapped_column(String(40))
    """Name of the other installation's key, if it is another."""
    content: Mapped[Any] = mapped_column(Encrypted)
    """The person, the needs and the agreement, as ``routing.packets`` writes them."""
    host_country: Mapped[str] = mapped_column(String(2))
    country: Mapped[str] = mapped_column(String(2))
    """Where the person goes."""
    departs_on: Mapped[dt.date | None]
    departed_at: Mapped[dt.datetime | None]
    """Confirmed departure: clocks start here."""
    arrives_on: Mapped[dt.date | None]
    """Unknown is allowed."""
    landed_at: Mapped[dt.datetime | None]
    acknowledge_by: Mapped[dt.datetime | None] = mapped_column(index=True)
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    late_at: Mapped[dt.datetime | None]
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("case_file.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[dt.datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    sender: Mapped[Organisation | None] = relationship(foreign_keys=[sender_id])
    receiver: Mapped[Organisation | None] = relationship(foreign_keys=[receiver_id])
    confirmations: Mapped[list[ServiceConfirmation]] = relationship(
        back_populates="packet", cascade="all, delete-orphan",
        order_by="ServiceConfirmation.asked_at",
    )  # fmt: skip


class ServiceConfirmation(Base):
    """A question to a provider before somebody travels: is this care there, and on what terms?"""

    __tablename__ = "service_confirmation"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    packet_id: Mapped[UUID] = mapped_column(
        ForeignKey("cross_border_packet.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[str] = mapped_column(String(40))
    question: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """What the provider must know to answer; names nobody."""
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listing.id"), index=True)
    """The service that is asked; nothing once it is said that none was found."""
    state: Mapped[str] = mapped_column(String(20), default="asked")
    """``asked confirmed none-found``."""
    asked_at: Mapped[dt.datetime]
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[dt.datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """``held_until price currency medicine note offer``: the offer as it stood is kept."""
    valid_until: Mapped[dt.date | None]
    packet: Mapped[CrossBorderPacket] = relationship(back_populates="confirmations")
    listing: Mapped[Listing | None] = relationship()
