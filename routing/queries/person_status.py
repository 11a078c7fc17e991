"""Where a person's requests stand, as told to whoever holds the code: words only (protocol A.17)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core.text import N_, Text
from routing.models import CaseMember, ConsentRecord, Referral
from routing.person_words import (
    ASKED_WHETHER_CONTACTED,
    NEXT_BY,
    WHAT_HAPPENS,
    may_be_named,
    next_words,
)
from routing.queries.receipts import Desk, desk_of
from routing.queries.referral import RunningClock, clocks_of
from routing.referral_states import LIVE, State

HELP = N_("A request for help")
"""What is said instead of the name of a service that others must not read."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request in words."""

    number: str
    """Code of the referral, as on the receipt."""
    help: Text
    """The kind of help, where it may be said."""
    provider: str | None
    """Who was asked, where it may be said."""
    sent_at: dt.datetime | None
    what: Text
    """What happens now."""
    next: Text | None
    """Who acts next and by when; nothing when it is over."""
    is_late: bool
    """The day has passed."""
    asks_whether_contacted: bool
    can_be_taken_back: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class PersonStatus:
    """All requests of one person, and whom to call."""

    desk: Desk
    requests: tuple[Request, ...]


def status_of(session: Session, member: CaseMember, *, now: dt.datetime) -> PersonStatus:
    """Everything that was sent for the person, the newest first; entries in error are left out."""
    requests = tuple(_request(session, row, now) for row in sent_for(session, member))
    return PersonStatus(desk_of(session, member), requests)


def sent_for(session: Session, member: CaseMember) -> list[Referral]:
    """The referrals of the person that were sent, the newest first."""
    query = select(Referral).where(
        Referral.member_id == member.id,
        Referral.sent_at.is_not(None),
        Referral.state != State.VOID,
    )
    return list(session.scalars(query.order_by(Referral.sent_at.desc(), Referral.id)))


def request_of(session: Session, member: CaseMember, number: str) -> Referral | None:
    """The person's own referral of that number, if it was sent."""
    return next((row for row in sent_for(session, member) if row.code == number), None)


def _request(session: Session, referral: Referral, now: dt.datetime) -> Request:
    service = referral.listing.service
    named = may_be_named(service.category, referral.listing.visibility)
    promise = _promise(clocks_of(session, referral))
    return Request(
        number=referral.code,
        help=CATEGORIES[service.category].label if named else HELP,
        provider=service.organisation.name if named else None,
        sent_at=referral.sent_at,
        what=_what(referral),
        next=next_words(promise.clock, promise.due_at) if promise is not None else None,
        is_late=promise is not None and promise.due_at < now,
        asks_whether_contacted=referral.state in ASKED_WHETHER_CONTACTED,
        can_be_taken_back=_stands_on_consent(session, referral),
        is_over=referral.state not in LIVE,
    )


def _what(referral: Referral) -> Text:
    if referral.state is State.ACCEPTED and referral.start_on is not None:
        return N_("They say yes: a place is kept for you from {date}.", date=referral.start_on)
    return WHAT_HAPPENS[referral.state]


def _promise(clocks: list[RunningClock]) -> RunningClock | None:
    """The promise to the person that is due first."""
    return next((one for one in clocks if not one.paused and one.clock in NEXT_BY), None)


def _stands_on_consent(session: Session, referral: Referral) -> bool:
    if referral.consent_id is None or referral.state not in LIVE:
        return False
    record = session.get_one(ConsentRecord, referral.consent_id)
    return record.withdrawn_at is None and record.exception_code is None
