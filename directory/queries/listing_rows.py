"""Listings read from the database into arrays: a hundred thousand at once, so without objects.

Identifiers, codes and lists come as text and are read once for each distinct value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from sqlalchemy import Row, Select, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from directory.listing_life import SEARCHABLE
from directory.models import Listing, ListingText, Organisation, Programme, Service, Site
from directory.queries.columns import (
    ENDLESS,
    NEVER,
    PRECISIONS,
    STATES,
    UNSAID,
    VISIBILITIES,
    Codes,
    Columns,
    Ints,
    Vocabulary,
    day_number,
    halves_of_hex,
    positions,
)

T = TypeVar("T")
FINDABLE = frozenset(state.value for state in SEARCHABLE)
IDS_A_STATEMENT = 500
"""SQLite takes a limited number of parameters."""


def findable_rows(session: Session) -> Sequence[Row[Any]]:
    """Every listing that can be found, by id."""
    return session.connection().execute(_rows().where(Listing.state.in_(SEARCHABLE))).all()


def changed_rows(session: Session, number: int, own: frozenset[UUID]) -> Sequence[Row[Any]]:
    """Listings changed after ``number`` and those that this transaction is changing, by id."""
    connection, ids = session.connection(), sorted(own)
    found = {row.id: row for row in connection.execute(_rows().where(Listing.changed_in > number))}
    for start in range(0, len(ids), IDS_A_STATEMENT):
        some = ids[start : start + IDS_A_STATEMENT]
        found.update(
            {row.id: row for row in connection.execute(_rows().where(Listing.id.in_(some)))}
        )
    return [found[key] for key in sorted(found)]


def columns_of(rows: Sequence[Row[Any]], codes: Vocabulary, since: int, number: int) -> Columns:
    """The rows as arrays; ``since`` and ``number`` say which changes they hold."""
    values = dict(zip(_NAMES, zip(*rows, strict=True) if rows else [()] * len(_NAMES), strict=True))
    high, low = halves_of_hex(values["id"])
    lon, lat, ecef = positions(values["lon"], values["lat"])
    return Columns(
        since=since,
        number=number,
        id_high=high,
        id_low=low,
        document=_each(values["document"], lambda document: -1 if document is None else document),
        category=codes.category.column(values["category"]),
        kind=codes.kind.column(values["kind"]),
        cost=codes.cost.column(values["cost_model"]),
        country=codes.country.column(values["country"]),
        region=_keys(codes.region, values["region"]),
        organisation=_keys(codes.organisation, values["organisation"]),
        languages=codes.lists.json_column(values["languages"]),
        accessibility=codes.lists.json_column(values["accessibility"]),
        supports=codes.lists.json_column(values["supports"]),
        sectors=codes.lists.json_column(values["sectors"]),
        specialties=codes.lists.json_column(values["specialties"]),
        state=_each(values["state"], _places(STATES)).astype(np.int8),
        visibility=_each(values["visibility"], _places(VISIBILITIES)).astype(np.int8),
        precision=_each(values["precision"], _places(PRECISIONS)).astype(np.int8),
        is_urban=_each(values["is_urban"], _answer).astype(np.int8),
        self_referral=_each(values["accepts_self_referral"], _answer).astype(np.int8),
        has_no_end=np.array(values["has_no_end"], dtype=bool),
        is_permanent=np.array(values["is_permanent"], dtype=bool),
        verified_on=_each(values["verified_at"], _verified_on),
        ends_on=np.minimum(
            _each(values["ends_on"], _last_day), _each(values["programme_ends_on"], _last_day)
        ),
        lon=lon,
        lat=lat,
        ecef=ecef,
    )


def _text(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[str]:
    return cast(column, Text).label(name)


def _hex(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[str]:
    """An identifier as 32 hexadecimal digits: how SQLite keeps it, PostgreSQL without hyphens."""
    return func.replace(cast(column, Text), "-", "").label(name)


_COLUMNS: tuple[Any, ...] = (
    _hex(Listing.id, "id"),
    ListingText.document,
    _text(Listing.state, "state"),
    _text(Listing.visibility, "visibility"),
    Listing.cost_model,
    Listing.verified_at,
    Listing.ends_on,
    Programme.ends_on.label("programme_ends_on"),
    Listing.has_no_end,
    Listing.is_permanent,
    Listing.accepts_self_referral,
    _text(Listing.languages, "languages"),
    _text(Listing.supports, "supports"),
    _text(Listing.sectors, "sectors"),
    _text(Listing.specialties, "specialties"),
    _text(Site.accessibility, "accessibility"),
    Service.category,
    _hex(Service.organisation_id, "organisation"),
    _text(Organisation.kind, "kind"),
    Site.country,
    _hex(Site.region_id, "region"),
    Site.lon,
    Site.lat,
    _text(Site.precision, "precision"),
    Site.is_urban,
)
_NAMES = tuple(column.name for column in _COLUMNS)


def _rows() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .select_from(Listing)
        .join(Service, Listing.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Site, Listing.site_id == Site.id)
        .outerjoin(Programme, Service.programme_id == Programme.id)
        .outerjoin(ListingText, ListingText.listing_id == Listing.id)
        .order_by(Listing.id)
    )


def _each(values: Iterable[Hashable], number: Callable[[Any], int]) -> Ints:
    """A number for each value, worked out once for each distinct one."""
    known: dict[Hashable, int] = {}
    found = []
    for value in values:
        if value not in known:
            known[value] = number(value)
        found.append(known[value])
    return np.array(found, dtype=np.int32)


def _keys(codes: Codes, texts: Iterable[str | None]) -> Ints:
    return _each(texts, lambda text: codes.number(UUID(text) if text else None))


def _places(kinds: Sequence[Any]) -> Callable[[str], int]:
    places = {kind.value: place for place, kind in enumerate(kinds)}
    return lambda value: places[value]


def _answer(value: bool | None) -> int:
    return UNSAID if value is None else int(value)


def _verified_on(at: dt.datetime | None) -> int:
    return day_number(at.date() if at else None, NEVER)


def _last_day(day: dt.date | None) -> int:
    return day_number(day, ENDLESS)
