"""Rivers as far as regional borders tell: water between two banks, a border along a river."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

WIDEST_DEGREES = 0.12
"""Banks further apart than this (13 km) have the open sea between them."""
TOUCH_DEGREES = 0.005


@lru_cache(maxsize=16)
def water_between(one_bank: BaseGeometry, other_bank: BaseGeometry) -> BaseGeometry:
    """The narrow gap between the two banks; empty where they do not face each other."""
    land = shapely.union_all([one_bank, other_bank])
    half = WIDEST_DEGREES / 2
    filled = land.buffer(half).buffer(-half).difference(land)
    return shapely.union_all([
        part
        for part in _polygons(filled)
        if part.distance(one_bank) < TOUCH_DEGREES and part.distance(other_bank) < TOUCH_DEGREES
    ])  # fmt: skip


def shared_border(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """The line along which two areas meet; empty where they do not."""
    common = one.boundary.intersection(other.boundary)
    lines = [part for part in shapely.get_parts(common) if isinstance(part, LineString)]
    whole = [part for part in lines if not part.is_empty]
    merged: BaseGeometry = shapely.line_merge(MultiLineString(whole))
    return merged


def up_to_sharpest_bend(line: BaseGeometry, start: BaseGeometry) -> BaseGeometry:
    """The line from its end near ``start`` to where it turns most: there it leaves its river."""
    if not isinstance(line, LineString):
        return MultiLineString()
    pairs = list(line.coords)
    if Point(pairs[0]).distance(start) > Point(pairs[-1]).distance(start):
        pairs.reverse()
    chord = LineString([pairs[0], pairs[-1]])
    bend = max(range(len(pairs)), key=lambda at: Point(pairs[at]).distance(chord))
    return LineString(pairs[: bend + 1]) if bend else MultiLineString()


def course_through(stops: Sequence[tuple[float, float]]) -> BaseGeometry:
    """Straight stretches from one riverside place to the next."""
    return LineString(stops) if len(stops) > 1 else MultiLineString()


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    return [
        part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty
    ]
