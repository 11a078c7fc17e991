"""Write listings: the offer at a site, its versions, and the steps of its life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.listing_content import ROWS, SCALARS, clean, typed
from directory.listing_life import LIFE, ListingFacts, State, is_stale
from directory.models import (
    Allowance,
    Capacity,
    Condition,
    IntakeWindow,
    Listing,
    ListingVersion,
    OpeningHours,
    Service,
    Site,
)
from directory.operations.changes import mark_changed
from directory.operations.demonstrations import is_demo, mark_if_demo
from directory.operations.listing_flags import clear_unlisted_criteria, settle_corrections
from directory.operations.search_index import refresh
from directory.who import Who

LOCKED = ("state", "verified_at", "verified_by_id", "edited_at", "edited_by_id")
"""Read again under the row's lock: two steps at once would both see the old state."""
ROW_MODELS = {
    "windows": IntakeWindow,
    "capacities": Capacity,
    "allowances": Allowance,
    "opening_hours": OpeningHours,
}


def write_listing(
    session: Session,
    service: Service,
    site: Site,
    content: Mapping[str, Any],
    *,
    actor: Actor,
    now: dt.datetime,
    first_state: State = State.DRAFT,
    reason: str = "",
) -> tuple[Listing, bool]:
    """The listing of ``service`` at ``site`` with this content, and whether anything changed.

    ``content`` has the shape of ``directory.listing_content``. Writing the same again changes
    nothing; writing something else makes a new version and keeps the old one.
    """
    offer = clean(content)
    listing = session.scalar(
        select(Listing).where(Listing.service == service, Listing.site == site)
    )
    if listing is None:
        listing = Listing(service=service, site=site, state=first_state, number=0, edited_at=now)
        session.add(listing)
    else:
        before = content_of(listing)
        if before == offer:
            return listing, False
        if before["conditions"] != offer["conditions"]:
            clear_unlisted_criteria(session, listing, actor=actor, now=now)
            settle_corrections(session, listing, actor=actor, now=now)
    _apply(listing, offer, now)
    listing.number += 1
    listing.edited_at, listing.edited_by_id = now, actor.user_id
    mark_if_demo(session, listing, actor)
    session.flush()
    session.add(
        ListingVersion(
            listing_id=listing.id,
            number=listing.number,
            content=offer,
            edited_at=now,
            edited_by_id=actor.user_id,
            reason=reason,
        )
    )
    return listing, True


def announce_changes(
    session: Session, listings: Sequence[Listing], *, actor: Actor, now: dt.datetime
) -> None:
    """Bring search and other processes up to date, and leave an audit line for each listing."""
    ids = [listing.id for listing in listings]
    mark_changed(session, ids)
    refresh(session, ids)
    lines = [
        ("directory:listing:edit", f"listing:{row.id}", {"version": row.number}) for row in listings
    ]
    if lines:
        audit.record_many(session, actor, lines, now=now)


def take_listing_step(
    session: Session,
    listing: Listing,
    name: str,
    *,
    actor: Actor,
    who: Who,
    now: dt.datetime,
    reason: str = "",
) -> Listing:
    """Move a listing along its life; raises ``Conflict`` or ``Forbidden`` with every reason."""
    session.flush()
    session.refresh(listing, LOCKED, with_for_update=True)
    step = LIFE.check(listing.state, name, who, facts_of(listing, actor, now=now, reason=reason))
    listing.state = step.target
    if name in ("verify", "confirm"):
        listing.verified_at, listing.verified_by_id = now, actor.user_id
        listing.is_demo = is_demo(session, actor)
    announce_changes(session, [listing], actor=actor, now=now)
    audit.record(
        session,
        actor,
        f"directory:listing:{name}",
        f"listing:{listing.id}",
        now=now,
        version=listing.number,
    )
    return listing


def facts_of(listing: Listing, actor: Actor, *, now: dt.datetime, reason: str = "") -> ListingFacts:
    """What the guards of a listing's life need to know."""
    points = listing.focal_points
    programme_end = listing.service.programme.ends_on if listing.service.programme else None
    ends = [day for day in (listing.ends_on, programme_end) if day is not None]
    verified_on = listing.verified_at.date() if listing.verified_at else None
    return ListingFacts(
        has_focal_point=bool(points),
        has_deputy=any(point.deputy_name for point in points),
        has_promised_times=bool(listing.promised_hours)
        or any(point.promised_hours for point in points),
        has_criteria=bool(listing.conditions) or listing.has_no_conditions,
        capacity_known_or_unknown=bool(listing.capacities),
        has_cost_model=listing.cost_model is not None,
        has_end_or_none=bool(listing.windows or ends) or listing.has_no_end,
        edited_by=str(listing.edited_by_id) if listing.edited_by_id else "source",
        acting=str(actor.user_id) if actor.user_id else None,
        once_verified=listing.verified_at is not None,
        changed_since_verified=listing.verified_at is None
        or listing.edited_at > listing.verified_at,
        from_public_source=bool(listing.source),
        stale=is_stale(verified_on, now.date(), permanent_public=listing.is_permanent),
        has_ended=bool(ends) and min(ends) < now.date(),
        reason=reason,
    )


def content_of(listing: Listing) -> dict[str, Any]:
    """The offer as plain values, in the shape that versions keep; people in places do not count."""
    content: dict[str, Any] = {name: getattr(listing, name) for name in SCALARS}
    for name, columns in ROWS.items():
        content[name] = [
            {column: getattr(row, column) for column in columns} for row in getattr(listing, name)
        ]
    content["conditions"] = _tree(listing.conditions, None)
    return clean(content)


def _tree(conditions: Sequence[Condition], parent: Any) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.kind,
            "asks": row.asks,
            "hard": row.is_hard,
            "flexible_by": row.flexible_by,
            "source": row.source,
            "parts": _tree(conditions, row.id),
        }
        for row in conditions
        if row.parent_id == parent
    ]


def _apply(listing: Listing, offer: Mapping[str, Any], now: dt.datetime) -> None:
    plain = typed(offer)
    for name in SCALARS:
        setattr(listing, name, plain[name])
    for name, model in ROW_MODELS.items():
        if name != "capacities":
            setattr(listing, name, [model(**row) for row in plain[name]])
    _apply_capacities(listing, plain["capacities"], now)
    listing.conditions = []
    _add_conditions(listing, offer["conditions"], None)


def _apply_capacities(
    listing: Listing, rows: Sequence[Mapping[str, Any]], now: dt.datetime
) -> None:
    """Periods that stay keep their counts: people are in them."""
    before = {(row.from_on, row.until_on): row for row in listing.capacities}
    after = []
    for row in rows:
        period = before.get((row["from_on"], row["until_on"])) or Capacity(held=0, taken=0)
        for column, value in row.items():
            setattr(period, column, value)
        period.updated_at = now
        after.append(period)
    kept = [row for row in before.values() if row not in after and row.held + row.taken > 0]
    listing.capacities = after + kept


def _add_conditions(
    listing: Listing, nodes: Sequence[Mapping[str, Any]], parent: Condition | None
) -> None:
    for node in nodes:
        row = Condition(
            id=uuid4(),
            parent_id=parent.id if parent else None,
            position=len(listing.conditions),
            kind=node["kind"],
            asks=node["asks"],
            is_hard=node["hard"],
            flexible_by=node["flexible_by"],
            source=node["source"],
        )
        listing.conditions.append(row)
        _add_conditions(listing, node["parts"], row)
