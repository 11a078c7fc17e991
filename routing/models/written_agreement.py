"""Agreements: what a sender and a provider have put in writing, and whether it is kept."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.models import Organisation
from routing.written_agreements import Payment


class WrittenAgreement(Base):
    """One written agreement. Conditions that it makes flexible name it by its key."""

    __tablename__ = "written_agreement"
    __table_args__ = (
        CheckConstraint("sender_id <> provider_id", name="two_parties"),
        CheckConstraint("ends_on IS NULL OR ends_on >= signed_on", name="ends_after_its_signature"),
        CheckConstraint(
            "(quota_share IS NULL) = (quota_group IS NULL)", name="quota_has_share_and_group"
        ),
        CheckConstraint(
            "accepted IS NULL OR accepted_of_group BETWEEN 0 AND accepted", name="group_is_a_part"
        ),
    )
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    signed_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None]
    """Last day, included; empty: no end was agreed."""
    categories: Mapped[list[str]]
    """Kinds of services that it covers; empty: all of the provider."""
    quota_group: Mapped[str | None] = mapped_column(String(40))
    """Population group for which a share is agreed."""
    quota_share: Mapped[int | None]
    """Percent of those accepted."""
    accepted: Mapped[int | None]
    """Everybody whom the provider has accepted under the programme so far, as it reports."""
    accepted_of_group: Mapped[int | None]
    accepted_on: Mapped[dt.date | None]
    """The day of that report."""
    ceiling: Mapped[int | None]
    """Most that is paid for one person, in whole units of the currency."""
    currency: Mapped[str | None] = mapped_column(String(3))
    """ISO 4217."""
    approval_days: Mapped[int | None]
    """Days within which a cost is approved; 0: nothing needs approval."""
    payment: Mapped[Payment] = mapped_column(default=Payment.NONE)
    payment_since: Mapped[dt.date | None]
    payment_expected_on: Mapped[dt.date | None]
    note: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)
    sender: Mapped[Organisation] = relationship(foreign_keys=[sender_id])
    provider: Mapped[Organisation] = relationship(foreign_keys=[provider_id])
