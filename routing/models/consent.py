"""Consents as given, and every disclosure made under them (protocol A.4, A.6)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted


class ConsentRecord(Base):
    """What one person agreed to, how it was asked, and until when."""

    __tablename__ = "consent"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), index=True
    )
    need_id: Mapped[UUID | None] = mapped_column(ForeignKey("need.id"))
    giver: Mapped[str] = mapped_column(String(10))
    """``BEN GUA CPA``."""
    kind: Mapped[str] = mapped_column(String(30))
    """``services data-sharing follow-up trusted-contact research``."""
    purpose: Mapped[str] = mapped_column(String(60))
    dataset: Mapped[str] = mapped_column(String(40))
    dataset_version: Mapped[str] = mapped_column(String(20))
    fields_excluded: Mapped[list[str]]
    fields_extra: Mapped[list[str]]
    """Fields that need an explicit yes, and got it."""
    excludes_government: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_channel: Mapped[str | None] = mapped_column(String(30))
    mode: Mapped[str] = mapped_column(String(30))
    """``signature thumbprint oral-with-witness sms-code``."""
    language: Mapped[str] = mapped_column(String(8))
    text_version: Mapped[str] = mapped_column(String(20))
    read_aloud: Mapped[bool]
    interpreter: Mapped[bool] = mapped_column(default=False)
    witness: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    assent: Mapped[bool | None]
    """A minor's own agreement."""
    assent_mode: Mapped[str | None] = mapped_column(String(30))
    """How the child was asked; as ``mode``."""
    giver_name: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Who agreed in the person's place, or the trusted contact who agreed for themselves."""
    giver_relation: Mapped[str | None] = mapped_column(String(30))
    """One of ``routing.guardians.RELATIONS``."""
    questions_asked: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """What the person asked before agreeing, in their words."""
    route_id: Mapped[UUID | None]
    """The trusted contact's route. No foreign key: the agreement outlives the route."""
    escalated_at: Mapped[dt.datetime | None]
    """When the supervisor was told that an exception lacks its countersignature."""
    exception_code: Mapped[str | None] = mapped_column(String(30))
    exception_facts: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    exception_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    countersigned_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    countersigned_at: Mapped[dt.datetime | None]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recipients: Mapped[list[ConsentRecipient]] = relationship(
        cascade="all, delete-orphan", order_by="ConsentRecipient.rank"
    )
    reviews: Mapped[list[ExceptionReview]] = relationship(
        cascade="all, delete-orphan", order_by="ExceptionReview.at"
    )


class ConsentRecipient(Base):
    """One organisation, individually accepted or refused; alternates are ranked, three at most."""

    __tablename__ = "consent_recipient"
    __table_args__ = (UniqueConstraint("consent_id", "rank"),)
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    consent_id: Mapped[UUID] = mapped_column(
        ForeignKey("consent.id", ondelete="CASCADE"), index=True
    )
    rank: Mapped[int]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listing.id"))
    accepted: Mapped[bool]


class ExceptionReview(Base):
    """What somebody else says of an exception: a professional's confirmation, the review of the
    data-protection officer.
    """

    __tablename__ = "exception_review"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    consent_id: Mapped[UUID] = mapped_column(
        ForeignKey("consent.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    """``confirmation review``."""
    outcome: Mapped[str] = mapped_column(String(20))
    """``confirmed``; ``justified not-justified incident``."""
    by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime]
    licence: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Registration of the professional who confirms."""
    note: Mapped[Any] = mapped_column(Encrypted, nullable=True)


class Disclosure(Base):
    """One transmission to, or view by, a recipient: the exact fields, under which consent, why,
    when.
    """

    __tablename__ = "disclosure"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"))
    exception_code: Mapped[str | None] = mapped_column(String(30))
    purpose: Mapped[str] = mapped_column(String(60))
    stage: Mapped[int]
    field_names: Mapped[list[str]]
    channel: Mapped[str] = mapped_column(String(20))
    payload_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]
