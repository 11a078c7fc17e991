"""A service: what an organisation does for people, wherever it does it (HSDS ``service``)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.models.organisation import Organisation, Programme


class Service(Base):
    """One service of one organisation; its offer at a site is a ``Listing``."""

    __tablename__ = "service"
    data_class: ClassVar[str] = "PUBLIC"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"), index=True)
    category: Mapped[str] = mapped_column(String(40), index=True)
    """Code of ``directory.categories``."""
    name: Mapped[dict[str, Any]]
    """By language: ``{"en": …, "fr": …}``; a missing language is shown in the other."""
    description: Mapped[dict[str, Any]]
    """By language, as ``name``."""
    url: Mapped[str | None] = mapped_column(String(500))
    organisation: Mapped[Organisation] = relationship()
    programme: Mapped[Programme | None] = relationship()
