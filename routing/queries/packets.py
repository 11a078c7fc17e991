"""People announced from another country, for those who send them and those who receive them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.listing_life import SEARCHABLE
from directory.models import Account, AccountGrant, AccountRole, Listing, Organisation, Service
from directory.roles import ANSWER_REFERRAL, PREPARE_PACKET, ROLES, WRITE_CASE
from directory.visibility import Visibility
from routing.models import CrossBorderPacket, ServiceConfirmation


def visible_packets(actor: Actor) -> Select[tuple[CrossBorderPacket]]:
    """Drafts for the organisation that prepares them; what is submitted for the receiver too."""
    return select(CrossBorderPacket).where(
        or_(
            CrossBorderPacket.sender_id.in_(_organisations(actor, PREPARE_PACKET)),
            CrossBorderPacket.receiver_id.in_(_organisations(actor, WRITE_CASE))
            & (CrossBorderPacket.state != "draft"),
        )
    )


def packet_for(session: Session, actor: Actor, packet_id: UUID) -> CrossBorderPacket:
    """The packet, or ``NotFound`` if there is none that ``actor`` may see."""
    query = visible_packets(actor).where(CrossBorderPacket.id == packet_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def packets_list(session: Session, actor: Actor, *, limit: int = 100) -> list[CrossBorderPacket]:
    """Those that wait for an arrival first, the soonest due first."""
    found = session.scalars(
        visible_packets(actor).order_by(CrossBorderPacket.created_at.desc()).limit(limit)
    ).all()
    done = ("acknowledged", "draft")
    return sorted(
        found,
        key=lambda one: (
            one.state in done,
            one.acknowledge_by is None,
            one.acknowledge_by or one.created_at,
        ),
    )


def arrival_desks(session: Session) -> list[Organisation]:
    """Organisations of this installation where somebody receives people, by name."""
    roles = [name for name, role in ROLES.items() if WRITE_CASE in role.permissions]
    receiving = (
        select(AccountGrant.organisation_id)
        .join(AccountRole, AccountRole.id == AccountGrant.role_id)
        .join(Account, Account.id == AccountGrant.account_id)
        .where(AccountRole.name.in_(roles), Account.active)
    )
    query = select(Organisation).where(Organisation.id.in_(receiving))
    return list(session.scalars(query.order_by(Organisation.name, Organisation.id)))


def care_in(session: Session, country: str, category: str, *, limit: int = 200) -> list[Listing]:
    """Services that can be asked whether the care is there, by the name of the organisation.

    Those that only protection staff may know of are asked through their gateway, not from here.
    """
    query = (
        select(Listing)
        .join(Service, Service.id == Listing.service_id)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .where(
            Service.category == category,
            Organisation.country == country,
            Listing.state.in_(SEARCHABLE),
            Listing.visibility.in_((Visibility.PUBLIC, Visibility.PARTNERS)),
        )
        .order_by(Organisation.name, Listing.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def confirmations_to_answer(session: Session, actor: Actor) -> list[ServiceConfirmation]:
    """Questions to the actor's organisations that nobody has answered, the oldest first."""
    query = (
        select(ServiceConfirmation)
        .join(Listing, Listing.id == ServiceConfirmation.listing_id)
        .join(Service, Service.id == Listing.service_id)
        .where(
            Service.organisation_id.in_(_organisations(actor, ANSWER_REFERRAL)),
            ServiceConfirmation.state == "asked",
        )
        .order_by(ServiceConfirmation.asked_at, ServiceConfirmation.id)
    )
    return list(session.scalars(query))


def confirmation_for(session: Session, actor: Actor, key: UUID) -> ServiceConfirmation:
    """A question to the actor's organisation, or ``NotFound``."""
    query = (
        select(ServiceConfirmation)
        .join(Listing, Listing.id == ServiceConfirmation.listing_id)
        .join(Service, Service.id == Listing.service_id)
        .where(
            ServiceConfirmation.id == key,
            Service.organisation_id.in_(_organisations(actor, ANSWER_REFERRAL)),
        )
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def _organisations(actor: Actor, permission: str) -> frozenset[UUID]:
    return frozenset(
        grant.organisation_id
        for grant in actor.grants_for(permission)
        if grant.organisation_id is not None
    )
