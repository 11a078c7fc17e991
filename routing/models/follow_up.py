"""What is asked of a person after sending, what they said, and what a provider still confirms."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from routing.models.referral import Referral, ReferralEvent


class FollowUp(Base):
    """One instant at which the person is asked how it goes (protocol A.2 step 15)."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("referral_id", "due_at"),
        Index("ix_follow_up_open", "done_at", "stopped_at", "due_at"),
    )
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    name: Mapped[str] = mapped_column(String(10))
    """Code of ``routing.follow_ups``: ``d14``, ``m1`` …"""
    due_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    noticed_at: Mapped[dt.datetime | None]
    """When the clock found it due and told the caseworker: once."""
    texted_at: Mapped[dt.datetime | None]
    """When the question was put to the person by message."""
    done_at: Mapped[dt.datetime | None]
    """When the person was reached and asked."""
    stopped_at: Mapped[dt.datetime | None]
    stop_reason: Mapped[str | None] = mapped_column(String(20))
    """``ended``: the referral is over; ``carried``: the new referral goes on with it."""
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_up.id"))
    referral: Mapped[Referral] = relationship()


class PersonAnswer(Base):
    """What the person said about one referral, who asked, and how. Never changed: triggers refuse
    UPDATE and DELETE; the newest answer counts.
    """

    __tablename__ = "person_answer"
    __table_args__ = (UniqueConstraint("idempotency_key"),)
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    follow_up_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_up.id"))
    at: Mapped[dt.datetime]
    by: Mapped[str] = mapped_column(String(40))
    asker: Mapped[str] = mapped_column(String(30))
    """Code of ``routing.follow_ups.ASKERS``: counted apart (F28)."""
    channel: Mapped[str] = mapped_column(String(20))
    contacted: Mapped[bool | None]
    started: Mapped[bool | None]
    still_going: Mapped[bool | None]
    code: Mapped[str | None] = mapped_column(String(10))
    """Why not started or stopped: a code of ``routing.drop_outs``."""
    paid: Mapped[bool | None]
    satisfaction: Mapped[str | None] = mapped_column(String(10))
    """1 to 5, or ``refused``."""
    complaint: Mapped[bool] = mapped_column(default=False)
    words: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """What the person said, in their words."""
    idempotency_key: Mapped[str | None] = mapped_column(String(80))


class ProxyConfirmation(Base):
    """A step that the caseworker noted for the provider, to be confirmed by them (A.8 notes)."""

    __tablename__ = "proxy_confirmation"
    __table_args__ = (UniqueConstraint("event_id"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("referral_event.id"))
    due_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]
    is_true: Mapped[bool | None]
    """What the provider answered."""
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    referral: Mapped[Referral] = relationship()
    event: Mapped[ReferralEvent] = relationship()


class AnnouncedCall(Base):
    """A call whose day and hour were told to the person: a promise to keep."""

    __tablename__ = "announced_call"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), index=True
    )
    route_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("contact_route.id", ondelete="SET NULL")
    )
    call_at: Mapped[dt.datetime]
    announced_at: Mapped[dt.datetime]
    announced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    kept_at: Mapped[dt.datetime | None]
    """When the call was tried."""
