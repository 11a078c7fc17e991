"""Listings that are applied otherwise than they are written: corrections to look at, and the flag
"applies unlisted criteria".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.models import Listing, ListingCorrection
from directory.operations.changes import mark_changed


def ask_correction(
    session: Session, listing: Listing, code: str, applied: Mapping[str, Any], *, now: dt.datetime
) -> ListingCorrection:
    """Ask the editor to look at the listing: it was refused for a reason that it does not give."""
    row = ListingCorrection(listing_id=listing.id, code=code, applied=dict(applied), created_at=now)
    session.add(row)
    session.flush()
    return row


def open_corrections(session: Session, listing_id: UUID) -> list[ListingCorrection]:
    """What the editor has not looked at yet, newest first."""
    query = select(ListingCorrection).where(
        ListingCorrection.listing_id == listing_id, ListingCorrection.settled_at.is_(None)
    )
    return list(session.scalars(query.order_by(ListingCorrection.created_at.desc())))


def settle_corrections(
    session: Session, listing: Listing, *, actor: Actor, now: dt.datetime
) -> int:
    """The editor has looked at all of them; how many there were."""
    rows = open_corrections(session, listing.id)
    for row in rows:
        row.settled_at, row.settled_by_id = now, actor.user_id
    if rows:
        _record(session, listing, actor, "settle-corrections", now, number=len(rows))
    return len(rows)


def flag_unlisted_criteria(
    session: Session, listing: Listing, code: str, *, actor: Actor, now: dt.datetime
) -> None:
    """A contested refusal was not answered for: whoever sends people there is warned."""
    if listing.unlisted_criteria_at is None:
        listing.unlisted_criteria_at = now
    listing.unlisted_criteria_code = code
    mark_changed(session, [listing.id])
    _record(session, listing, actor, "flag-unlisted-criteria", now, code=code)


def clear_unlisted_criteria(
    session: Session, listing: Listing, *, actor: Actor, now: dt.datetime
) -> None:
    """The criteria were edited, or a supervisor has settled it; nothing where it has no flag."""
    if listing.unlisted_criteria_at is None:
        return
    listing.unlisted_criteria_at = listing.unlisted_criteria_code = None
    mark_changed(session, [listing.id])
    _record(session, listing, actor, "clear-unlisted-criteria", now)


def _record(
    session: Session, listing: Listing, actor: Actor, verb: str, now: dt.datetime, **more: Any
) -> None:
    action = f"directory:listing:{verb}"
    audit.record(session, actor, action, f"listing:{listing.id}", now=now, **more)
