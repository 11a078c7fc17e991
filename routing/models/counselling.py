"""What a person was told and shown before they chose (protocol A.2 steps 3 and 6, A.4 rule 5)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base, Key
from directory.core.encryption import Encrypted
from directory.models import Account, Listing
from routing.counselling import CHOICE


class ServicesInformation(Base):
    """One talk in which every kind of help that exists was told: the list that was shown."""

    __tablename__ = "services_information"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(
        ForeignKey("case_file.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[dt.datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str] = mapped_column(String(8))
    categories: Mapped[list[str]]
    """Families of services, codes of ``directory.categories``."""
    listings: Mapped[list[str]]
    """Ids of the listings that stood on the list that day."""
    material: Mapped[str] = mapped_column(String(20))
    """What was given: ``spoken printed``."""


class OptionsCounselling(Base):
    """What was shown to a person before they chose, and the choice in their own words."""

    __tablename__ = "options_counselling"
    data_class: ClassVar[str] = "SENSITIVE"

    id: Mapped[Key]
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("case_member.id", ondelete="CASCADE"))
    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id"), index=True)
    """The referral that followed; nothing when the person chose none."""
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("routing_run.id"))
    """The proposals that the options were taken from."""
    chosen_listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listing.id"))
    at: Mapped[dt.datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    shown: Mapped[Any] = mapped_column(Encrypted)
    """Each option as it was offered that day: ``routing.counselling.Option``, written."""
    eligible_shown: Mapped[int]
    eligible_existed: Mapped[int]
    """Services for which the person was eligible that day."""
    words: Mapped[Any] = mapped_column(Encrypted)
    """The choice as the person said it."""
    was_neutral: Mapped[bool]
    """The counsellor confirms that nothing was recommended for another's sake."""
    note: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """What the counsellor adds about that."""
    why_one: Mapped[Any] = mapped_column(Encrypted, nullable=True)
    """Why only one option was shown although there were more."""

    @property
    def had_choice(self) -> bool:
        """At least two options existed (what indicator I-04 divides by)."""
        return self.eligible_existed >= CHOICE

    @property
    def offered_choice(self) -> bool:
        """At least two were shown."""
        return self.eligible_shown >= CHOICE


class SelfReferralCard(Base):
    """A card with which the person goes alone: nothing about them is sent."""

    __tablename__ = "self_referral_card"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), index=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listing.id"))
    given_at: Mapped[dt.datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    listing: Mapped[Listing] = relationship()
    by: Mapped[Account | None] = relationship()
