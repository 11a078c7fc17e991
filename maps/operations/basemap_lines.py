"""Loading the lines of a basemap layer from a GeoJSON file better than the built-in ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoalchemy2.shape import from_shape
from shapely.errors import ShapelyError
from shapely.geometry import LineString, MultiLineString, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete
from sqlalchemy.orm import Session

from directory.core.db import WGS84
from directory.core.errors import Invalid
from directory.core.text import N_
from directory.models import BasemapLine

KINDS = ("river",)
"""Layers that may be replaced by loaded lines."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a file."""

    lines: int
    problems: tuple[str, ...]
    """One sentence for each feature that was left out."""


def replace_lines(session: Session, kind: str, file: Path, *, source: str) -> Loaded:
    """Put the lines of ``file`` in the place of all of ``kind``, if there is a usable one."""
    if kind not in KINDS:
        raise Invalid(
            {"kind": N_("Only these layers can be loaded: {kinds}.", kinds=", ".join(KINDS))}
        )
    problems: list[str] = []
    lines = [
        BasemapLine(kind=kind, name=name, source=source, shape=from_shape(whole, WGS84))
        for name, whole in _read(file, problems)
    ]
    if not lines:
        raise Invalid(
            {"file": N_("The file holds no line that can be drawn. Nothing was changed.")}
        )
    session.execute(delete(BasemapLine).where(BasemapLine.kind == kind))
    session.add_all(lines)
    session.flush()
    return Loaded(len(lines), tuple(problems))


def _read(file: Path, problems: list[str]) -> Iterator[tuple[str, MultiLineString]]:
    try:
        features = list(json.loads(file.read_text(encoding="utf-8"))["features"])
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid({"file": N_("This is not a GeoJSON feature collection.")}) from error
    for row, feature in enumerate(features, start=1):
        try:
            yield _name(feature), _lines(shape(feature["geometry"]))
        except (ShapelyError, ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(f"feature {row}: {error}")


def _name(feature: Mapping[str, Any]) -> str:
    return str(feature["properties"].get("name") or "")[:200]


def _lines(geometry: BaseGeometry) -> MultiLineString:
    parts = [geometry] if isinstance(geometry, LineString) else list(getattr(geometry, "geoms", ()))
    if not parts or not all(isinstance(part, LineString) and not part.is_empty for part in parts):
        raise ValueError(f"a line is needed, not {geometry.geom_type}")
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise ValueError("the coordinates are not degrees of longitude and latitude")
    return MultiLineString([[pair[:2] for pair in part.coords] for part in parts])
