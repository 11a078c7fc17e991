"""Spatial SQL that reads the same on PostGIS and SpatiaLite, and geodesics on the WGS 84
ellipsoid.
"""

from __future__ import annotations

import math
from typing import Any

from pyproj import Geod
from sqlalchemy import Float, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import Function, FunctionElement

from directory.core.db import WGS84
from directory.core.errors import Invalid
from directory.core.text import N_

ELLIPSOID = Geod(ellps="WGS84")


class metres_between(FunctionElement[float]):  # noqa: N801 -- reads as a function in queries
    """Geodesic distance in metres between two WGS 84 geometries."""

    type = Float()
    inherit_cache = True
    name = "metres_between"


@compiles(metres_between, "postgresql")
def _on_postgis(element: Any, compiler: Any, **kw: Any) -> str:
    a, b = (compiler.process(arg, **kw) for arg in element.clauses)
    return f"ST_Distance(({a})::geography, ({b})::geography)"


@compiles(metres_between, "sqlite")
def _on_spatialite(element: Any, compiler: Any, **kw: Any) -> str:
    a, b = (compiler.process(arg, **kw) for arg in element.clauses)
    return f"ST_Distance({a}, {b}, 1)"


def point(lon: float, lat: float) -> Function[Any]:
    """SQL for a WGS 84 point; raises ``Invalid`` outside the world or when not a number."""
    check_position(lon, lat)
    return func.ST_GeomFromText(f"POINT({lon!r} {lat!r})", WGS84)


def check_position(lon: float, lat: float) -> None:
    """Refuse positions that are not on the earth."""
    if not (math.isfinite(lon) and -180 <= lon <= 180):
        raise Invalid({"lon": N_("The longitude must lie between −180 and 180 degrees.")})
    if not (math.isfinite(lat) and -90 <= lat <= 90):
        raise Invalid({"lat": N_("The latitude must lie between −90 and 90 degrees.")})


def geodesic_metres(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Metres between two positions along the ellipsoid."""
    return float(ELLIPSOID.inv(lon_a, lat_a, lon_b, lat_b)[2])
