"""Distances on the WGS 84 ellipsoid for many positions at once, exact as geodesics are."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Floats: TypeAlias = NDArray[np.float64]

ELLIPSOID = Geod(ellps="WGS84")
EQUATOR_METRES = ELLIPSOID.a
ECCENTRICITY_SQUARED = ELLIPSOID.es
WIDEST_METRES = EQUATOR_METRES / math.sqrt(1 - ECCENTRICITY_SQUARED)
"""Largest radius of curvature of the ellipsoid, 6,399,594 m: it bounds geodesics by chords."""
NARROWEST_METRES = EQUATOR_METRES * (1 - ECCENTRICITY_SQUARED)
"""Smallest radius of curvature, 6,335,439 m, likewise."""
HALF_WORLD_METRES = math.pi * EQUATOR_METRES
"""No geodesic is longer than this."""


def ecef(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred coordinates (n × 3, metres) of positions on the ellipsoid; NaN stays NaN."""
    phi, lam = np.radians(lat), np.radians(lon)
    radius = EQUATOR_METRES / np.sqrt(1 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2)
    flat = radius * np.cos(phi)
    return np.column_stack(
        (flat * np.cos(lam), flat * np.sin(lam), radius * (1 - ECCENTRICITY_SQUARED) * np.sin(phi))
    )


def longest_chord(metres: float) -> float:
    """The chord that no pair within ``metres`` along the ellipsoid exceeds (performance.md 2)."""
    if metres >= HALF_WORLD_METRES:
        return math.inf
    return 2 * WIDEST_METRES * math.sin(metres / (2 * WIDEST_METRES)) * (1 + 1e-12) + 1e-6


def shortest_geodesic(chords: Floats) -> Floats:
    """No pair that far apart through the earth is nearer than this along it."""
    half = np.minimum(chords / (2 * WIDEST_METRES), 1.0)
    shortest = np.maximum(2 * WIDEST_METRES * np.arcsin(half) * (1 - 1e-12) - 1e-6, 0.0)
    return np.where(np.isinf(chords), math.inf, shortest)


def longest_geodesic(chords: Floats) -> Floats:
    """No pair that far apart through the earth is farther than this along it."""
    half = chords / (2 * NARROWEST_METRES)
    longest = 2 * NARROWEST_METRES * np.arcsin(np.minimum(half, 1.0)) * (1 + 1e-12) + 1e-6
    return np.where(half >= 1.0, HALF_WORLD_METRES, longest)


def geodesics(lon: float, lat: float, lons: Floats, lats: Floats) -> Floats:
    """Metres from one position to each of many along the ellipsoid."""
    count = len(lons)
    _, _, metres = ELLIPSOID.inv(np.full(count, lon), np.full(count, lat), lons, lats)
    return np.asarray(metres, dtype=np.float64)
