"""Listings as lists and pages show them: few statements, whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.audience import Audience, visible_to
from directory.core.errors import NotFound
from directory.listing_life import SEARCHABLE, State
from directory.models import Listing, Organisation, Region, Service, Site
from directory.organisation_kinds import OrganisationKind
from directory.visibility import Precision, Visibility

IDS_A_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class Card:
    """A listing as one entry of a list."""

    id: UUID
    name: Mapping[str, str]
    """By language."""
    category: str
    organisation_id: UUID
    organisation: str
    kind: OrganisationKind
    cost_model: str | None
    price: Decimal | None
    currency: str | None
    state: State
    verified_at: dt.datetime | None
    edited_at: dt.datetime
    is_demo: bool
    visibility: Visibility
    country: str
    region: str | None
    region_id: UUID | None
    place: str | None
    """Town or village; nothing for hidden services."""
    precision: Precision

    @property
    def is_hidden(self) -> bool:
        """Nobody is told the address before acceptance."""
        return self.precision is Precision.HIDDEN


def cards(session: Session, ids: Sequence[UUID]) -> list[Card]:
    """The listings of ``ids`` in that order. Whoever calls has checked that they may be seen."""
    found: dict[UUID, Card] = {}
    for start in range(0, len(ids), IDS_A_STATEMENT):
        some = ids[start : start + IDS_A_STATEMENT]
        for row in session.execute(_card_rows().where(Listing.id.in_(some))):
            found[row.id] = _card(row)
    return [found[key] for key in ids if key in found]


def listing_for(session: Session, key: UUID, audience: Audience) -> Listing:
    """A listing with everything its page shows; ``NotFound`` unless the audience may see it."""
    query = whole_listings(audience).where(Listing.id == key)
    listing = session.scalars(query).unique().one_or_none()
    if listing is None:
        raise NotFound
    return listing


def whole_listings(audience: Audience) -> Select[tuple[Listing]]:
    """The listings that the audience may see, each with everything its page shows."""
    return (
        select(Listing)
        .where(*shown_to(audience))
        .options(
            joinedload(Listing.service).joinedload(Service.organisation),
            joinedload(Listing.service).joinedload(Service.programme),
            joinedload(Listing.site).joinedload(Site.region).load_only(*_REGION),
            selectinload(Listing.conditions),
            selectinload(Listing.windows),
            selectinload(Listing.capacities),
            selectinload(Listing.allowances),
            selectinload(Listing.opening_hours),
            selectinload(Listing.focal_points),
        )
    )


def shown_to(audience: Audience) -> tuple[ColumnElement[bool], ...]:
    """What must hold for a listing to be shown to the audience."""
    return Listing.state.in_(SEARCHABLE), Listing.visibility.in_(visible_to(audience))


def organisation_for(session: Session, key: UUID, audience: Audience) -> Organisation:
    """An organisation; ``NotFound`` unless it has a listing that the audience may see.

    That an organisation exists at all may give a shelter away.
    """
    organisation = session.get(Organisation, key)
    if organisation is None or not listing_ids_of(session, key, audience):
        raise NotFound
    return organisation


def listing_ids_of(session: Session, organisation_id: UUID, audience: Audience) -> list[UUID]:
    """The listings of an organisation that the audience may see, by name of the site."""
    query = (
        select(Listing.id)
        .join(Service, Listing.service_id == Service.id)
        .join(Site, Listing.site_id == Site.id)
        .where(
            Service.organisation_id == organisation_id,
            *shown_to(audience),
        )
        .order_by(Service.category, Site.name, Listing.id)
    )
    return list(session.scalars(query))


_REGION = (Region.name, Region.country, Region.level, Region.lon, Region.lat, Region.parent_id)


def _card_rows() -> Select[Any]:
    return (
        select(
            Listing.id, Listing.cost_model, Listing.price, Listing.currency, Listing.state,
            Listing.verified_at, Listing.edited_at, Listing.is_demo, Listing.visibility,
            Service.name, Service.category, Service.organisation_id,
            Organisation.name.label("organisation"), Organisation.kind,
            Site.country, Site.region_id, Region.name.label("region"), Site.place_name,
            Site.name.label("site"), Site.precision,
        )
        .join(Service, Listing.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Site, Listing.site_id == Site.id)
        .outerjoin(Region, Site.region_id == Region.id)
    )  # fmt: skip


def _card(row: Row[Any]) -> Card:
    hidden = row.precision is Precision.HIDDEN
    return Card(
        id=row.id,
        name=row.name,
        category=row.category,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        kind=row.kind,
        cost_model=row.cost_model,
        price=row.price,
        currency=row.currency,
        state=row.state,
        verified_at=row.verified_at,
        edited_at=row.edited_at,
        is_demo=row.is_demo,
        visibility=row.visibility,
        country=row.country,
        region=row.region,
        region_id=row.region_id,
        place=None if hidden else row.place_name or row.site,
        precision=row.precision,
    )
