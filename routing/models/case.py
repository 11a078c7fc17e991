"""Cases: a person or family that an organisation accompanies, under a code instead of a name."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Organisation
from routing.case_life import State


class Case(Base):
    """One person or family × the organisation responsible."""

    __tablename__ = "case_file"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """Pseudonym for screens and papers, like K7Q-4DN; says nothing about the person."""
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    state: Mapped[State] = mapped_column(index=True)
    state_since: Mapped[dt.datetime]
    """When it came into its state: how long it has been dormant."""
    records: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """What the steps of its life have recorded, by the name of the step."""
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    closure_code: Mapped[str | None] = mapped_column(String(40))
    excludes_government: Mapped[bool] = mapped_column(default=False)
    """One tap: no public body (protocol A.4 rule 4)."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    organisation: Mapped[Organisation] = relationship()
    members: Mapped[list[CaseMember]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="CaseMember.number"
    )
    workers: Mapped[list[CaseWorker]] = relationship(cascade="all, delete-orphan")


class CaseMember(Base):
    """One person of a case, with own facts, consents and referrals."""

    __tablename__ = "case_member"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    """1 is the principal."""
    relation: Mapped[str] = mapped_column(String(20))
    """``principal spouse child other``."""
    name: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    language: Mapped[str] = mapped_column(String(8), default="fr")
    case: Mapped[Case] = relationship(back_populates="members")
    routes: Mapped[list[ContactRoute]] = relationship(
        cascade="all, delete-orphan", order_by="ContactRoute.rank"
    )


class CaseWorker(Base):
    """An account in the team of a case; only the team and its supervisors see the case."""

    __tablename__ = "case_worker"
    __table_args__ = (UniqueConstraint("case_id", "account_id"),)
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    since: Mapped[dt.datetime]


class ContactRoute(Base):
    """One way to reach a person, and what is safe on it (protocol A.2 step 1)."""

    __tablename__ = "contact_route"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[Key]
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), index=True
    )
    rank: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    """``phone email visit trusted-contact``."""
    value: Mapped[Any] = mapped_column(Encrypted)
    value_digest: Mapped[str] = mapped_column(String(64), index=True)
    """Keyed hash, to find a person who calls."""
    owner: Mapped[str] = mapped_column(String(20), default="self")
    """``self relative friend peer``."""
    safe_to_call: Mapped[bool] = mapped_column(default=False)
    safe_to_leave_voice: Mapped[bool] = mapped_column(default=False)
    safe_to_text: Mapped[bool] = mapped_column(default=False)
    hours: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """In the person's words: "after 17:00"."""
    language: Mapped[str] = mapped_column(String(8), default="fr")
    agreed_at: Mapped[dt.datetime | None]
    """When a trusted contact agreed, for themselves, to be called; nothing for the person's own."""
