"""What depends on a single provider in a country, from the listings that people can be sent to."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audience import Audience, visible_to
from directory.categories import CATEGORIES
from directory.dependence import Dependence, Supply, dependences
from directory.listing_life import SEARCHABLE
from directory.models import Listing, Organisation, Region, Service, Site


def first_level_regions(session: Session, country: str) -> list[Region]:
    """The regions right below the country, by name."""
    query = select(Region).where(Region.country == country, Region.level == 1)
    return list(session.scalars(query.order_by(Region.name, Region.id)))


def dependence_of(session: Session, country: str, audience: Audience) -> list[Dependence]:
    """Every category in a country; services that ``audience`` may not know of do not count."""
    regions = [row.id for row in first_level_regions(session, country)]
    return dependences(_supplies(session, country, audience), list(CATEGORIES), regions)


def organisation_names(session: Session, found: list[Dependence]) -> dict[UUID, str]:
    """Names of those who stand alone in the country or in a region."""
    alone = {
        key
        for one in found
        for several in (one.organisations, *(those for _, those in one.by_region))
        if len(several) == 1
        for key in several
    }
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(alone))
    )
    return {row.id: row.name for row in rows}


def _supplies(session: Session, country: str, audience: Audience) -> Iterator[Supply]:
    regions = select(Region.id, Region.parent_id, Region.level).where(Region.country == country)
    tree = {row.id: (row.parent_id, row.level) for row in session.execute(regions)}
    query = (
        select(Service.category, Service.organisation_id, Site.region_id)
        .join(Listing, Listing.service_id == Service.id)
        .join(Site, Site.id == Listing.site_id)
        .where(
            Site.country == country,
            Listing.state.in_(SEARCHABLE),
            Listing.visibility.in_(visible_to(audience)),
        )
        .distinct()
    )
    for category, organisation, region in session.execute(query):
        yield Supply(category, organisation, _first_level(tree, region))


def _first_level(tree: dict[UUID, tuple[UUID | None, int]], region: UUID | None) -> UUID | None:
    while region is not None and region in tree and tree[region][1] > 1:
        region = tree[region][0]
    return region if region in tree and tree[region][1] == 1 else None
