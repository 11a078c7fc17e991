"""Listings by the keys that seeds, imports and people at a command line know them by."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, NotFound
from directory.core.text import N_
from directory.models import Listing, Service, Site


def key_of(service_key: str, site_key: str) -> str:
    """The key of the listing of a service at a site."""
    return f"{service_key}@{site_key}"


def listing_named(session: Session, key: str) -> Listing:
    """The listing called ``service@site``, or by one of the two alone, or by its id.

    ``NotFound`` if there is none; ``Conflict`` if the key of a service or site means several.
    """
    query = select(Listing).join(Service).join(Site)
    service_key, at, site_key = key.partition("@")
    if at:
        query = query.where(Service.key == service_key, Site.key == site_key)
    elif (number := _uuid(key)) is not None:
        query = query.where(Listing.id == number)
    else:
        query = query.where(or_(Service.key == key, Site.key == key))
    found = session.scalars(query.limit(2)).all()
    if not found:
        raise NotFound(N_("There is no listing “{key}”.", key=key))
    if len(found) > 1:
        raise Conflict(N_("“{key}” means several listings: write service@site.", key=key))
    return found[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
