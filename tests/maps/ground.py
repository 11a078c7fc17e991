"""Real ground under tests of maps: reference regions and places of some countries."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, shape
from sqlalchemy.orm import Session

from directory.core.db import WGS84
from directory.folding import fold
from directory.models import Place, Region

REFERENCE = Path(__file__).resolve().parents[2] / "seeds" / "reference"


def put_ground(session: Session, *countries: str) -> None:
    """Add the widest regions and the places of the countries."""
    features = json.loads((REFERENCE / "regions.geojson").read_text("utf-8"))["features"]
    for feature in features:
        facts = feature["properties"]
        if facts["country"] in countries and facts["level"] == 1:
            area = shape(feature["geometry"])
            inside = area.representative_point()
            whole = area if isinstance(area, MultiPolygon) else MultiPolygon([area])
            session.add(
                Region(
                    country=facts["country"], level=1, code=facts["code"], name=facts["name"],
                    lon=inside.x, lat=inside.y, shape=from_shape(whole, WGS84),
                )
            )  # fmt: skip
    with (REFERENCE / "places.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["country"] in countries:
                session.add(
                    Place(
                        geoname_id=int(row["geoname_id"]), country=row["country"], name=row["name"],
                        folded=fold(row["name"]), alternate_names=[], lon=float(row["longitude"]),
                        lat=float(row["latitude"]), population=int(row["population"] or 0) or None,
                    )
                )  # fmt: skip
    session.flush()
