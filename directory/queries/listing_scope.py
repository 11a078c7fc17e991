"""Which listings an account may change, and in which roles: by organisation, region and country."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from directory import roles
from directory.core.actor import Actor, Grant
from directory.core.errors import Forbidden, NotFound
from directory.core.text import N_
from directory.listing_life import LIFE
from directory.models import Listing, Region, Service, Site
from directory.who import Who

CHANGING = frozenset({roles.EDIT_LISTING, roles.VERIFY_LISTING, roles.EDIT_CAPACITY})
"""Whoever holds one of these takes part in the life of a listing."""

STEP_PERMISSIONS: Mapping[str, frozenset[str]] = {
    "create": frozenset({roles.EDIT_LISTING}),
    "submit": frozenset({roles.EDIT_LISTING}),
    "send-back": frozenset({roles.VERIFY_LISTING}),
    "verify": frozenset({roles.VERIFY_LISTING}),
    "confirm": frozenset({roles.EDIT_LISTING, roles.EDIT_CAPACITY}),
    "suspend": CHANGING,
    "resume": frozenset({roles.EDIT_LISTING, roles.VERIFY_LISTING}),
    "end": frozenset({roles.EDIT_LISTING, roles.VERIFY_LISTING}),
}
"""What one of must be held for a step that people take; the table says in which role."""


def listings_changed_by(
    actor: Actor, permissions: frozenset[str] = CHANGING
) -> Select[tuple[Listing]]:
    """The listings that ``actor`` may change under one of ``permissions``, whatever their state."""
    reach = [_within(grant) for grant in actor.grants if grant.permissions & permissions]
    return (
        select(Listing)
        .join(Service, Listing.service_id == Service.id)
        .join(Site, Listing.site_id == Site.id)
        .where(or_(false(), *reach))
    )


def listing_to_change(
    session: Session, actor: Actor, listing_id: UUID, permissions: frozenset[str] = CHANGING
) -> Listing:
    """The listing, or ``NotFound`` if there is none that ``actor`` may change."""
    query = listings_changed_by(actor, permissions).where(Listing.id == listing_id)
    listing = session.scalars(query).one_or_none()
    if listing is None:
        raise NotFound
    return listing


def listing_roles(
    session: Session, actor: Actor, listing: Listing, permissions: frozenset[str] = CHANGING
) -> frozenset[Who]:
    """The roles in which ``actor`` may take steps of this listing."""
    roles_held = set()
    for grant in actor.grants:
        if not grant.permissions & permissions:
            continue
        alone = Actor(actor.user_id, actor.label, (grant,))
        query = listings_changed_by(alone, permissions).where(Listing.id == listing.id)
        if session.scalars(query).first() is not None:
            roles_held.add(Who(grant.role))
    return frozenset(roles_held)


def role_for_step(session: Session, actor: Actor, listing: Listing, name: str) -> Who:
    """The role in which ``actor`` takes step ``name``.

    ``NotFound`` if the listing is out of their reach, ``Forbidden`` if the step is not theirs.
    """
    if not listing_roles(session, actor, listing):
        raise NotFound
    takers = {who for line in LIFE.steps if line.name == name for who in line.actors}
    may = listing_roles(session, actor, listing, STEP_PERMISSIONS.get(name, frozenset())) & takers
    if not may:
        raise Forbidden(N_("Your role does not include this."))
    return min(may)


def steps_open_to(session: Session, actor: Actor, listing: Listing) -> list[str]:
    """Names of the steps that ``actor`` may try now, in the order of the table."""
    found = []
    for line in LIFE.leaving(listing.state):
        permissions = STEP_PERMISSIONS.get(line.name, frozenset())
        if listing_roles(session, actor, listing, permissions) & line.actors:
            found.append(line.name)
    return found


def _within(grant: Grant) -> ColumnElement[bool]:
    """The scope of one grant as a condition; what is not said does not narrow.

    Whoever edits does so for somebody: without any scope only verifying is left.
    """
    scope = (grant.organisation_id, grant.country, grant.region_id)
    if not any(scope) and roles.VERIFY_LISTING not in grant.permissions:
        return false()
    parts: list[ColumnElement[bool]] = []
    if grant.organisation_id is not None:
        parts.append(Service.organisation_id == grant.organisation_id)
    if grant.country is not None:
        parts.append(Site.country == grant.country)
    if grant.region_id is not None:
        parts.append(Site.region_id.in_(regions_inside(grant.region_id)))
    return and_(true(), *parts)


def regions_inside(region_id: UUID) -> Select[tuple[UUID]]:
    """The region and what lies in it, however deep."""
    tree = select(Region.id).where(Region.id == region_id).cte("inside", recursive=True)
    child = aliased(Region)
    tree = tree.union_all(select(child.id).join(tree, child.parent_id == tree.c.id))
    return select(tree.c.id)
