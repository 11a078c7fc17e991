"""Listings, what is open, organisations as JSON. Confidential services are never here (A.17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app, request

from directory.api.openapi import resource
from directory.api.representations import (
    detail_of,
    item_of,
    item_of_card,
    opportunity_of,
    source_of,
)
from directory.api.schemas import (
    FoundListings,
    ListingDetail,
    Opportunities,
    OrganisationDetail,
    PagedQuery,
)
from directory.audience import Audience, audience_of
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import language
from directory.core.security import current_actor, public
from directory.core.web import asked_page
from directory.forms.search import asked_search
from directory.queries.filters import Moment
from directory.queries.listing_view import DESCRIBERS, listing_view
from directory.queries.listings import cards, listing_for, listing_ids_of, organisation_for
from directory.queries.opportunities import opportunities
from directory.queries.result_rows import ResultRow, result_rows
from directory.queries.search import Found, found_listings
from directory.queries.snapshot import current

listings = resource("listings", about="The directory of services.")


@listings.get("/listings")
@listings.arguments(PagedQuery, location="query")
@listings.response(200, FoundListings)
@listings.alt_response(404, "NOT_FOUND")
@public
def search(_query: Mapping[str, Any]) -> dict[str, Any]:
    """Find services: words and filters combine; the same answer as the page of the search."""
    found, page = _found(), asked_page()
    rows = result_rows(
        db.session, found, now().date(), start=page.offset, stop=page.offset + page.size
    )
    return {
        "total": len(found),
        "page": page.number,
        "per_page": page.size,
        "items": [item_of(row) for row in rows],
        "facets": found.facets,
        "corrected": dict(found.words.corrected),
        "left_out": found.words.missing,
    }


@listings.get("/listings/<uuid:key>")
@listings.response(200, ListingDetail)
@listings.alt_response(404, "NOT_FOUND")
@public
def detail(key: UUID) -> dict[str, Any]:
    """One service at one place, with its conditions in plain words."""
    listing = listing_for(db.session, key, _audience())
    regions, describers = current(db.session).regions, current_app.extensions[DESCRIBERS]
    view = listing_view(listing, regions, describers, audience=_audience(), now=now())
    card = cards(db.session, [key])[0]
    return detail_of(view, ResultRow(card, 1, None, view.where.lon, view.where.lat, view.intake))


@listings.get("/open-now")
@listings.arguments(PagedQuery, location="query")
@listings.response(200, Opportunities)
@listings.alt_response(404, "NOT_FOUND")
@public
def open_now(_query: Mapping[str, Any]) -> dict[str, Any]:
    """Enrolment that is open or opens soon, and offers that end; the nearest day first."""
    news, page = opportunities(db.session, _found(), now().date()), asked_page()
    return {
        "total": len(news),
        "page": page.number,
        "per_page": page.size,
        "items": [opportunity_of(one) for one in news[page.offset : page.offset + page.size]],
    }


@listings.get("/organisations/<uuid:key>")
@listings.response(200, OrganisationDetail)
@listings.alt_response(404, "NOT_FOUND")
@public
def organisation(key: UUID) -> dict[str, Any]:
    """An organisation and its services."""
    found = organisation_for(db.session, key, _audience())
    shown = cards(db.session, listing_ids_of(db.session, key, _audience()))
    return {
        "id": found.id,
        "name": found.name,
        "kind": found.kind.value,
        "country": found.country,
        "alternate_names": found.alternate_names,
        "website": found.website,
        "source": source_of(found.source),
        "listings": [item_of_card(card) for card in shown],
    }


def _audience() -> Audience:
    """At most partners: what is for protection staff stays on their screens."""
    return min(audience_of(current_actor()), Audience.PARTNERS)


def _found() -> Found:
    search = asked_search(db.session, request.args.to_dict(flat=False)).valid()
    return found_listings(
        db.session, search, audience=_audience(), moment=Moment(now()), language=language()
    )
