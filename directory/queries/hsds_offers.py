"""Listings read for HSDS: a batch at a time, in as many statements whatever their number."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from directory.audience import Audience
from directory.models import Listing, Service
from directory.queries.listing_view import Describers, ListingView, listing_view
from directory.queries.listings import whole_listings
from directory.queries.regions import RegionTree
from directory.queries.snapshot import current

BATCH = 100
"""Services or offers that are read and written together."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told, when, and with which words."""

    regions: RegionTree
    describers: Describers
    audience: Audience
    now: dt.datetime

    def view(self, listing: Listing) -> ListingView:
        """What the page of the listing tells this reader."""
        return listing_view(
            listing, self.regions, self.describers, audience=self.audience, now=self.now
        )


def reader_for(
    session: Session, describers: Describers, *, audience: Audience, now: dt.datetime
) -> Reader:
    """A reader of HSDS: at most partners, whatever else the account may see.

    How fast a listing has answered is left out: it would be a query for each.
    """
    quiet = replace(describers, observed=Describers().observed)
    return Reader(current(session).regions, quiet, min(audience, Audience.PARTNERS), now)


def offers_of_services(
    session: Session, ids: Sequence[UUID], reader: Reader
) -> Mapping[UUID, Sequence[ListingView]]:
    """By service, in the order of ``ids``, what the reader may see of it; others are left out."""
    found: dict[UUID, list[ListingView]] = defaultdict(list)
    query = whole_listings(reader.audience).where(Listing.service_id.in_(ids))
    for listing in session.scalars(query.order_by(Listing.id)).unique():
        found[listing.service_id].append(reader.view(listing))
    return {key: found[key] for key in ids if key in found}


def offers_of_organisations(
    session: Session, ids: Sequence[UUID], reader: Reader
) -> Mapping[UUID, Sequence[ListingView]]:
    """The same by organisation."""
    found: dict[UUID, list[ListingView]] = defaultdict(list)
    query = whole_listings(reader.audience).join(Service, Listing.service_id == Service.id)
    query = query.where(Service.organisation_id.in_(ids)).order_by(Service.id, Listing.id)
    for listing in session.scalars(query).unique():
        found[listing.service.organisation_id].append(reader.view(listing))
    return {key: found[key] for key in ids if key in found}


def offers(session: Session, ids: Sequence[UUID], reader: Reader) -> list[ListingView]:
    """What the reader may see of listings, in the order of ``ids``."""
    query = whole_listings(reader.audience).where(Listing.id.in_(ids))
    found = {listing.id: listing for listing in session.scalars(query).unique()}
    return [reader.view(found[key]) for key in ids if key in found]
