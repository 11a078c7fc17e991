"""Hidden sites within somebody's reach, and the requests to open them; the address only by reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session, joinedload

from directory.core.actor import Actor, Grant
from directory.core.errors import NotFound
from directory.models import HiddenAddress, Listing, Organisation, Service, Site, VaultOpening
from directory.queries.listing_scope import regions_inside
from directory.vault import is_gatekeeper, is_provider_staff, may_keep
from directory.visibility import Precision, Visibility


@dataclass(frozen=True, slots=True)
class HiddenSite:
    """A hidden site without its address."""

    id: UUID
    name: str
    organisations: tuple[str, ...]
    has_address: bool


def may_open(grant: Grant) -> bool:
    """Whether the grant opens anything at all."""
    return is_gatekeeper(grant) or is_provider_staff(grant)


def sites_opened_by(
    actor: Actor, by: Callable[[Grant], bool] = may_open
) -> Select[tuple[Site]]:  # fmt: skip
    """The hidden sites that grants of ``actor`` of the kind ``by`` reach."""
    reach = or_(false(), *(_within(grant) for grant in actor.grants if by(grant)))
    listed = select(Listing.site_id).where(Listing.visibility == Visibility.HIDDEN_ADDRESS)
    hidden = (Site.precision == Precision.HIDDEN) | Site.id.in_(listed)
    return select(Site).where(hidden, reach)


def site_to_open(
    session: Session, actor: Actor, site_id: UUID, by: Callable[[Grant], bool] = may_open
) -> Site:
    """The hidden site, or ``NotFound`` if there is none within reach."""
    site = session.scalars(sites_opened_by(actor, by).where(Site.id == site_id)).one_or_none()
    if site is None:
        raise NotFound
    return site


def reaches(
    session: Session, actor: Actor, site_id: UUID, by: Callable[[Grant], bool] = may_open
) -> bool:
    """Whether ``actor`` may open (or keep: ``by``) the address of this site now."""
    query = sites_opened_by(actor, by).with_only_columns(Site.id).where(Site.id == site_id)
    return session.scalars(query).first() is not None


def keeps(session: Session, actor: Actor, site_id: UUID) -> bool:
    """Whether ``actor`` may write the address of this site."""
    return reaches(session, actor, site_id, may_keep)


def hidden_sites(session: Session, actor: Actor) -> list[HiddenSite]:
    """The hidden sites within reach by name, with the organisations that work there."""
    sites = session.scalars(sites_opened_by(actor).order_by(Site.name, Site.id)).all()
    return [described(session, site) for site in sites]


def described(session: Session, site: Site) -> HiddenSite:
    """What a screen says of a hidden site."""
    query = (
        select(Organisation.name)
        .join(Service, Service.organisation_id == Organisation.id)
        .join(Listing, Listing.service_id == Service.id)
        .where(Listing.site_id == site.id)
        .distinct()
        .order_by(Organisation.name)
    )
    names = tuple(session.scalars(query))
    return HiddenSite(site.id, site.name, names, has_address(session, site.id))


def has_address(session: Session, site_id: UUID) -> bool:
    """Whether an address is kept; it is not read for that."""
    query = select(HiddenAddress.site_id).where(HiddenAddress.site_id == site_id)
    return session.scalars(query).first() is not None


def openings_of(session: Session, site_id: UUID) -> Sequence[VaultOpening]:
    """Every request for a site, the newest first."""
    query = (
        select(VaultOpening)
        .where(VaultOpening.site_id == site_id)
        .options(joinedload(VaultOpening.asked_by), joinedload(VaultOpening.decided_by))
        .order_by(VaultOpening.asked_at.desc(), VaultOpening.id)
    )
    return session.scalars(query).all()


def opening_for(session: Session, actor: Actor, opening_id: UUID) -> VaultOpening:
    """The request, or ``NotFound`` if its site is out of reach."""
    within = sites_opened_by(actor).with_only_columns(Site.id)
    query = select(VaultOpening).where(
        VaultOpening.id == opening_id, VaultOpening.site_id.in_(within)
    )
    opening = session.scalars(query).one_or_none()
    if opening is None:
        raise NotFound
    return opening


def _within(grant: Grant) -> ColumnElement[bool]:
    """Provider's staff: sites of the own organisation. A gatekeeper: the region, else the country.

    A gatekeeper of an organisation opens in its country; one without any scope opens nothing.
    """
    own = (
        select(Listing.site_id)
        .join(Service, Service.id == Listing.service_id)
        .where(Service.organisation_id == grant.organisation_id)
    )
    if not is_gatekeeper(grant):
        return Site.id.in_(own)
    if grant.region_id is not None:
        return Site.region_id.in_(regions_inside(grant.region_id))
    if grant.country is not None:
        return Site.country == grant.country
    if grant.organisation_id is not None:
        home = select(Organisation.country).where(Organisation.id == grant.organisation_id)
        return Site.country == home.scalar_subquery()
    return false()
