"""Organisations that offer services, and the programmes that pay for them."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key
from directory.organisation_kinds import OrganisationKind


class Organisation(Base):
    """A public, private, non-governmental or international body, or an association."""

    __tablename__ = "organisation"
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """Stable readable key, so that seeds and imports find their row again."""
    name: Mapped[str] = mapped_column(String(200))
    alternate_names: Mapped[list[str]]
    kind: Mapped[OrganisationKind]
    country: Mapped[str] = mapped_column(String(2), index=True)
    website: Mapped[str | None] = mapped_column(String(500))
    help_phone: Mapped[str | None] = mapped_column(String(40))
    """Where the people whom it accompanies call; printed on their receipts."""
    help_hours: Mapped[str | None] = mapped_column(String(120))
    """When somebody answers there, in words."""
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    source: Mapped[dict[str, Any]]
    """``url``, ``citation``, ``date``: where the facts come from."""

    @property
    def is_government(self) -> bool:
        """Whether a person who excludes public bodies excludes this one."""
        return self.kind == OrganisationKind.PUBLIC


class Programme(Base):
    """A programme that funds services for a time."""

    __tablename__ = "programme"
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    funder: Mapped[str | None] = mapped_column(String(200))
    ends_on: Mapped[dt.date | None]
    margin_days: Mapped[int] = mapped_column(default=0)
    """A service must be over so many days before the programme ends."""
    note: Mapped[str | None] = mapped_column(Text)
    source: Mapped[dict[str, Any]]
