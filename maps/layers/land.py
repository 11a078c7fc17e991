"""Land: rough outlines of the countries around, so that the sea shows where it is."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from directory.core.text import N_
from maps.features import Feature
from maps.map_layers import LAYERS, Layer, Scope, Style
from maps.queries.country_shapes import country_outlines

TOLERANCE_DEGREES = 0.06
"""About seven kilometres: the country asked for is drawn exactly by the layer of regions above."""
SMALLEST_ISLAND = 0.01
"""Square degrees; smaller ones are left out."""
AROUND_DEGREES = 2.0


def land(session: Session, scope: Scope) -> Iterator[Feature]:
    """One outline a country, for the country asked for and those near it."""
    outlines = country_outlines(session)
    simple = shapely.coverage_simplify(list(outlines.values()), TOLERANCE_DEGREES)
    own = outlines.get(scope.country)
    window = shapely.box(*own.bounds).buffer(AROUND_DEGREES) if own is not None else None
    for country, outline in zip(outlines, simple, strict=True):
        if window is None or outline.intersects(window):
            yield Feature(_mainland(outline), {"country": country}, country)


def _mainland(outline: BaseGeometry) -> BaseGeometry:
    return shapely.union_all([
        part for part in shapely.get_parts(outline) if part.area > SMALLEST_ISLAND
    ])  # fmt: skip


LAYERS.add(
    Layer(
        "land",
        N_("Countries"),
        land,
        0,
        Style("#9aa4af", "#fbfaf6", 1.2),
        "Natural Earth",
        digits=2,
    )
)
