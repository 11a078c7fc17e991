"""Discs around regions: what is known of the position of somebody or something known by region only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.geodesy import geodesics
from directory.models import Region


class Disc(NamedTuple):
    """A point inside the region, and how far the region reaches from it."""

    lon: float
    lat: float
    radius: float
    """Metres; NaN where nobody drew the region."""


def region_discs(session: Session, ids: Collection[UUID] | None = None) -> Mapping[UUID, Disc]:
    """The disc around each region, or around some: no part of the region lies outside it."""
    query = select(Region.id, Region.lon, Region.lat, func.ST_AsBinary(Region.shape))
    rows = session.execute(query if ids is None else query.where(Region.id.in_(ids))).all()
    return {
        key: Disc(lon, lat, _radius(lon, lat, bytes(wkb)) if wkb is not None else np.nan)
        for key, lon, lat, wkb in rows
    }


def _radius(lon: float, lat: float, wkb: bytes) -> float:
    corners = shapely.get_coordinates(shapely.from_wkb(wkb))
    return float(geodesics(lon, lat, corners[:, 0], corners[:, 1]).max())
