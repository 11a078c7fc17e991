"""Writes the plan of an import in bulk: thousands of rows in a few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from directory.column_mapping import ColumnMapping
from directory.core.db import WGS84, insert_many
from directory.facility_rows import Facility, slug
from directory.listing_content import SCALARS, typed
from directory.listing_life import LIFE, ListingFacts, State
from directory.models import (
    Listing,
    ListingVersion,
    OpeningHours,
    Organisation,
    Service,
    Site,
)
from directory.operations.imports.planning import Addition, Change
from directory.who import Who

_SITE = cast("Table", Site.__table__)


def organisation_ids(
    session: Session, facilities: Iterable[Facility], mapping: ColumnMapping, *, write: bool
) -> dict[tuple[str, str], UUID]:
    """An organisation for every owner, one a country; added where it is missing and may be."""
    wanted = {(one.country, one.owner_name): one for one in facilities}
    keys = {_organisation_key(mapping, *name): name for name in wanted}
    query = select(Organisation.key, Organisation.id).where(Organisation.key.in_(sorted(keys)))
    known = {keys[key]: number for key, number in session.execute(query)}
    for key, name in keys.items():
        if name not in known:
            known[name] = uuid4()
            if write:
                session.add(
                    Organisation(
                        id=known[name], key=key, name=wanted[name].owner_name, alternate_names=[],
                        kind=wanted[name].owner.kind, country=name[0], source=dict(mapping.source),
                    )
                )  # fmt: skip
    session.flush()
    return known


def add(session: Session, additions: Sequence[Addition], *, now: dt.datetime) -> list[UUID]:
    """Sites, services, listings and their first versions; the new listings."""
    if not additions:
        return []
    step = LIFE.check(State.NEW, "load", Who.SYS, ListingFacts(from_public_source=True))
    ids = [(uuid4(), uuid4(), uuid4()) for _ in additions]
    sites = [
        {"id": site, "key": one.key, "is_urban": None, "accessibility": [], **one.site}
        for one, (site, _, _) in zip(additions, ids, strict=True)
    ]
    insert_many(session, Site, [row | {"point": _wkt(row)} for row in sites])
    services = [
        {"id": service, "key": one.key, "programme_id": None, **one.service}
        for one, (_, service, _) in zip(additions, ids, strict=True)
    ]
    insert_many(session, Service, services)
    listings = [
        {"id": key, "service_id": service, "site_id": site, "state": step.target, "number": 1,
         "edited_at": now, "edited_by_id": None, **_scalars(one.content)}
        for one, (site, service, key) in zip(additions, ids, strict=True)
    ]  # fmt: skip
    insert_many(session, Listing, listings)
    written = [(key, 1, one.content) for one, (_, _, key) in zip(additions, ids, strict=True)]
    _write_versions(session, written, now)
    _write_hours(session, written)
    return [key for _, _, key in ids]


def change(session: Session, changes: Sequence[Change], *, now: dt.datetime) -> list[UUID]:
    """Bring facilities to what the list says now; listings whose offer differs get a version."""
    if not changes:
        return []
    _rewrite_sites(session, [{"b_id": one.site_id, **one.site} for one in changes])
    session.execute(update(Service), [{"id": one.service_id, **one.service} for one in changes])
    offers = [one for one in changes if one.offer_differs]
    if offers:
        rows = [
            {"id": one.listing_id, "number": one.number + 1, "source": one.content["source"],
             "edited_at": now}
            for one in offers
        ]  # fmt: skip
        session.execute(update(Listing), rows)
        written = [(one.listing_id, one.number + 1, one.content) for one in offers]
        _write_versions(session, written, now)
        listing_ids = [one.listing_id for one in offers]
        session.execute(delete(OpeningHours).where(OpeningHours.listing_id.in_(listing_ids)))
        _write_hours(session, written)
    return [one.listing_id for one in changes]


def count_again(session: Session) -> None:
    """Let the database look at the sizes of the tables that have grown."""
    for model in (Site, Service, Listing, ListingVersion):
        session.execute(text(f"ANALYZE {model.__tablename__}"))


def _rewrite_sites(session: Session, sites: Sequence[dict[str, Any]]) -> None:
    statement = _SITE.update().where(_SITE.c.id == bindparam("b_id"))
    session.connection().execute(statement, [row | {"point": _wkt(row)} for row in sites])


def _write_versions(
    session: Session, written: Sequence[tuple[UUID, int, dict[str, Any]]], now: dt.datetime
) -> None:
    rows = [
        {"listing_id": key, "number": number, "content": content, "edited_at": now,
         "edited_by_id": None, "reason": "import"}
        for key, number, content in written
    ]  # fmt: skip
    insert_many(session, ListingVersion, rows)


def _write_hours(session: Session, written: Sequence[tuple[UUID, int, dict[str, Any]]]) -> None:
    rows = [
        {"listing_id": key, **span}
        for key, _, content in written
        if content["opening_hours"]
        for span in typed(content)["opening_hours"]
    ]
    insert_many(session, OpeningHours, rows)


def _scalars(content: dict[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in SCALARS}


def _wkt(row: dict[str, Any]) -> str | None:
    if row["lon"] is None:
        return None
    return f"SRID={WGS84};POINT({row['lon']!r} {row['lat']!r})"


def _organisation_key(mapping: ColumnMapping, country: str, name: str) -> str:
    return f"{mapping.list_code}-{country.lower()}-{slug(name)}"[:80]
