"""What a map layer gives: shapes with properties, and their GeoJSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on a map."""

    shape: BaseGeometry
    properties: dict[str, Any] = field(default_factory=dict)
    id: str | None = None


def rounded(shape: BaseGeometry, digits: int) -> BaseGeometry:
    """The shape with coordinates of so many digits: four are 11 metres, three 110."""
    return shapely.transform(shape, lambda pairs: np.round(pairs, digits))


def collection(features: Iterable[Feature], *, digits: int = 4) -> dict[str, Any]:
    """A GeoJSON ``FeatureCollection`` (RFC 7946)."""
    return {"type": "FeatureCollection", "features": [_member(one, digits) for one in features]}


def _member(feature: Feature, digits: int) -> dict[str, Any]:
    member: dict[str, Any] = {
        "type": "Feature",
        "geometry": mapping(rounded(feature.shape, digits)),
        "properties": feature.properties,
    }
    return member | ({"id": feature.id} if feature.id is not None else {})
