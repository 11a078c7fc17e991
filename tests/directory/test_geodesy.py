from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from directory.core.geo import geodesic_metres
from directory.geodesy import ecef, geodesics, longest_chord

LON, LAT = st.floats(-180, 180), st.floats(-90, 90)


def chord(one: tuple[float, float], other: tuple[float, float]) -> float:
    a, b = (ecef(np.array([lon]), np.array([lat]))[0] for lon, lat in (one, other))
    return float(np.linalg.norm(a - b))


@given(LON, LAT)
def test_earth_centred_coordinates_are_those_of_proj(lon: float, lat: float) -> None:
    proj = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    expected = proj.transform(lon, lat, 0.0)
    assert np.allclose(ecef(np.array([lon]), np.array([lat]))[0], expected, atol=1e-6)


@given(LON, LAT, LON, LAT)
def test_no_pair_within_a_distance_has_a_longer_chord(
    lon: float, lat: float, other_lon: float, other_lat: float
) -> None:
    metres = geodesic_metres(lon, lat, other_lon, other_lat)
    assert chord((lon, lat), (other_lon, other_lat)) <= longest_chord(metres)


def test_beyond_half_the_world_everything_is_within() -> None:
    assert longest_chord(20_100_000) == math.inf


def test_many_geodesics_are_the_single_ones() -> None:
    lons, lats = np.array([-12.0, 0.0, 179.9]), np.array([11.0, 90.0, -17.0])
    expected = [geodesic_metres(-12.3, 11.3, x, y) for x, y in zip(lons, lats, strict=True)]
    assert geodesics(-12.3, 11.3, lons, lats).tolist() == expected


def test_positions_that_are_not_known_stay_so() -> None:
    assert np.isnan(ecef(np.array([np.nan]), np.array([np.nan]))).all()
