"""The version of a listing under which a referral is made; a listing without one gets its first."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Listing, ListingVersion
from directory.operations.listings import content_of


def version_now(session: Session, listing: Listing, *, now: dt.datetime) -> ListingVersion:
    """The stored version that the listing stands at."""
    query = select(ListingVersion).where(
        ListingVersion.listing_id == listing.id, ListingVersion.number == listing.number
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        found = ListingVersion(
            listing_id=listing.id, number=listing.number, content=content_of(listing),
            edited_at=now, edited_by_id=listing.edited_by_id, reason="",
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found
