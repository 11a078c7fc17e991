"""What a search found as rows of a file: in order, some hundreds at a time, never one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from directory.audience import Audience, visible_to
from directory.categories import CATEGORIES
from directory.core.text import Text
from directory.export_columns import Value, told
from directory.listing_life import SEARCHABLE
from directory.models import Listing, OpeningHours, Organisation, Programme, Service, Site
from directory.opening_hours import Hours, week_notation
from directory.queries.regions import RegionNode, RegionTree
from directory.queries.search import Found
from directory.visibility import Precision

BATCH = 500
"""Listings in memory at a time; SQLite takes a limited number of parameters a statement."""
DECIMALS = 5
"""Of a position, about one metre: as on the map."""
WITH_POSITION = frozenset({Precision.SITE, Precision.TOWN})
"""Others stand on a pin that their region shares, which in a file would look like a place."""
WIDEST = Audience.PARTNERS
"""What only protection staff may know of leaves by no file (protocol A.17)."""
Cells: TypeAlias = Mapping[str, Value]


def exported_rows(
    session: Session,
    found: Found,
    *,
    audience: Audience,
    language: str,
    words: Callable[[Text], str],
) -> Iterator[Cells]:
    """A row by code of column (``directory.export_columns``) for each listing that was found.

    What has been hidden or ended since the search was made is left out. Names are those of
    ``language``, others where there is none; ``words`` writes the labels of categories.
    """
    seen = min(audience, WIDEST)
    regions = found.snapshot.regions
    labels = {code: words(one.label) for code, one in CATEGORIES.items()}
    for start in range(0, len(found), BATCH):
        ids = found.ids(start, start + BATCH)
        rows = {row.id: row for row in session.execute(_rows(ids, seen))}
        hours = _hours(session, list(rows))
        for key in ids:
            if key in rows:
                row = rows[key]
                yield (
                    _offer(row, labels, language, week_notation(hours[key]))
                    | _place(row, regions)
                    | _provenance(row)
                )


def _rows(ids: Sequence[UUID], audience: Audience) -> Select[Any]:
    return (
        select(
            Listing.id, Listing.state, Listing.visibility, Listing.verified_at, Listing.edited_at,
            Listing.is_demo, Listing.cost_model, Listing.price, Listing.currency,
            Listing.languages, Listing.supports, Listing.accepts_self_referral, Listing.ends_on,
            Listing.source, Service.name, Service.description,
            Service.category, Service.url, Organisation.name.label("organisation"),
            Organisation.kind, Programme.ends_on.label("programme_ends_on"),
            Site.name.label("site"), Site.country, Site.region_id,
            Site.place_name, Site.address, Site.lon, Site.lat, Site.precision, Site.phone,
            Site.email, Site.accessibility,
        )
        .join(Service, Listing.service_id == Service.id)
        .join(Organisation, Service.organisation_id == Organisation.id)
        .join(Site, Listing.site_id == Site.id)
        .outerjoin(Programme, Service.programme_id == Programme.id)
        .where(
            Listing.id.in_(ids),
            Listing.state.in_(SEARCHABLE),
            Listing.visibility.in_(visible_to(audience)),
        )
    )  # fmt: skip


def _hours(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, list[Hours]]:
    query = select(
        OpeningHours.listing_id, OpeningHours.weekday, OpeningHours.opens_at,
        OpeningHours.closes_at,
    ).where(OpeningHours.listing_id.in_(ids))  # fmt: skip
    spans: dict[UUID, list[Hours]] = defaultdict(list)
    for key, weekday, opens_at, closes_at in session.execute(query):
        spans[key].append(Hours(weekday, opens_at, closes_at))
    return spans


def _offer(row: Row[Any], labels: Mapping[str, str], language: str, hours: str) -> dict[str, Value]:
    ends = [day for day in (row.ends_on, row.programme_ends_on) if day is not None]
    self_referral = {True: "yes", False: "no", None: None}[row.accepts_self_referral]
    return {
        "id": str(row.id),
        "name": told(_local(row.name, language)),
        "category": row.category,
        "category_label": labels.get(row.category),
        "description": told(_local(row.description, language)),
        "organisation": told(row.organisation),
        "organisation_kind": row.kind.value,
        "opening_hours": hours or None,
        "languages": "; ".join(row.languages) or None,
        "accessibility": "; ".join(sorted({*row.accessibility, *row.supports})) or None,
        "self_referral": self_referral,
        "cost": row.cost_model,
        "price": row.price,
        "currency": row.currency,
        "ends_on": min(ends, default=None),
    }


def _place(row: Row[Any], regions: RegionTree) -> dict[str, Value]:
    """Where it is, as far as everybody who may see it may know."""
    hidden = row.precision is Precision.HIDDEN
    around = {node.level: node for node in regions.around(row.region_id)}
    region, district = around.get(1), None if hidden else around.get(2)
    exact = row.precision in WITH_POSITION and row.lon is not None
    return {
        "country": row.country,
        "region": _name(region),
        "region_code": region.code if region else None,
        "district": _name(district),
        "district_code": district.code if district else None,
        "place": None if hidden else told(row.place_name or row.site),
        "address": None if hidden else told(row.address),
        "lon": round(row.lon, DECIMALS) if exact else None,
        "lat": round(row.lat, DECIMALS) if exact else None,
        "precision": row.precision.value,
        "phone": told(row.phone),
        "email": told(row.email),
        "website": told(row.url),
    }


def _provenance(row: Row[Any]) -> dict[str, Value]:
    return {
        "state": row.state.value,
        "verified_on": row.verified_at.date() if row.verified_at else None,
        "edited_on": row.edited_at.date(),
        "source": told(row.source.get("citation")),
        "source_url": told(row.source.get("url")),
        "source_date": told(str(row.source.get("date") or "")),
        "visibility": row.visibility.value,
        "demonstration": "yes" if row.is_demo else "no",
    }


def _name(node: RegionNode | None) -> str | None:
    return told(node.name) if node else None


def _local(texts: Mapping[str, str], language: str) -> str | None:
    return texts.get(language) or next((text for text in texts.values() if text), None)
