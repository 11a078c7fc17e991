"""Referrals: one person sent to one listing for one need, with events, clocks and attempts."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Listing, ListingVersion
from routing.models.case import Case, CaseMember
from routing.models.need import Need
from routing.priorities import Priority
from routing.referral_states import LIVE, ReturnKind, State

LIVE_ROWS = f"state IN ({', '.join(sorted(repr(state.value) for state in LIVE))})"


class Referral(Base):
    """State of one referral: the projection of its events."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint(
            "(state = 'returned') = (return_kind IS NOT NULL)", name="return_has_a_kind"
        ),
        CheckConstraint(
            "state IN ('draft','ready','cancelled','revoked','void') OR sent_at IS NOT NULL",
            name="sent_once_left_ready",
        ),
        Index(
            "uq_referral_live",
            "member_id",
            "need_id",
            "listing_id",
            unique=True,
            sqlite_where=text(LIVE_ROWS),
            postgresql_where=text(LIVE_ROWS),
        ),
    )
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """What is said on the phone instead of a name."""
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("case_member.id"))
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listing.id"), index=True)
    listing_version_id: Mapped[UUID] = mapped_column(ForeignKey("listing_version.id"))
    """The offer as it stood when the referral was made."""
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("routing_run.id"))
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"))
    priority: Mapped[Priority]
    state: Mapped[State] = mapped_column(index=True)
    return_kind: Mapped[ReturnKind | None]
    version: Mapped[int] = mapped_column(default=0)
    """Counts events; a step names the version it was decided on."""
    single_stage: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Frozen at READY: what the provider will see, by stage."""
    payload_digest: Mapped[str | None] = mapped_column(String(64))
    capacity_id: Mapped[UUID | None] = mapped_column(ForeignKey("capacity.id"))
    hold: Mapped[str] = mapped_column(String(10), default="none")
    """``none held taken``: what this referral counts for in ``capacity``."""
    hold_group: Mapped[str | None] = mapped_column(String(40))
    """Population groups under which the place is counted, separated by spaces."""
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    informed_at: Mapped[dt.datetime | None]
    """When the person was told of the present outcome."""
    closed_at: Mapped[dt.datetime | None]
    start_on: Mapped[dt.date | None]
    info_rounds: Mapped[int] = mapped_column(default=0)
    contests: Mapped[int] = mapped_column(default=0)
    disputes: Mapped[int] = mapped_column(default=0)
    depth: Mapped[int] = mapped_column(default=0)
    """How many re-routings without a caseworker's decision led here."""
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    """The referral that came back and led to this one."""
    reopened_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"))
    is_demo: Mapped[bool] = mapped_column(default=False)

    case: Mapped[Case] = relationship()
    member: Mapped[CaseMember] = relationship()
    need: Mapped[Need] = relationship()
    listing: Mapped[Listing] = relationship()
    listing_version: Mapped[ListingVersion] = relationship()
    events: Mapped[list[ReferralEvent]] = relationship(
        back_populates="referral", order_by="ReferralEvent.number"
    )
    clocks: Mapped[list[ReferralClock]] = relationship(order_by="ReferralClock.started_at")
    attempts: Mapped[list[ContactAttempt]] = relationship(order_by="ContactAttempt.at")


class ReferralEvent(Base):
    """One thing that happened; never changed, chained to the one before. Triggers refuse UPDATE and
    DELETE.
    """

    __tablename__ = "referral_event"
    __table_args__ = (
        UniqueConstraint("referral_id", "number"),
        UniqueConstraint("idempotency_key"),
    )
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    """Name of a step of ``routing.referral_life``, or one of ``routing.projection.NOTES``."""
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(40))
    """Reason, drop-out or return code."""
    details: Mapped[Any] = mapped_column(Encrypted)
    """What the step records: structured detail, dates, statements."""
    idempotency_key: Mapped[str | None] = mapped_column(String(80))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    referral: Mapped[Referral] = relationship(back_populates="events")


class ReferralClock(Base):
    """A running promise. The due instant is stored when it starts and does not move with the
    policy.
    """

    __tablename__ = "referral_clock"
    __table_args__ = (Index("ix_referral_clock_next", "stopped_at", "next_at"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    name: Mapped[str] = mapped_column(String(30))
    started_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    paused_at: Mapped[dt.datetime | None]
    stopped_at: Mapped[dt.datetime | None]
    next_at: Mapped[dt.datetime | None]
    """When it does something next; nothing while it stands still or has done all."""
    fired: Mapped[list[str]]
    """Levels of the ladder that have fired."""


class ContactAttempt(Base):
    """One try to reach the person (protocol A.11)."""

    __tablename__ = "contact_attempt"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), index=True
    )
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    """Empty: the person was looked for whatever the referral."""
    route_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("contact_route.id", ondelete="SET NULL")
    )
    by_role: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[dt.datetime]
    outcome: Mapped[str] = mapped_column(String(30))
    """``reached left-message no-answer off wrong-number number-changed refused third-party
    unsafe``."""
    announced: Mapped[bool] = mapped_column(default=False)
    """A message had said the day and the hour of the call."""
