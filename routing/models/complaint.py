"""Complaints: what somebody says went wrong, its history, whom it is about, what is promised."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Organisation
from routing.complaint_levels import Level
from routing.complaint_life import State


class Complaint(Base):
    """One complaint, suggestion or question; anonymous unless the person wants otherwise.

    Who may read it is ``routing.queries.complaint_scope``, for every page, count and export.
    """

    __tablename__ = "complaint"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """What handlers call it among themselves; opens nothing."""
    receipt_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed hash of the 16 digits that the person holds; they are stored nowhere."""
    level: Mapped[Level] = mapped_column(index=True)
    harmed: Mapped[bool] = mapped_column(default=False)
    """The person ticked that somebody of an organisation did them harm."""
    category: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(20))
    """``web office hotline sms box follow-up``."""
    country: Mapped[str] = mapped_column(String(2), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="fr")
    state: Mapped[State] = mapped_column(index=True)
    held_by: Mapped[str] = mapped_column(String(10))
    """Role that has to act: ``CH PSEA NC``."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts events; a step names the version it was decided on."""
    words: Mapped[Any] = mapped_column(Encrypted)
    """What the person says."""
    name: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Empty: anonymous."""
    contact: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """``kind value safe_to_call safe_to_text hours``; what is not said to be safe is not."""
    about: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Whom it is about, as the person names them."""
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listing.id"))
    case_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("case_file.id", ondelete="SET NULL"), index=True
    )
    """Only if the person gave the code of their case or referral."""
    caseworker_may_know: Mapped[bool] = mapped_column(default=False)
    name_may_be_shared: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """What the handler shares with the service and the supervisor; never the person's own words."""
    shared_at: Mapped[dt.datetime | None]
    received_at: Mapped[dt.datetime] = mapped_column(index=True)
    acknowledged_at: Mapped[dt.datetime | None]
    acted_at: Mapped[dt.datetime | None]
    decided_at: Mapped[dt.datetime | None]
    informed_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    decision: Mapped[str | None] = mapped_column(String(40))
    appeals: Mapped[int] = mapped_column(default=0)
    is_demo: Mapped[bool] = mapped_column(default=False)

    events: Mapped[list[ComplaintEvent]] = relationship(
        back_populates="complaint", order_by="ComplaintEvent.number"
    )
    parties: Mapped[list[ComplaintParty]] = relationship(cascade="all, delete-orphan")
    clocks: Mapped[list[ComplaintClock]] = relationship(order_by="ComplaintClock.due_at")


class ComplaintEvent(Base):
    """One thing that happened; never changed, chained to the one before. Triggers refuse UPDATE and
    DELETE.
    """

    __tablename__ = "complaint_event"
    __table_args__ = (
        UniqueConstraint("complaint_id", "number"),
        UniqueConstraint("idempotency_key"),
    )
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    """Name of a step of ``routing.complaint_life`` or of one of its ``NOTES``."""
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(10))
    details: Mapped[Any] = mapped_column(Encrypted)
    idempotency_key: Mapped[str | None] = mapped_column(String(80))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    complaint: Mapped[Complaint] = relationship(back_populates="events")


class ComplaintParty(Base):
    """An organisation that the complaint is, or may be, about: its people see nothing of it."""

    __tablename__ = "complaint_party"
    __table_args__ = (UniqueConstraint("complaint_id", "organisation_id"),)
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    complaint_id: Mapped[UUID] = mapped_column(
        ForeignKey("complaint.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    is_certain: Mapped[bool]
    """Chosen by the person or named by the handler; else a name that was typed fits it."""
    organisation: Mapped[Organisation] = relationship()


class ComplaintClock(Base):
    """A running promise. The due instant is stored when it starts and does not move with the
    policy.
    """

    __tablename__ = "complaint_clock"
    __table_args__ = (Index("ix_complaint_clock_next", "stopped_at", "next_at"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    complaint_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.id"), index=True)
    name: Mapped[str] = mapped_column(String(30))
    level: Mapped[Level]
    """Under which it was promised."""
    started_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    stopped_at: Mapped[dt.datetime | None]
    next_at: Mapped[dt.datetime | None]
    """When it does something next; nothing when it has stopped or has done all."""
    fired: Mapped[list[str]]
    """Levels of the ladder that have fired."""
