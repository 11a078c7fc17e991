"""Listings that nobody has confirmed for too long are shown with a warning (protocol A.8.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import SYSTEM
from directory.listing_life import (
    FRESH_DAYS,
    FRESH_DAYS_PERMANENT,
    LIFE,
    ListingFacts,
    State,
    is_stale,
)
from directory.models import Listing
from directory.operations.changes import mark_changed
from directory.operations.search_index import refresh
from directory.who import Who

BATCH = 500


def mark_stale_listings(
    session: Session, now: dt.datetime, told: Callable[[int, int], None] = lambda _done, _all: None
) -> list[UUID]:
    """Every verified listing whose verification is too old becomes stale; which ones.

    Meant for each night; doing it again changes nothing. ``told`` hears how many are done, of how
    many.
    """
    ids = _out_of_date(session, now)
    for start in range(0, len(ids), BATCH):
        _let_go_stale(session, ids[start : start + BATCH], now)
        told(min(start + BATCH, len(ids)), len(ids))
    return ids


def _out_of_date(session: Session, now: dt.datetime) -> list[UUID]:
    """SQL narrows, the rule decides."""
    query = select(Listing.id, Listing.verified_at, Listing.is_permanent).where(
        Listing.state == State.VERIFIED,
        or_(
            Listing.verified_at.is_(None),
            Listing.verified_at <= now - dt.timedelta(days=FRESH_DAYS_PERMANENT),
            and_(
                Listing.is_permanent.is_(False),
                Listing.verified_at <= now - dt.timedelta(days=FRESH_DAYS),
            ),
        ),
    )
    return sorted(
        row.id
        for row in session.execute(query)
        if is_stale(
            row.verified_at.date() if row.verified_at else None,
            now.date(),
            permanent_public=row.is_permanent,
        )
    )


def _let_go_stale(session: Session, ids: list[UUID], now: dt.datetime) -> None:
    taken = LIFE.check(State.VERIFIED, "go-stale", Who.SYS, ListingFacts(stale=True))
    mark_changed(session, ids)
    session.execute(
        update(Listing)
        .where(Listing.id.in_(ids), Listing.state == State.VERIFIED)
        .values(state=taken.target)
    )
    refresh(session, ids)
    action = f"directory:listing:{taken.name}"
    audit.record_many(session, SYSTEM, [(action, f"listing:{key}", {}) for key in ids], now=now)
