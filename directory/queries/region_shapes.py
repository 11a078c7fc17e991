"""Which region holds a position, for thousands of positions at once: shapes in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import shapely
from shapely import STRtree
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.folding import fold
from directory.models import Region, RegionCode

MARGIN_DEGREES = 0.045
"""About 5 km: our borders are drawn so coarsely that a place beyond one by less lies inside."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One region of a country."""

    id: UUID
    country: str
    level: int
    outline: BaseGeometry


class RegionShapes:
    """The regions of some countries, by position and by name."""

    def __init__(self, shapes: Sequence[Shape], names: dict[tuple[str, str], UUID]) -> None:
        self._shapes = list(shapes)
        self._by_id = {shape.id: shape for shape in self._shapes}
        self._names = names
        self.countries = frozenset(shape.country for shape in self._shapes)
        """Those that have a region."""
        self._tree = STRtree([shape.outline for shape in self._shapes])

    def named(self, country: str, name: str) -> UUID | None:
        """The region of the country with this name or code, however it is spelt."""
        return self._names.get((country, _key(name)))

    def holding(self, countries: Sequence[str], points: Sequence[Point]) -> list[UUID | None]:
        """For each point the narrowest region of its country that holds it, or nearly does."""
        if not points:
            return []
        found: dict[int, list[Shape]] = defaultdict(list)
        pairs = self._tree.query(list(points), predicate="dwithin", distance=MARGIN_DEGREES)
        for at, number in zip(*pairs.tolist(), strict=True):
            if self._shapes[number].country == countries[at]:
                found[at].append(self._shapes[number])
        return [_narrowest(found[at], point) for at, point in enumerate(points)]

    def is_near(self, region_id: UUID, point: Point) -> bool:
        """Whether a region holds the point, or nearly does; a region without shape may."""
        shape = self._by_id.get(region_id)
        return shape is None or bool(shapely.dwithin(shape.outline, point, MARGIN_DEGREES))


def region_shapes(session: Session, countries: Collection[str] = ()) -> RegionShapes:
    """The regions of ``countries``; of all, if none is named."""
    query = select(Region.id, Region.country, Region.level, func.ST_AsBinary(Region.shape))
    query = query.where(Region.shape.is_not(None)).order_by(Region.level, Region.id)
    if countries:
        query = query.where(Region.country.in_(sorted(countries)))
    shapes = [
        Shape(key, country, level, shapely.from_wkb(bytes(wkb)))
        for key, country, level, wkb in session.execute(query)
    ]
    for shape in shapes:
        shapely.prepare(shape.outline)
    return RegionShapes(shapes, _names(session))


def _names(session: Session) -> dict[tuple[str, str], UUID]:
    """Names and codes of regions; where two share one, the wider region."""
    known: dict[tuple[str, str], UUID] = {}
    rows = session.execute(
        select(Region.id, Region.country, Region.name, Region.code).order_by(
            Region.level, Region.id
        )
    )
    for key, country, name, code in rows:
        for text in (name, code):
            if text:
                known.setdefault((country, _key(text)), key)
    codes = select(RegionCode.value, Region.id, Region.country).join(Region)
    for text, key, country in session.execute(codes.order_by(Region.level, Region.id)):
        known.setdefault((country, _key(text)), key)
    return known


def _key(name: str) -> str:
    return fold(name).replace(" ", "")


def _narrowest(shapes: Sequence[Shape], point: Point) -> UUID | None:
    if not shapes:
        return None
    holding = [shape for shape in shapes if shape.outline.intersects(point)]
    if holding:
        return max(holding, key=lambda shape: (shape.level, str(shape.id))).id
    return min(shapes, key=lambda shape: (shape.outline.distance(point), -shape.level)).id
