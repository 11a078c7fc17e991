"""Main towns, the largest first."""

from __future__ import annotations

from collections.abc import Iterator

from shapely.geometry import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.text import N_
from directory.models import Place
from maps.features import Feature
from maps.map_layers import LAYERS, Layer, Scope, Style

MOST = 60


def towns(session: Session, scope: Scope) -> Iterator[Feature]:
    """The most populous places; ``rank`` decides from which zoom one is shown."""
    query = (
        select(Place.geoname_id, Place.name, Place.lon, Place.lat)
        .where(Place.country == scope.country, Place.population.is_not(None))
        .order_by(Place.population.desc(), Place.name)
        .limit(MOST)
    )
    for rank, (geoname_id, name, lon, lat) in enumerate(session.execute(query), start=1):
        yield Feature(Point(lon, lat), {"name": name, "rank": rank}, str(geoname_id))


LAYERS.add(
    Layer(
        "towns",
        N_("Towns"),
        towns,
        40,
        Style("#ffffff", "#3a4450", 1.0, radius=3.5),
        "GeoNames (CC BY 4.0)",
    )
)
