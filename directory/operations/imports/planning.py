"""What has to be written for facilities of a list: compared with what is there, nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from directory.column_mapping import ColumnMapping
from directory.import_problems import Problem
from directory.listing_content import clean
from directory.models import Listing, ListingVersion, Service, Site
from directory.operations.imports.placing import Placed

SITE = (
    "name", "country", "region_id", "place_name", "address", "lon", "lat", "precision", "phone",
    "email", "source",
)  # fmt: skip
SERVICE = ("organisation_id", "category", "name", "description", "url")
OFFER = ("source", "opening_hours")
"""Parts of a listing's content that a list says; the rest belongs to whoever keeps the listing."""
_NOTHING_SAID = clean({})


@dataclass(frozen=True, slots=True)
class Addition:
    """A facility that is not there yet."""

    key: str
    site: dict[str, Any]
    service: dict[str, Any]
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A facility of which the list now says something else."""

    listing_id: UUID
    site_id: UUID
    service_id: UUID
    number: int
    site: dict[str, Any]
    service: dict[str, Any]
    content: dict[str, Any]
    offer_differs: bool


@dataclass(slots=True)
class Plan:
    """What to do with one batch."""

    additions: list[Addition] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A facility as it stands here."""

    row: Row[Any]
    is_kept: bool
    """People have edited or verified it: the list leaves it alone."""


def known_facilities(session: Session, batch: Sequence[Placed]) -> dict[str, Known]:
    """Those of a batch that are here, by key."""
    rows = session.execute(_known([one.facility.key for one in batch])).all()
    by_people = _edited_by_people(session, [row.listing_id for row in rows])
    return {
        row.key: Known(
            row, row.listing_id in by_people or row.verified_at is not None or row.is_demo
        )
        for row in rows
    }


def plan(
    batch: Sequence[Placed], mapping: ColumnMapping,
    organisations: Mapping[tuple[str, str], UUID], known: Mapping[str, Known],
) -> Plan:  # fmt: skip
    """What is new, what is different, and what is left alone because people have changed it here.

    ``organisations`` has an id for every owner by country and name.
    """
    made = Plan()
    for placed in batch:
        facility = placed.facility
        organisation = organisations[facility.country, facility.owner_name]
        site, service = _site(placed, mapping), _service(placed, mapping, organisation)
        offer = _offer(placed, mapping)
        here = known.get(facility.key)
        if here is None:
            made.additions.append(Addition(facility.key, site, service, _NOTHING_SAID | offer))
        elif here.is_kept:
            made.problems.append(Problem(facility.row, "kept", found=facility.record))
        else:
            _compare(made, here.row, site, service, offer)
    return made


def _compare(
    made: Plan, row: Row[Any], site: dict[str, Any], service: dict[str, Any], offer: dict[str, Any]
) -> None:
    offer_differs = any(row.content[name] != offer[name] for name in OFFER)
    site_differs = any(getattr(row, f"site_{name}") != site[name] for name in SITE)
    service_differs = any(getattr(row, f"service_{name}") != service[name] for name in SERVICE)
    if not (offer_differs or site_differs or service_differs):
        made.same += 1
        return
    made.changes.append(
        Change(
            row.listing_id, row.site_id, row.service_id, row.number, site, service,
            {**row.content, **offer}, offer_differs,
        )
    )  # fmt: skip


def _known(keys: Sequence[str]) -> Select[Any]:
    """Facilities of a list are one service at one site, both under the facility's key."""
    return (
        select(
            Site.key, Site.id.label("site_id"), Service.id.label("service_id"),
            *(getattr(Site, name).label(f"site_{name}") for name in SITE),
            *(getattr(Service, name).label(f"service_{name}") for name in SERVICE),
            Listing.id.label("listing_id"), Listing.number, Listing.verified_at, Listing.is_demo,
            ListingVersion.content,
        )
        .select_from(Listing)
        .join(Site, Listing.site_id == Site.id)
        .join(Service, Listing.service_id == Service.id)
        .join(
            ListingVersion,
            (ListingVersion.listing_id == Listing.id) & (ListingVersion.number == Listing.number),
        )
        .where(Site.key.in_(keys), Service.key == Site.key)
    )  # fmt: skip


def _edited_by_people(session: Session, listing_ids: Sequence[UUID]) -> frozenset[UUID]:
    query = select(ListingVersion.listing_id).where(
        ListingVersion.listing_id.in_(listing_ids), ListingVersion.edited_by_id.is_not(None)
    )
    return frozenset(session.scalars(query))


def _site(placed: Placed, mapping: ColumnMapping) -> dict[str, Any]:
    one = placed.facility
    return {
        "name": one.name, "country": one.country, "region_id": placed.region_id,
        "place_name": one.place or None, "address": one.address or None, "lon": placed.lon,
        "lat": placed.lat, "precision": placed.precision, "phone": one.phone or None,
        "email": one.email or None, "source": {**mapping.source, "record": one.record},
    }  # fmt: skip


def _service(placed: Placed, mapping: ColumnMapping, organisation: UUID) -> dict[str, Any]:
    one = placed.facility
    language = mapping.language_of(one.country)
    return {
        "organisation_id": organisation, "category": mapping.category,
        "name": {language: one.name}, "description": {language: one.kind} if one.kind else {},
        "url": one.website or None,
    }  # fmt: skip


def _offer(placed: Placed, mapping: ColumnMapping) -> dict[str, Any]:
    one = placed.facility
    hours: list[dict[str, Any]] = [
        {"weekday": span.weekday, "opens_at": span.opens_at, "closes_at": span.closes_at}
        for span in one.hours
    ]
    return {
        "source": {**mapping.source, "record": one.record},
        "opening_hours": clean({"opening_hours": hours})["opening_hours"] if hours else [],
    }
