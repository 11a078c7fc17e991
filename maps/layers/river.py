"""The great rivers: lines that an installation has loaded, else their approximate course.

Approximate course, from what the reference data tell: the lower River Gambia is the water between
the divisions of its two banks; then the border between North Bank and Central River follows it up
to its bend; further up, straight stretches join the towns on its bank. The River Senegal is the
border between Senegal and Mauritania. ``flask maps import river FILE`` replaces all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import shapely
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.i18n import words
from directory.core.text import N_, Text
from directory.models import BasemapLine, Place, Region
from maps import water
from maps.features import Feature
from maps.map_layers import LAYERS, Layer, Scope, Style
from maps.queries.country_shapes import country_outlines, country_window

GAMBIA, SENEGAL = N_("River Gambia"), N_("River Senegal")
NORTH_BANK, SOUTH_BANK = ("GM-N",), ("GM-B", "GM-W", "GM-L")
BORDER_ON_RIVER = ("GM-N", "GM-M")
RIVERSIDE_TOWNS = (2412778, 2413437, 2413866, 2413818, 2412868)
"""Kuntaur, Janjanbureh, Bansang, Basse Santa Su, Koina: GeoNames numbers, downstream first."""
APPROXIMATE = N_("Approximate course, from regional borders and riverside towns")

AROUND_DEGREES = 0.5
TOLERANCE_DEGREES = 0.002
"""About 200 metres; loaded lines may be much finer than a screen shows."""


def river(session: Session, scope: Scope) -> Iterator[Feature]:
    """Lines loaded by the installation, else the approximate course."""
    loaded = session.scalars(
        select(BasemapLine).where(BasemapLine.kind == "river").order_by(BasemapLine.name)
    ).all()
    if loaded:
        yield from _loaded(session, loaded, scope.country)
        return
    if scope.country in ("GM", "SN"):
        yield from _gambia(session)
    if scope.country in ("SN", "MR"):
        yield from _senegal(session)


def _loaded(session: Session, lines: Sequence[BasemapLine], country: str) -> Iterator[Feature]:
    window = country_window(session, country, margin_degrees=AROUND_DEGREES)
    for line in lines:
        shape = to_shape(line.shape).simplify(TOLERANCE_DEGREES)
        seen = shape if window is None else shape.intersection(window)
        if not seen.is_empty:
            facts = {"name": line.name} if line.name else {}
            yield Feature(seen, facts | {"source": line.source}, str(line.id))


def _gambia(session: Session) -> Iterator[Feature]:
    shapes = _shapes(session, [*NORTH_BANK, *SOUTH_BANK, *BORDER_ON_RIVER])
    if not shapes.keys() >= {*NORTH_BANK, *SOUTH_BANK, *BORDER_ON_RIVER}:
        return
    north = shapely.union_all([shapes[code] for code in NORTH_BANK])
    south = shapely.union_all([shapes[code] for code in SOUTH_BANK])
    mouth = water.water_between(north, south)
    border = water.shared_border(*(shapes[code] for code in BORDER_ON_RIVER))
    bend = water.up_to_sharpest_bend(border, mouth)
    stops = _stops(session)
    if not bend.is_empty:
        stops = [*bend.coords, *stops]
    yield from _approximate(GAMBIA, [mouth, water.course_through(stops)])


def _senegal(session: Session) -> Iterator[Feature]:
    outlines = country_outlines(session, ["SN", "MR"])
    if len(outlines) == 2:
        yield from _approximate(SENEGAL, [water.shared_border(*outlines.values())])


def _shapes(session: Session, codes: Sequence[str]) -> dict[str, BaseGeometry]:
    query = select(Region.code, Region.shape).where(Region.code.in_(codes), Region.level == 1)
    return {code: to_shape(shape) for code, shape in session.execute(query) if shape is not None}


def _stops(session: Session) -> list[tuple[float, float]]:
    query = select(Place.geoname_id, Place.lon, Place.lat).where(
        Place.geoname_id.in_(RIVERSIDE_TOWNS)
    )
    found = {geoname_id: (lon, lat) for geoname_id, lon, lat in session.execute(query)}
    return [found[number] for number in RIVERSIDE_TOWNS if number in found]


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
