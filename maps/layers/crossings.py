"""Main bridges and ferries of the River Gambia, placed at the towns that they join."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.config import ROOT
from directory.core.i18n import local, words
from directory.core.text import N_
from directory.models import Place
from maps.features import Feature
from maps.map_layers import LAYERS, Layer, Scope, Style

FILE = ROOT / "seeds" / "reference" / "crossings.csv"
"""Reference data, read where they are: positions come from the places by GeoNames number."""
COUNTRIES = ("GM", "SN")
KINDS = {"bridge": N_("Bridge"), "ferry": N_("Ferry")}
TOWN_LEVEL = N_("Drawn at the nearest towns, not at the exact landing")


def crossings(session: Session, scope: Scope) -> Iterator[Feature]:
    """The crossings whose towns are known; one whose place is not known is left out."""
    if scope.country not in COUNTRIES:
        return
    rows = read_crossings()
    numbers = {
        int(row[end]) for row in rows for end in ("geoname_id_a", "geoname_id_b") if row[end]
    }
    query = select(Place.geoname_id, Place.lon, Place.lat).where(Place.geoname_id.in_(numbers))
    towns = {str(geoname_id): (lon, lat) for geoname_id, lon, lat in session.execute(query)}
    for row in rows:
        shape = _shape(row, towns)
        if shape is not None:
            yield Feature(shape, _facts(row), row["code"])


def read_crossings() -> list[dict[str, str]]:
    """The rows of the reference file."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _shape(row: Mapping[str, str], towns: Mapping[str, tuple[float, float]]) -> BaseGeometry | None:
    ends = [towns[row[end]] for end in ("geoname_id_a", "geoname_id_b") if row[end] in towns]
    if len(ends) == 2:
        return LineString(ends)
    return Point(ends[0]) if ends else None


def _facts(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": local({"en": row["name_en"], "fr": row["name_fr"]}),
        "kind": row["kind"],
        "label": words(KINDS[row["kind"]]),
        "note": words(TOWN_LEVEL),
        "source": row["source_url"],
        "source_date": row["source_date"],
    }


LAYERS.add(
    Layer(
        "crossings",
        N_("Bridges and ferries"),
        crossings,
        30,
        Style("#16191d", "#ffffff", 2.0, dash="4 3", radius=6.0),
        "GeoNames (CC BY 4.0)",
        note=TOWN_LEVEL,
    )
)
