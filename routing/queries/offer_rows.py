"""The rows that listings are made of, for many listings in few statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, cast, or_, select
from sqlalchemy.orm import Session

from directory.models import (
    Allowance,
    Capacity,
    Condition,
    GroupPlaces,
    IntakeWindow,
    Listing,
    Organisation,
    Programme,
    Service,
    Site,
)

IDS_A_STATEMENT = 500
"""SQLite takes a limited number of parameters."""
LISTINGS_AT_ONCE = 10_000
"""Many listings are read by ranges of ids, so that their rows are never all in memory."""
Of = Callable[[Any], ColumnElement[bool]]
"""Condition on a column of listing ids."""


class Places(NamedTuple):
    """Counts of the period that counts today; field names are those of ``Offer``."""

    places: int | None = None
    held: int = 0
    taken: int = 0
    next_place_on: dt.date | None = None
    taken_by_group: tuple[tuple[str, int], ...] = ()

    @property
    def free_share(self) -> float | None:
        """Free part of the capacity; nothing if nobody wrote it."""
        if not self.places:
            return None
        return max(self.places - self.held - self.taken, 0) / self.places


class Parts:
    """The repeated parts of some listings, by listing, as hashable values."""

    def __init__(self, session: Session, of: Of, today: dt.date) -> None:
        self.conditions = _grouped(session, condition_rows().where(of(Condition.listing_id)))
        self.windows = _grouped(session, window_rows().where(of(IntakeWindow.listing_id)))
        self.allowances = _grouped(session, allowance_rows().where(of(Allowance.listing_id)))
        self.places = places_of(session, of, today)


TERMS = slice(11, None)
"""Columns of ``listing_rows`` that make the template."""


def listing_rows() -> Select[Any]:
    return (
        select(
            Listing.id, Listing.visibility, Listing.asked, Listing.answers, Service.category,
            Organisation.key.label("organisation"), Site.country, Site.region_id, Site.precision,
            Site.lon, Site.lat,
            Organisation.kind, Site.is_urban, Listing.ends_on, Programme.ends_on.label("programme_ends_on"),
            Programme.margin_days, Listing.has_no_end, Listing.duration_days, Listing.hours_per_week,
            Listing.cost_model, Listing.price, Listing.currency, Listing.accepts_self_referral,
            Listing.accepts_incomplete, Listing.waitlist_days,
            cast(Listing.cost_terms, Text).label("cost_terms"),
            *(cast(column, Text).label(name) for name, column in LISTS.items()),
        )
        .join(Service, Listing.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Site, Listing.site_id == Site.id)
        .outerjoin(Programme, Service.programme_id == Programme.id)
    )  # fmt: skip


LISTS: Mapping[str, Any] = {
    "languages": Listing.languages,
    "supports": Listing.supports,
    "accessibility": Site.accessibility,
    "specialties": Listing.specialties,
    "sectors": Listing.sectors,
    "saturated": Listing.saturated_sectors,
    "allowed_senders": Listing.allowed_senders,
}


def condition_rows() -> Select[Any]:
    return select(
        Condition.listing_id, Condition.id, Condition.parent_id, Condition.kind,
        cast(Condition.asks, Text).label("asks"), Condition.is_hard, Condition.flexible_by, Condition.source,
    ).order_by(Condition.listing_id, Condition.position, Condition.id)  # fmt: skip


def window_rows() -> Select[Any]:
    return select(
        IntakeWindow.listing_id, IntakeWindow.opens_on, IntakeWindow.closes_on, IntakeWindow.starts_on,
        IntakeWindow.recurrence, IntakeWindow.cut_off_days,
    ).order_by(IntakeWindow.listing_id, IntakeWindow.opens_on, IntakeWindow.id)  # fmt: skip


def allowance_rows() -> Select[Any]:
    return select(
        Allowance.listing_id, Allowance.kind, Allowance.amount, Allowance.per, Allowance.age_from,
        Allowance.age_to,
    ).order_by(Allowance.listing_id, Allowance.kind, Allowance.id)  # fmt: skip


def places_of(session: Session, of: Of, today: dt.date) -> dict[UUID, Places]:
    """The present period of each listing, else the next one: the one that places are taken from."""
    query = (
        select(
            Capacity.listing_id, Capacity.id, Capacity.places, Capacity.held, Capacity.taken, Capacity.next_on
        )
        .where(or_(Capacity.until_on.is_(None), Capacity.until_on >= today))
        .order_by(Capacity.listing_id, Capacity.from_on.nulls_first(), Capacity.id)
    )  # fmt: skip
    groups: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    of_groups = select(
        GroupPlaces.capacity_id, GroupPlaces.population_group, GroupPlaces.taken
    ).join(Capacity, Capacity.id == GroupPlaces.capacity_id)
    for capacity_id, group, taken in session.execute(of_groups.where(of(Capacity.listing_id))):
        groups[capacity_id].append((group, taken))
    found: dict[UUID, Places] = {}
    for row in session.execute(query.where(of(Capacity.listing_id))):
        if row.listing_id not in found:
            by_group = tuple(sorted(groups.get(row.id, ())))
            found[row.listing_id] = Places(row.places, row.held, row.taken, row.next_on, by_group)
    return found


def _grouped(session: Session, query: Select[Any]) -> dict[UUID, tuple[Row[Any], ...]]:
    """Rows by listing."""
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(query):
        found[row.listing_id].append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def chunks(ids: Sequence[UUID]) -> Iterator[Of]:
    if len(ids) <= LISTINGS_AT_ONCE // 2:
        for start in range(0, len(ids), IDS_A_STATEMENT):
            yield partial(_is_one_of, ids[start : start + IDS_A_STATEMENT])
        return
    for start in range(0, len(ids), LISTINGS_AT_ONCE):
        some = ids[start : start + LISTINGS_AT_ONCE]
        yield partial(_lies_between, some[0], some[-1])


def _is_one_of(ids: Sequence[UUID], column: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_(ids)
    return found


def _lies_between(first: UUID, last: UUID, column: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.between(first, last)
    return found
