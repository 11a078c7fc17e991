"""Load regions and places from the files of ``seeds/reference``; loading again changes nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from shapely.geometry import MultiPolygon, shape
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from directory.core.db import WGS84
from directory.folding import fold
from directory.models import Place, Region, RegionCode

FOLDER = Path(__file__).parent / "reference"


def load_regions(session: Session) -> int:
    """Add the regions that are not there yet, with shapes and codes; how many were added."""
    features = json.loads((FOLDER / "regions.geojson").read_text("utf-8"))["features"]
    known = {tuple(key): id_ for id_, *key in _known_regions(session)}
    added = 0
    for feature in sorted(features, key=lambda one: int(one["properties"]["level"])):
        facts = feature["properties"]
        key = (facts["country"], facts["level"], facts["code"] or None, facts["name"])
        if key in known:
            continue
        parent = next(
            (
                id_
                for (c, level, code, _), id_ in known.items()
                if code and code == facts["parent"] and c == facts["country"]
            ),
            None,
        )
        known[key] = _add_region(session, feature, parent)
        added += 1
    return added


def _known_regions(session: Session) -> list[tuple[UUID, str, int, str | None, str]]:
    query = select(Region.id, Region.country, Region.level, Region.code, Region.name)
    return [tuple(row) for row in session.execute(query)]


def _add_region(session: Session, feature: dict[str, Any], parent: UUID | None) -> UUID:
    facts, area = feature["properties"], shape(feature["geometry"])
    inside = area.representative_point()
    whole = area if isinstance(area, MultiPolygon) else MultiPolygon([area])
    region = Region(
        id=uuid4(),
        country=facts["country"],
        level=facts["level"],
        code=facts["code"] or None,
        name=facts["name"],
        parent_id=parent,
        lon=inside.x,
        lat=inside.y,
        shape=func.ST_GeomFromText(whole.wkt, WGS84),
    )
    if region.code:
        region.codes.append(RegionCode(scheme="ISO 3166-2", value=region.code))
    session.add(region)
    session.flush()
    return region.id


def load_places(session: Session) -> int:
    """Add the places that are not there yet; how many were added."""
    known = set(session.scalars(select(Place.geoname_id)))
    query = select(Region.id, Region.code).order_by(Region.level.desc())
    regions = {code: id_ for id_, code in session.execute(query) if code}
    rows = [row for row in _places(regions) if row["geoname_id"] not in known]
    if rows:
        session.execute(insert(Place), rows)
    return len(rows)


def _places(regions: dict[str, UUID]) -> Iterator[dict[str, Any]]:
    with (FOLDER / "places.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {
                "geoname_id": int(row["geoname_id"]),
                "country": row["country"],
                "name": row["name"],
                "folded": fold(row["name"]),
                "region_id": regions.get(row["region"]),
                "alternate_names": [name for name in row["alternate_names"].split(";") if name],
                "lon": float(row["longitude"]),
                "lat": float(row["latitude"]),
                "population": int(row["population"] or 0) or None,
            }
