"""Regions of the country asked for."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.text import N_
from directory.models import Region
from maps.features import Feature
from maps.map_layers import LAYERS, Layer, Scope, Style

TOLERANCE_DEGREES = 0.008
"""About 900 metres; the borders themselves are off by several hundred."""


def regions(session: Session, scope: Scope) -> Iterator[Feature]:
    """The widest regions, simplified with their shared borders kept together."""
    query = select(Region).where(
        Region.country == scope.country, Region.level == 1, Region.shape.is_not(None)
    )
    rows = session.scalars(query.order_by(Region.name)).all()
    simple = shapely.coverage_simplify(
        [to_shape(row.shape) for row in rows if row.shape is not None], TOLERANCE_DEGREES
    )
    for row, shape in zip(rows, simple, strict=True):
        yield Feature(shape, {"name": row.name, "code": row.code}, str(row.id))


LAYERS.add(
    Layer(
        "regions",
        N_("Regions"),
        regions,
        10,
        Style("#7b8794", "#ffffff", 1.2),
        "Natural Earth",
        digits=3,
    )
)
