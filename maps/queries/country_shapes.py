"""Shapes of countries, from their widest regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Region


def country_outlines(
    session: Session, countries: Iterable[str] | None = None
) -> dict[str, BaseGeometry]:
    """One outline a country, all countries known unless some are named."""
    query = select(Region.country, Region.shape).where(Region.level == 1)
    if countries is not None:
        query = query.where(Region.country.in_(list(countries)))
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for country, shape in session.execute(query.order_by(Region.country, Region.name)):
        if shape is not None:
            parts[country].append(to_shape(shape))
    return {country: shapely.union_all(shapes) for country, shapes in parts.items()}


def country_window(session: Session, country: str, *, margin_degrees: float) -> Polygon | None:
    """The box around a country; none when its shape is not known."""
    outline = country_outlines(session, [country]).get(country)
    return shapely.box(*outline.buffer(margin_degrees).bounds) if outline is not None else None
