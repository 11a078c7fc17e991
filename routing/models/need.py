"""Needs of a person, what was found missing for them, and dated tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from routing.models.case import Case, CaseMember
from routing.priorities import Priority


class Need(Base):
    """One thing that one person needs."""

    __tablename__ = "need"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    member_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_member.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[str] = mapped_column(String(40))
    priority: Mapped[Priority]
    state: Mapped[str] = mapped_column(String(20), default="open")
    """``open met gap declined``."""
    detail: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """In the person's own words."""
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    case: Mapped[Case] = relationship()
    member: Mapped[CaseMember] = relationship()


class GapRecord(Base):
    """A need for which nothing exists today, with the cause and the day to look again."""

    __tablename__ = "gap_record"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("routing_run.id"))
    cause: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    review_on: Mapped[dt.date]


class Task(Base):
    """Something that somebody must do by a day, about a need."""

    __tablename__ = "task"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    owner_role: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[dt.datetime] = mapped_column(index=True)
    done_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
