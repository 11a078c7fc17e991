"""How far the places of a shelf are from one seeker: chords first, geodesics where they matter."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from directory.geodesy import (
    ECCENTRICITY_SQUARED,
    EQUATOR_METRES,
    Floats,
    geodesics,
    shortest_geodesic,
)
from routing.limits import reach
from routing.offer import Reach
from routing.shelf import NO_PLACE, Rows, Shelf
from routing.terms import Seeker


class Sight:
    """One seeker's distances to the items of one shelf."""

    def __init__(self, shelf: Shelf, seeker: Seeker) -> None:
        self.shelf, self.seeker = shelf, seeker
        self.is_placed = seeker.lon is not None and seeker.lat is not None
        self.lon = math.nan if seeker.lon is None else seeker.lon
        self.lat = math.nan if seeker.lat is None else seeker.lat
        self.point = _point(self.lon, self.lat)

    def chords(self, places: NDArray[np.int32]) -> Floats:
        """Straight metres through the earth to some places."""
        steps = self.shelf.ecef[places] - self.point
        chords: Floats = np.sqrt(np.einsum("ij,ij->i", steps, steps))
        return chords

    def geodesics(self, places: NDArray[np.int32]) -> Floats:
        """Metres along the ellipsoid to some places."""
        return geodesics(self.lon, self.lat, self.shelf.lon[places], self.shelf.lat[places])

    def metres(self, items: Rows) -> Floats:
        """Metres along the ellipsoid to some items, infinite where unknown."""
        metres = np.full(len(items), math.inf)
        places = self.shelf.place_of[items]
        known = places != NO_PLACE
        if self.is_placed and known.any():
            metres[known] = self.geodesics(places[known])
        return metres

    def span(self, items: Rows, metres: Floats) -> tuple[Floats, Floats]:
        """Between which bounds the distances lie, as exactly as both positions are known."""
        radius = self.shelf.radius[items] + self.seeker.radius
        return np.maximum(metres - radius, 0.0), metres + radius

    def reach(self, item: int, metres: float) -> Reach | None:
        """What is known of the distance to one item."""
        if not math.isfinite(metres):
            return None
        return reach(metres, float(self.shelf.radius[item]) + self.seeker.radius)


def shortest(chord: float) -> float:
    """No pair that far apart through the earth is nearer along it."""
    return float(shortest_geodesic(np.array([chord]))[0])


def _point(lon: float, lat: float) -> Floats:
    """Earth-centred coordinates; for a single point plain numbers are faster than arrays."""
    phi, lam = math.radians(lat), math.radians(lon)
    radius = EQUATOR_METRES / math.sqrt(1 - ECCENTRICITY_SQUARED * math.sin(phi) ** 2)
    flat = radius * math.cos(phi)
    height = radius * (1 - ECCENTRICITY_SQUARED) * math.sin(phi)
    return np.array((flat * math.cos(lam), flat * math.sin(lam), height))
