"""What was proposed, to whom, under which rules, and why in that order."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted


class RoutingRun(Base):
    """One run of the proposals for one need; auditors and the person can ask "why this one?"."""

    __tablename__ = "routing_run"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    need_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("need.id", ondelete="CASCADE"), index=True
    )
    rules: Mapped[str] = mapped_column(String(64))
    """Version of the rules."""
    directory_number: Mapped[int]
    """Number of the directory version that was read."""
    facts_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    counts: Mapped[dict[str, Any]]
    """How many services by answer."""
    results: Mapped[Any] = mapped_column(Encrypted)
    """Listing, answer, findings, rank components of each proposal (they tell about the person)."""
