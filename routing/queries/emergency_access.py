"""Whose file may be opened in an emergency, and the openings that somebody reviews."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, contains_eager

from directory.core.actor import Actor, Grant
from directory.core.errors import NotFound
from directory.models import Listing, Organisation
from directory.roles import OPEN_IN_EMERGENCY, REVIEW_EMERGENCY
from directory.visibility import Visibility
from routing.case_life import State
from routing.emergency_access import share_on_time
from routing.models import Case, CaseMember, ContactRoute, EmergencyAccess, Referral
from routing.queries.scope import case_overseen_by, regions_within
from routing.referral_states import LIVE


def case_within_emergency_reach(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Cases of any organisation in the actor's region; without a region, in the own country."""
    grants = actor.grants_for(OPEN_IN_EMERGENCY)
    reach = or_(false(), *(_around(session, grant) for grant in grants))
    return reach & (Case.state != State.TRANSFERRED)


def _around(session: Session, grant: Grant) -> ColumnElement[bool]:
    if grant.region_id is not None:
        return Case.region_id.in_(regions_within(grant.region_id))
    own = session.get(Organisation, grant.organisation_id) if grant.organisation_id else None
    country = grant.country or (own.country if own is not None else None)
    return Case.country == country if country else false()


def member_by_code(session: Session, actor: Actor, code: str, number: int) -> CaseMember | None:
    """One member of the case of that code, if within reach."""
    query = (
        select(CaseMember)
        .join(Case, Case.id == CaseMember.case_id)
        .where(
            Case.code == code, CaseMember.number == number,
            case_within_emergency_reach(session, actor),
        )
    )  # fmt: skip
    return session.scalars(query).one_or_none()


def member_by_contact(session: Session, actor: Actor, digest: str) -> CaseMember | None:
    """Whoever is reached at a number, if that is one person within reach."""
    query = (
        select(CaseMember)
        .join(Case, Case.id == CaseMember.case_id)
        .join(ContactRoute, ContactRoute.member_id == CaseMember.id)
        .where(ContactRoute.value_digest == digest, case_within_emergency_reach(session, actor))
        .distinct()
    )
    found = session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def in_hidden_place(session: Session, member_id: UUID) -> bool:
    """Whether the person is, or is about to be, with a service whose address is hidden."""
    query = (
        select(Referral.id)
        .join(Listing, Listing.id == Referral.listing_id)
        .where(
            Referral.member_id == member_id,
            Referral.state.in_(LIVE),
            Listing.visibility.in_((Visibility.HIDDEN_ADDRESS, Visibility.PROTECTION_ONLY)),
        )
    )
    return session.scalars(query).first() is not None


def access_for(session: Session, actor: Actor, access_id: UUID) -> EmergencyAccess:
    """One's own opening, or ``NotFound``."""
    query = select(EmergencyAccess).where(
        EmergencyAccess.id == access_id, EmergencyAccess.account_id == actor.user_id
    )
    access = session.scalars(query).one_or_none()
    if access is None:
        raise NotFound
    return access


def open_access_of(session: Session, actor: Actor, now: dt.datetime) -> EmergencyAccess | None:
    """The opening that the actor has not closed and that has not run out."""
    query = select(EmergencyAccess).where(
        EmergencyAccess.account_id == actor.user_id,
        EmergencyAccess.closed_at.is_(None),
        EmergencyAccess.expires_at > now,
    )
    return session.scalars(query).first()


def reviewable(session: Session, actor: Actor) -> list[EmergencyAccess]:
    """The openings that the data-protection officer reviews: waiting ones first, the oldest first."""
    query = (
        select(EmergencyAccess)
        .join(EmergencyAccess.case)
        .where(case_overseen_by(actor))
        .options(contains_eager(EmergencyAccess.case))
    )
    found = session.scalars(query).all()
    return sorted(found, key=lambda one: (one.reviewed_at is not None, one.opened_at))


def waiting_reviews(session: Session, actor: Actor) -> list[EmergencyAccess]:
    """Openings that ``actor`` has still to review, the oldest first; none for whoever may not."""
    if not actor.may(REVIEW_EMERGENCY):
        return []
    return [one for one in reviewable(session, actor) if one.reviewed_at is None]


def review_for(session: Session, actor: Actor, access_id: UUID) -> EmergencyAccess:
    """An opening to review, or ``NotFound``."""
    query = (
        select(EmergencyAccess)
        .join(EmergencyAccess.case)
        .where(EmergencyAccess.id == access_id, case_overseen_by(actor))
    )
    access = session.scalars(query).one_or_none()
    if access is None:
        raise NotFound
    return access


def late_reviews(session: Session, now: dt.datetime) -> list[EmergencyAccess]:
    """Openings whose review is late and of which nobody was told yet."""
    query = select(EmergencyAccess).where(
        EmergencyAccess.reviewed_at.is_(None),
        EmergencyAccess.review_due_at <= now,
        EmergencyAccess.late_at.is_(None),
    )
    return list(session.scalars(query.order_by(EmergencyAccess.review_due_at, EmergencyAccess.id)))


@dataclass(frozen=True, slots=True)
class Count:
    """How often files were opened, and how often the review came on time."""

    opened: int
    due: int
    """Reviewed, or not reviewed although the time has passed."""
    on_time: int

    @property
    def share(self) -> Fraction | None:
        """Of those that were due."""
        return share_on_time(self.on_time, self.due)


def count_of(found: list[EmergencyAccess], now: dt.datetime) -> Count:
    """The figures that are published inside the organisation."""
    due = [one for one in found if one.reviewed_at is not None or one.review_due_at <= now]
    on_time = [one for one in due if one.reviewed_at and one.reviewed_at <= one.review_due_at]
    return Count(len(found), len(due), len(on_time))
