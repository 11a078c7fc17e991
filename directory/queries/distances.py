"""How far listings are from a centre: exact metres where they matter, regions where they must do.

Of some services only the region is known or may be known (hidden addresses, protocol A.17). They
have no distance: they count as near when the centre lies in the same region of level 1, come after
every service with a position, and nothing about them depends on where they really are.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.geodesy import ELLIPSOID, Floats, ecef, geodesics, longest_chord
from directory.models import Region
from directory.queries.columns import PRECISIONS, Columns, Mask, Vocabulary
from directory.queries.regions import RegionTree
from directory.search_request import Area, Centre, Point
from directory.visibility import Precision

REGIONAL = np.array([kind in {Precision.REGION, Precision.HIDDEN} for kind in PRECISIONS])
"""Kinds of precision that say no more than the region."""


def has_distance(part: Columns) -> Mask:
    """Rows whose position may be used for distances."""
    found: Mask = ~REGIONAL[part.precision] & ~np.isnan(part.lon)
    return found


def pins(part: Columns, codes: Vocabulary, regions: RegionTree) -> tuple[Floats, Floats]:
    """Where rows stand on the map: their position, else the label of a region they share.

    A hidden service stands on the label of its region of level 1, whatever is known beside it.
    """

    def place(columns: Columns) -> tuple[Floats, Floats]:
        lon, lat = columns.lon.copy(), columns.lat.copy()
        hidden = columns.precision == PRECISIONS.index(Precision.HIDDEN)
        for row in np.flatnonzero(~has_distance(columns)).tolist():
            key = codes.region.values[columns.region[row]]
            node = regions.widest(key) if hidden[row] else regions.get(key)
            lon[row], lat[row] = (node.lon, node.lat) if node else (np.nan, np.nan)
        return lon, lat

    return part.derived((__name__, "pins"), place)


def metres_from(session: Session, part: Columns, centre: Centre, wanted: Mask) -> Floats:
    """Metres from the centre to the wanted rows; NaN for rows without a distance and the rest."""
    metres = np.full(len(part), np.nan)
    rows = np.flatnonzero(wanted & has_distance(part))
    if isinstance(centre, Point):
        metres[rows] = geodesics(centre.lon, centre.lat, part.lon[rows], part.lat[rows])
    else:
        metres[rows] = _metres_from_area(session, centre, part.lon[rows], part.lat[rows])
    return metres


def within(
    session: Session, part: Columns, centre: Centre, limit: float, wanted: Mask
) -> tuple[Mask, Floats]:
    """Wanted rows at most ``limit`` metres away, the limit included, and their metres."""
    near = wanted & has_distance(part)
    if isinstance(centre, Point):
        near &= chords(part, centre) <= longest_chord(limit)
    metres = metres_from(session, part, centre, near)
    return near & (metres <= limit), metres


def chords(part: Columns, centre: Point) -> Floats:
    """Straight metres through the earth: cheap, and in almost the order of geodesics."""
    here = ecef(np.array([centre.lon]), np.array([centre.lat]))
    found: Floats = np.sqrt(((part.ecef - here) ** 2).sum(axis=1))
    return found


def same_region(
    part: Columns, codes: Vocabulary, regions: RegionTree, centre: Centre, wanted: Mask
) -> Mask:
    """Wanted rows known by region only whose region of level 1 is the centre's."""
    widest = regions.widest(centre.region_id)
    if widest is None:
        return np.zeros(len(part), dtype=bool)
    inside = regions.within(widest.id)
    shared = np.fromiter((key in inside for key in codes.region.values), bool, len(codes.region))
    found: Mask = wanted & ~has_distance(part) & shared[part.region]
    return found


def _metres_from_area(session: Session, area: Area, lon: Floats, lat: Floats) -> Floats:
    """0 inside the region, else metres to its border.

    The nearest point of the border is found on a map drawn true to scale at each position's
    latitude; the metres to it are a geodesic.
    """
    wkb = session.scalar(select(func.ST_AsBinary(Region.shape)).where(Region.id == area.region_id))
    if wkb is None or not len(lon):
        return np.full(len(lon), np.nan)
    shape = _shape(bytes(wkb))
    metres = np.zeros(len(lon))
    outside = ~shapely.intersects_xy(shape, lon, lat)
    for at in np.flatnonzero(outside).tolist():
        metres[at] = _metres_to(shape, float(lon[at]), float(lat[at]))
    return metres


@lru_cache(maxsize=16)
def _shape(wkb: bytes) -> BaseGeometry:
    shape = shapely.from_wkb(wkb)
    shapely.prepare(shape)
    return shape


def _metres_to(shape: BaseGeometry, lon: float, lat: float) -> float:
    scale = max(float(np.cos(np.radians(lat))), 1e-6)
    flat = shapely.transform(shape, lambda xy: xy * (scale, 1.0))
    near = shapely.get_coordinates(shapely.shortest_line(shapely.Point(lon * scale, lat), flat))[1]
    return float(ELLIPSOID.inv(lon, lat, near[0] / scale, near[1])[2])
