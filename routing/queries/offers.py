"""Listings as the engine reads them: conditions and offers, equal ones made once, in few queries."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, cast, or_, select
from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from directory.costs import CostModel
from directory.intake import Window, feasible_start
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
from directory.organisation_kinds import OrganisationKind
from directory.queries.regions import RegionTree
from directory.visibility import Precision, Visibility
from routing import offer as offers
from routing.conditions import Every, tree
from routing.offer import Area, Costs, Offer
from routing.regions import Region

log = logging.getLogger(__name__)

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


class Offered(NamedTuple):
    """One listing. Numbers stand for equal things (``Catalogue``)."""

    id: UUID
    conditions: int
    template: int
    places: int
    organisation: str
    region: Region
    category: str
    country: str
    asked: int
    answered: int


class Catalogue:
    """What listings share: trees of conditions, offers without what is a listing's own, places."""

    def __init__(self) -> None:
        self.conditions: list[Every] = []
        self.templates: list[Offer] = []
        self.places: list[Places] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, kind: list[Any], key: Hashable, make: Callable[[], Any]) -> int:
        """Number of the thing with this key in one of the lists, made if it was never met."""
        found = self._numbers.get((id(kind), key))
        if found is None:
            found = self._numbers[id(kind), key] = len(kind)
            kind.append(make())
        return found

    def offer(self, listing: Offered) -> Offer:
        """The listing's own offer, before anybody seeks it."""
        return replace(
            self.templates[listing.template],
            key=str(listing.id),
            organisation=listing.organisation,
            region=listing.region,
            **self.places[listing.places]._asdict(),
        )


def offered(
    session: Session, catalogue: Catalogue, regions: RegionTree, today: dt.date, ids: Sequence[UUID]
) -> Iterator[Offered]:
    """The listings with these ids (smallest first), in no order.

    A listing whose conditions cannot be read is left out and logged: nobody is sent to it.
    """
    wanted = frozenset(ids)
    for of in _chunks(ids):
        parts = _Parts(session, of, today)
        for row in session.execute(_listing_rows().where(of(Listing.id))):
            if row.id not in wanted:
                continue
            try:
                yield _offered(row, parts, catalogue, regions, today)
            except Invalid as error:
                log.error("listing %s is left out of proposals: %s", row.id, error.fields)  # noqa: TRY400 -- no trace needed


def region_path(regions: RegionTree, key: UUID | None) -> Region:
    """The codes from the country down to the region; empty when nobody wrote the region."""
    chain = regions.around(key)
    if not chain:
        return ()
    return (chain[-1].country, *(node.code or str(node.id) for node in reversed(chain)))


class _Parts:
    """The repeated parts of some listings, by listing, as hashable values."""

    def __init__(self, session: Session, of: Of, today: dt.date) -> None:
        self.conditions = _grouped(session, _condition_rows().where(of(Condition.listing_id)))
        self.windows = _grouped(session, _window_rows().where(of(IntakeWindow.listing_id)))
        self.allowances = _grouped(session, _allowance_rows().where(of(Allowance.listing_id)))
        self.places = _places(session, of, today)


def _offered(
    row: Row[Any], parts: _Parts, catalogue: Catalogue, regions: RegionTree, today: dt.date
) -> Offered:
    conditions = parts.conditions.get(row.id, ())
    windows = tuple(tuple(one[1:]) for one in parts.windows.get(row.id, ()))
    allowances = tuple(tuple(one[1:]) for one in parts.allowances.get(row.id, ()))
    hidden = row.precision is Precision.HIDDEN or row.visibility is Visibility.HIDDEN_ADDRESS
    terms = (*row[TERMS], hidden, windows, allowances)
    path = region_path(regions, row.region_id)
    counts = parts.places.get(row.id, Places())
    return Offered(
        row.id,
        catalogue.number(catalogue.conditions, _anonymous(conditions), lambda: _tree(conditions)),
        catalogue.number(
            catalogue.templates, terms, lambda: _template(row, hidden, windows, allowances, today)
        ),
        catalogue.number(catalogue.places, counts, lambda: counts),
        row.organisation,
        path[:2] if hidden else path,
        row.category,
        row.country,
        row.asked,
        row.answers,
    )


TERMS = slice(11, None)
"""Columns of ``_listing_rows`` that make the template."""


