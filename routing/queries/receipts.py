"""What stands on the receipt that a person takes home: code, what happens by when, whom to call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from directory.core.text import N_, Text
from directory.models import Organisation
from routing.clocks import Clock
from routing.models import CaseMember, Referral
from routing.person_words import may_be_named
from routing.queries.payload import call_back
from routing.queries.referral import clocks_of
from routing.queries.tracking import tracking_code_of
from routing.tracking_codes import spaced

UNBROKEN = "\N{NO-BREAK SPACE}"
"""A telephone number stays on one line."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a person asks: the office that accompanies them."""

    name: str
    phone: str | None
    hours: str | None
    email: str | None
    """Of the caseworker, where the office has given no number."""

    @property
    def words(self) -> Text:
        """As it is said on papers and screens."""
        phone = self.phone.replace(" ", UNBROKEN) if self.phone else None
        if phone and self.hours:
            return N_(
                "{office}, {phone} ({hours})", office=self.name, phone=phone, hours=self.hours
            )
        if phone or self.email:
            return N_("{office}, {way}", office=self.name, way=phone or self.email)
        return N_("{office}", office=self.name)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One referral as the person carries it; no name, and no service that must not be named."""

    tracking_code: str
    """With hyphens; empty when none was given yet."""
    number: str
    """Code of the referral, said on the telephone."""
    language: str
    desk: Desk
    provider: str | None
    place: str | None
    answer_by: dt.datetime | None
    is_demo: bool


def receipt_of(session: Session, referral: Referral) -> Receipt:
    """The receipt of one referral as it stands now."""
    listing, held = referral.listing, tracking_code_of(session, referral.member)
    named = may_be_named(listing.service.category, listing.visibility)
    due = {clock.clock: clock.due_at for clock in clocks_of(session, referral) if not clock.paused}
    return Receipt(
        tracking_code=spaced(held.code) if held is not None else "",
        number=referral.code,
        language=referral.member.language,
        desk=desk_of(session, referral.member),
        provider=listing.service.organisation.name if named else None,
        place=listing.site.place_name if named else None,
        answer_by=due.get(Clock.DECISION),
        is_demo=referral.is_demo,
    )


def desk_of(session: Session, member: CaseMember) -> Desk:
    """The office that accompanies the person, with the way to reach it."""
    office: Organisation = member.case.organisation
    return Desk(
        office.name, office.help_phone, office.help_hours,
        None if office.help_phone else call_back(session, member),
    )  # fmt: skip
