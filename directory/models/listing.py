"""Listings: one service at one site, as offered now, with every earlier version."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.listing_life import State
from directory.models.capacity import Capacity, IntakeWindow
from directory.models.focal_point import FocalPoint
from directory.models.service import Service
from directory.models.site import Site
from directory.visibility import Visibility


class Listing(Base):
    """What a person can be sent to: a service at a site (HSDS ``service_at_location``)."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("service_id", "site_id"),
        Index("ix_listing_changed_in", "changed_in"),
    )
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), index=True)
    state: Mapped[State] = mapped_column(index=True)
    visibility: Mapped[Visibility] = mapped_column(default=Visibility.PUBLIC)
    number: Mapped[int] = mapped_column(default=1)
    """Version of the offer; counts up at each edit."""
    changed_in: Mapped[int] = mapped_column(default=0)
    """Number of the directory version in which this row last changed (``DirectoryVersion``)."""
    is_permanent: Mapped[bool] = mapped_column(default=False)
    """A permanent public service stays fresh for 180 days, others for 90 [P]."""
    verified_at: Mapped[dt.datetime | None]
    """When somebody other than the editor last confirmed it; empty: unverified, and the page says
    so."""
    verified_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    edited_at: Mapped[dt.datetime]
    edited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Verified or edited in a demonstration: the page says so."""
    source: Mapped[dict[str, Any]]
    """``url``, ``citation``, ``date`` of the facts."""

    cost_model: Mapped[str | None] = mapped_column(String(20))
    """``free direct-billing voucher co-funded pay-and-reimburse fee`` (protocol A.10); empty:
    unknown."""
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    cost_note: Mapped[str | None] = mapped_column(Text)
    cost_terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Who pays, what must be paid first, reimbursement: ``directory.costs.CostTerms``."""
    duration_days: Mapped[int | None]
    hours_per_week: Mapped[int | None]
    ends_on: Mapped[dt.date | None]
    """When this offer ends, if before its programme."""
    has_no_end: Mapped[bool] = mapped_column(default=False)
    """Somebody said that there is no end, no window: different from not knowing."""
    has_no_conditions: Mapped[bool] = mapped_column(default=False)
    """Somebody said that everybody is accepted: different from not knowing."""
    languages: Mapped[list[str]]
    supports: Mapped[list[str]]
    """Accessibility needs that the service can meet."""
    specialties: Mapped[list[str]]
    sectors: Mapped[list[str]]
    saturated_sectors: Mapped[list[str]]
    documents_required: Mapped[list[str]]
    data_needed: Mapped[list[str]]
    """Facts that the provider needs at first contact (protocol A.18); missing ones block
    sending."""
    allowed_senders: Mapped[list[str]]
    """Keys of organisations that may refer; empty: any."""
    accepts_self_referral: Mapped[bool | None]
    accepts_incomplete: Mapped[bool] = mapped_column(default=False)
    single_stage: Mapped[bool] = mapped_column(default=False)
    """Identity may go with the first message, where the category allows it."""
    waitlist_days: Mapped[int | None]
    """Longest wait on a waiting list; empty: no waiting list."""
    promised_hours: Mapped[dict[str, Any]]
    """Promised time of answer by priority, in hours: ``{"P3": 48}``; shorter than table A.3
    only."""
    answers: Mapped[int] = mapped_column(default=0)
    """Referrals answered in time, for the answer rate of the ranking."""
    asked: Mapped[int] = mapped_column(default=0)
    """Referrals sent, likewise."""
    unlisted_criteria_at: Mapped[dt.datetime | None]
    """Since when the provider is known to refuse for a reason that is not in the listing: it was
    contested and not answered for."""
    unlisted_criteria_code: Mapped[str | None] = mapped_column(String(8))
    """The reason that was given."""

    service: Mapped[Service] = relationship()
    site: Mapped[Site] = relationship()
    conditions: Mapped[list[Condition]] = relationship(
        back_populates="listing",
        cascade="all, delete-orphan",
        order_by="Condition.position",
    )
    windows: Mapped[list[IntakeWindow]] = relationship(
        cascade="all, delete-orphan", order_by="IntakeWindow.opens_on"
    )
    capacities: Mapped[list[Capacity]] = relationship(
        cascade="all, delete-orphan", order_by="Capacity.from_on"
    )
    allowances: Mapped[list[Allowance]] = relationship(
        cascade="all, delete-orphan", order_by="Allowance.kind"
    )
    opening_hours: Mapped[list[OpeningHours]] = relationship(
        cascade="all, delete-orphan",
        order_by="(OpeningHours.weekday, OpeningHours.opens_at)",
    )
    focal_points: Mapped[list[FocalPoint]] = relationship(cascade="all, delete-orphan")


class ListingVersion(Base):
    """A listing as it stood after one edit; referrals keep the one they were sent under."""

    __tablename__ = "listing_version"
    __table_args__ = (UniqueConstraint("listing_id", "number"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    edited_at: Mapped[dt.datetime]
    edited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")


class Condition(Base):
    """One criterion of a listing, or a node of a tree (kind ``all``, ``any``, ``not``) with
    children.
    """

    __tablename__ = "condition"
    # the database deletes parts with their node, sometimes before their own turn has come
    __mapper_args__ = {"confirm_deleted_rows": False}  # noqa: RUF012 -- SQLAlchemy's own name
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("condition.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    """Code of ``routing.criteria`` or of a tree node."""
    asks: Mapped[dict[str, Any]]
    """Parameters of the kind."""
    is_hard: Mapped[bool] = mapped_column(default=True)
    """A soft one only moves the rank."""
    flexible_by: Mapped[str] = mapped_column(String(80), default="nobody")
    """Who may waive it: ``nobody``, ``FP``, or the key of a written agreement."""
    source: Mapped[str | None] = mapped_column(String(300))
    listing: Mapped[Listing] = relationship(back_populates="conditions")


class Allowance(Base):
    """Money or help in kind that the person receives (protocol A.10)."""

    __tablename__ = "allowance"
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(40))
    """``transport meals lodging subsistence child-care kit``."""
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    per: Mapped[str] = mapped_column(String(20))
    """``day week month once child child-once``."""
    age_from: Mapped[int | None]
    """Of the children for whom it is paid, in full years, included; nothing: from birth."""
    age_to: Mapped[int | None]
    """Likewise; nothing: as long as they are children."""
    first_payment_day: Mapped[int | None]
    """Days after the start."""
    paid_by: Mapped[str | None] = mapped_column(String(120))
    """Who pays it, as the source says."""
    note: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(String(300))


class OpeningHours(Base):
    """One span of a weekday in which the service receives people."""

    __tablename__ = "opening_hours"
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    listing_id: Mapped[UUID] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), index=True
    )
    weekday: Mapped[int]
    """0 is Monday."""
    opens_at: Mapped[dt.time]
    closes_at: Mapped[dt.time]
    """Local time; equal to UTC in the four countries."""
