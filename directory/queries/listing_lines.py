"""Listings as lines of a table for whoever keeps them: key, state, when they were verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listing_life import State
from directory.models import Listing, Service, Site
from directory.queries.listing_keys import key_of


@dataclass(frozen=True, slots=True)
class Line:
    """One listing."""

    key: str
    state: State
    verified_at: dt.datetime | None
    name: str
    place: str


def listing_lines(
    session: Session, *, country: str = "", category: str = "", state: State | None = None,
    limit: int = 100,
) -> Iterator[Line]:  # fmt: skip
    """The listings by key, hidden addresses told by nothing but the name of their site."""
    query = (
        select(
            Service.key.label("service"), Site.key.label("site"), Listing.state,
            Listing.verified_at, Service.name, Site.name.label("place"),
        )
        .join(Service, Listing.service_id == Service.id)
        .join(Site, Listing.site_id == Site.id)
        .order_by(Service.key, Site.key)
        .limit(limit)
    )  # fmt: skip
    if country:
        query = query.where(Site.country == country)
    if category:
        query = query.where(Service.category == category)
    if state is not None:
        query = query.where(Listing.state == state)
    for row in session.execute(query):
        name = next((str(text) for text in row.name.values() if text), "")
        yield Line(key_of(row.service, row.site), row.state, row.verified_at, name, row.place)
