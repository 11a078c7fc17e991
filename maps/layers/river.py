"""The great rivers: lines that an installation has loaded, else their approximate course.

Approximate course, from what the reference data tell: the lower River Gambia is the water between
the divisions of its two banks; then the border between North Bank and Central River follows it;
further up, straight stretches join the towns on its bank. The River Senegal is the border between
Senegal and Mauritania. ``flask maps import river FILE`` replaces all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import shapely
from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.core.i18n import words
from directory.core.text import N_, Text
from directory.models import BasemapLine, Place, Region
from maps import water
from maps.features import Feature
from maps.map_layers import LAYERS, Layer, Scope, Style

GAMBIA, SENEGAL = N_("River Gambia"), N_("River Senegal")
NORTH_BANK, SOUTH_BANK = ("GM-N",), ("GM-B", "GM-W", "GM-L")
BORDER_ON_RIVER = ("GM-N", "GM-M")
RIVERSIDE_TOWNS = (2412778, 2413437, 2413866, 2413818, 2412868)
"""Kuntaur, Janjanbureh, Bansang, Basse Santa Su, Koina: GeoNames numbers, downstream first."""
APPROXIMATE = N_("Approximate course, from regional borders and riverside towns")


def river(session: Session, scope: Scope) -> Iterator[Feature]:
    """Lines loaded by the installation, else the approximate course."""
    loaded = session.scalars(
        select(BasemapLine).where(BasemapLine.kind == "river").order_by(BasemapLine.name)
    ).all()
    for line in loaded:
        yield Feature(
            to_shape(line.shape), {"name": line.name, "source": line.source}, str(line.id)
        )
    if not loaded and scope.country in ("GM", "SN"):
        yield from _gambia(session)
    if not loaded and scope.country in ("SN", "MR"):
        yield from _senegal(session)


def _gambia(session: Session) -> Iterator[Feature]:
    shapes = _shapes(session, [*NORTH_BANK, *SOUTH_BANK, *BORDER_ON_RIVER])
    if not shapes.keys() >= {*NORTH_BANK, *SOUTH_BANK, *BORDER_ON_RIVER}:
        return
    north = shapely.union_all([shapes[code] for code in NORTH_BANK])
    south = shapely.union_all([shapes[code] for code in SOUTH_BANK])
    border = water.shared_border(*(shapes[code] for code in BORDER_ON_RIVER))
    yield from _approximate(GAMBIA, [water.water_between(north, south), border])
    stops = _stops(session)
    if stops and not border.is_empty:
        stops.insert(0, _nearest_end(border, stops[0]))
    yield from _approximate(GAMBIA, [water.course_through(stops)])


def _senegal(session: Session) -> Iterator[Feature]:
    countries = {
        code: shapely.union_all(
            [to_shape(shape) for shape in session.scalars(_level_one(code)) if shape]
        )
        for code in ("SN", "MR")
    }
    yield from _approximate(SENEGAL, [water.shared_border(countries["SN"], countries["MR"])])


def _level_one(country: str) -> Select[tuple[WKBElement | None]]:
    return select(Region.shape).where(
        Region.country == country, Region.level == 1, Region.shape.is_not(None)
    )


def _shapes(session: Session, codes: Sequence[str]) -> dict[str, BaseGeometry]:
    query = select(Region.code, Region.shape).where(Region.code.in_(codes), Region.level == 1)
    return {code: to_shape(shape) for code, shape in session.execute(query) if shape is not None}


def _stops(session: Session) -> list[tuple[float, float]]:
    query = select(Place.geoname_id, Place.lon, Place.lat).where(
        Place.geoname_id.in_(RIVERSIDE_TOWNS)
    )
    found = {geoname_id: (lon, lat) for geoname_id, lon, lat in session.execute(query)}
    return [found[number] for number in RIVERSIDE_TOWNS if number in found]


def _nearest_end(line: BaseGeometry, to: tuple[float, float]) -> tuple[float, float]:
    ends = shapely.get_parts(line.boundary)
    end = min(ends, key=lambda point: point.distance(Point(to)))
    return end.x, end.y


def _approximate(name: Text, shapes: Iterable[BaseGeometry]) -> Iterator[Feature]:
    for shape in shapes:
        if not shape.is_empty:
            yield Feature(shape, {"name": words(name), "note": words(APPROXIMATE)})


LAYERS.add(
    Layer(
        "river",
        N_("River"),
        river,
        20,
        Style("#2f6f9f", "#cfe0ec", 2.5),
        "Natural Earth",
        note=APPROXIMATE,
    )
)
