"""What the screens of a caseworker list: cases, needs, and the words of codes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.listing_life import SEARCHABLE
from directory.models import Listing, Organisation, Region, Service
from directory.queries.regions import RegionNode, region_tree
from directory.roles import EDIT_CAPACITY
from routing.models import Case, Need, Referral
from routing.queries.scope import case_seen_by
from routing.referral_states import State


def need_for(session: Session, actor: Actor, need_id: UUID) -> Need:
    """The need, or ``NotFound`` if there is none of a case that ``actor`` may see."""
    query = select(Need).join(Case, Case.id == Need.case_id)
    need = session.scalars(query.where(Need.id == need_id, case_seen_by(actor))).one_or_none()
    if need is None:
        raise NotFound
    return need


def needs_of_case(session: Session, case: Case) -> list[Need]:
    """Every need of the case, open ones first, the most urgent first."""
    query = select(Need).where(Need.case_id == case.id)
    found = session.scalars(query).all()
    return sorted(found, key=lambda need: (need.state != "open", need.priority, need.opened_at))


def referrals_of_case(session: Session, case: Case) -> list[Referral]:
    """Every referral of the case, newest first."""
    query = select(Referral).where(Referral.case_id == case.id)
    return list(session.scalars(query.order_by(Referral.created_at.desc(), Referral.id)))


def returned_referral(session: Session, need: Need) -> Referral | None:
    """The newest referral for the need that came back and has not been followed up."""
    query = (
        select(Referral)
        .where(Referral.need_id == need.id, Referral.state == State.RETURNED)
        .order_by(Referral.created_at.desc(), Referral.id)
    )
    return session.scalars(query).first()


def listing_of(session: Session, key: str | None) -> Listing:
    """A listing that can be chosen, or ``NotFound``."""
    try:
        found = session.get(Listing, UUID(key or ""))
    except ValueError:
        found = None
    if found is None or found.state not in SEARCHABLE:
        raise NotFound
    return found


def kept_listings(session: Session, actor: Actor) -> list[Listing]:
    """The listings whose places the actor keeps, those that count places first."""
    organisations = {
        grant.organisation_id
        for grant in actor.grants_for(EDIT_CAPACITY)
        if grant.organisation_id is not None
    }
    query = (
        select(Listing)
        .join(Service, Service.id == Listing.service_id)
        .where(Service.organisation_id.in_(organisations), Listing.state.in_(SEARCHABLE))
        .options(selectinload(Listing.capacities))
    )
    found = session.scalars(query).all()
    return sorted(found, key=lambda row: (not row.capacities, str(row.id)))


def organisation_names(session: Session, country: str) -> dict[str, str]:
    """Names of the organisations of a country by their key."""
    query = select(Organisation.key, Organisation.name).where(Organisation.country == country)
    return {row.key: row.name for row in session.execute(query.order_by(Organisation.name))}


def code_names(session: Session) -> Mapping[str, str]:
    """Names of regions and organisations by their code."""
    regions = session.execute(select(Region.code, Region.id, Region.name))
    organisations = session.execute(select(Organisation.key, Organisation.name))
    found = {row.code or str(row.id): row.name for row in regions}
    return found | {row.key: row.name for row in organisations}


def region_choices(session: Session, country: str) -> list[tuple[str, str, int]]:
    """Regions of a country as ``(path, name, level)``, each followed by what lies in it."""
    tree = region_tree(session)
    nodes = [node for node in tree.values() if node.country == country]

    def written(node: RegionNode) -> str:
        chain = reversed(tree.around(node.id))
        return "/".join([country, *(one.code or str(one.id) for one in chain)])

    def sort_key(node: RegionNode) -> tuple[str, ...]:
        return tuple(one.name for one in reversed(tree.around(node.id)))

    return [(written(node), node.name, node.level) for node in sorted(nodes, key=sort_key)]
