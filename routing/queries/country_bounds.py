"""Where a country lies, roughly: swapped or mistyped coordinates fall outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.models import Region
from directory.queries.snapshot import current

MARGIN_DEGREES = 0.5
"""People live and are met just across a border: about 55 km."""


class Bounds(NamedTuple):
    """A box of longitudes and latitudes."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """The position lies in the box or just outside."""
        return (
            self.west - MARGIN_DEGREES <= lon <= self.east + MARGIN_DEGREES
            and self.south - MARGIN_DEGREES <= lat <= self.north + MARGIN_DEGREES
        )


def country_bounds(session: Session) -> Mapping[str, Bounds]:
    """The boxes of all countries that somebody drew, by ISO code."""
    return current(session).base.derived(__name__, lambda _part: _country_bounds(session))


def _country_bounds(session: Session) -> Mapping[str, Bounds]:
    found: dict[str, Bounds] = {}
    query = select(Region.country, func.ST_AsBinary(Region.shape)).where(Region.shape.is_not(None))
    for country, wkb in session.execute(query.where(Region.level == 1)):
        west, south, east, north = shapely.from_wkb(bytes(wkb)).bounds
        box = found.get(country, Bounds(west, south, east, north))
        found[country] = Bounds(
            min(west, box.west), min(south, box.south), max(east, box.east), max(north, box.north)
        )
    return found