def _listing_rows() -> Select[Any]:
    return (
        select(
            Listing.id, Listing.visibility, Listing.asked, Listing.answers, Service.category,
            Organisation.key.label("organisation"), Site.country, Site.region_id, Site.precision,
            Site.lon, Site.lat,
            Organisation.kind, Site.is_urban, Listing.ends_on, Programme.ends_on.label("programme_ends_on"),
            Programme.margin_days, Listing.has_no_end, Listing.duration_days, Listing.hours_per_week,
            Listing.cost_model, Listing.price, Listing.currency, Listing.accepts_self_referral,
            Listing.accepts_incomplete, Listing.waitlist_days,
            *(cast(column, Text).label(name) for name, column in _LISTS.items()),
        )
        .join(Service, Listing.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Site, Listing.site_id == Site.id)
        .outerjoin(Programme, Service.programme_id == Programme.id)
    )  # fmt: skip


_LISTS: Mapping[str, Any] = {
    "languages": Listing.languages,
    "supports": Listing.supports,
    "accessibility": Site.accessibility,
    "specialties": Listing.specialties,
    "sectors": Listing.sectors,
    "saturated": Listing.saturated_sectors,
    "allowed_senders": Listing.allowed_senders,
}


def _template(
    row: Row[Any],
    hidden: bool,
    windows: tuple[Any, ...],
    allowances: tuple[Any, ...],
    today: dt.date,
) -> Offer:
    found = tuple(
        Window(opens, closes, starts, recurrence or "", cut_off or 0)
        for opens, closes, starts, recurrence, cut_off in windows
    )
    ends = [day for day in (row.ends_on, row.programme_ends_on) if day is not None]
    codes = {name: frozenset(json.loads(getattr(row, name) or "[]")) for name in _LISTS}
    return Offer(
        is_government=row.kind == OrganisationKind.PUBLIC,
        area=None if row.is_urban is None else Area.URBAN if row.is_urban else Area.RURAL,
        is_hidden=hidden,
        windows=found,
        starts_on=feasible_start(found, today) if found else None,
        programme_ends_on=min(ends, default=None),
        has_no_end=row.has_no_end,
        end_margin_days=row.margin_days or 0,
        duration_days=row.duration_days,
        hours_week=row.hours_per_week,
        costs=Costs(
            model=CostModel(row.cost_model) if row.cost_model else None,
            price=_number(row.price),
            currency=row.currency,
            allowances=tuple(
                offers.Allowance(kind, _number(amount), per) for kind, amount, per in allowances
            ),
        ),
        languages=codes["languages"],
        supports=codes["supports"] | codes["accessibility"],
        specialties=codes["specialties"],
        sectors=codes["sectors"],
        saturated=codes["saturated"],
        allowed_senders=codes["allowed_senders"],
        self_referral=row.accepts_self_referral,
        accepts_incomplete=row.accepts_incomplete,
        has_waiting_list=row.waitlist_days is not None,
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _condition_rows() -> Select[Any]:
    return select(
        Condition.listing_id, Condition.id, Condition.parent_id, Condition.kind,
        cast(Condition.asks, Text).label("asks"), Condition.is_hard, Condition.flexible_by, Condition.source,
    ).order_by(Condition.listing_id, Condition.position, Condition.id)  # fmt: skip


def _anonymous(rows: Sequence[Row[Any]]) -> Hashable:
    """Conditions without their keys, so that equal ones of two listings are equal."""
    places = {row.id: place for place, row in enumerate(rows)}
    return tuple((places.get(row.parent_id), *row[3:]) for row in rows)


def _tree(rows: Sequence[Row[Any]]) -> Every:
    def below(parent: UUID | None) -> list[dict[str, Any]]:
        return [
            {
                "kind": row.kind, "asks": json.loads(row.asks), "hard": row.is_hard,
                "flexible_by": row.flexible_by, "source": row.source, "parts": below(row.id),
            }
            for row in rows
            if row.parent_id == parent
        ]  # fmt: skip

    return tree(below(None))


def _window_rows() -> Select[Any]:
    return select(
        IntakeWindow.listing_id, IntakeWindow.opens_on, IntakeWindow.closes_on, IntakeWindow.starts_on,
        IntakeWindow.recurrence, IntakeWindow.cut_off_days,
    ).order_by(IntakeWindow.listing_id, IntakeWindow.opens_on, IntakeWindow.id)  # fmt: skip


def _allowance_rows() -> Select[Any]:
    return select(Allowance.listing_id, Allowance.kind, Allowance.amount, Allowance.per).order_by(
        Allowance.listing_id, Allowance.kind, Allowance.id
    )


def _places(session: Session, of: Of, today: dt.date) -> dict[UUID, Places]:
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


def _chunks(ids: Sequence[UUID]) -> Iterator[Of]:
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
