"""Features of a map file, each with properties and a shape, as rows of text with ``lon``, ``lat``."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain, islice
from typing import Any, TypeAlias

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from directory.core.text import N_
from directory.export_columns import LAT, LON, text_of
from directory.file_formats import Row, refused
from directory.import_problems import Problem
from directory.table_headers import checked_row, places

LOOKED_AT = 100
"""Features need not have the same properties: a column is there if one of so many has it."""
LONGEST_LIST = 50
Record: TypeAlias = Mapping[str, str]
BROKEN_SHAPE = (ShapelyError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What the reader of shapes raises for one that is none."""


def rows_of_features(
    records: Iterator[Record], columns: Collection[str]
) -> Iterator[Row | Problem]:
    """The columns asked for of every feature; what a feature does not say is empty."""
    first = list(islice(records, LOOKED_AT))
    if not first:
        raise refused(N_("There is no entry in the file."))
    places(columns, list(dict.fromkeys(chain.from_iterable(first))))
    numbered = enumerate(chain(first, records), start=1)
    return (
        checked_row(number, {column: record.get(column, "").strip() for column in columns})
        for number, record in numbered
    )


def record(properties: Mapping[Any, Any], shape: Callable[[], BaseGeometry | None]) -> Record:
    """One feature as text. Where there is no shape, properties may still say where it is.

    A shape that cannot be read, or lies nowhere, stands as a word where numbers are expected: the
    row then has no position, and the report of problems says why.
    """
    cells = {str(name): property_text(value) for name, value in properties.items()}
    try:
        found = shape()
        if found is None or found.is_empty:
            return {LON: "", LAT: "", **cells}
        point = found if found.geom_type == "Point" else found.representative_point()
        lon, lat = shapely.get_x(point), shapely.get_y(point)
    except BROKEN_SHAPE:
        lon = lat = math.nan
    return {**cells, LON: degrees(lon), LAT: degrees(lat)}


def degrees(value: float) -> str:
    """Degrees to a tenth of a millimetre, without an exponent."""
    return text_of(round(float(value), 9)) if math.isfinite(value) else "?"


def property_text(value: Any) -> str:
    """A property as text: lists side by side, what is nested as it stands."""
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        return ", ".join(property_text(part) for part in value[:LONGEST_LIST])
    if isinstance(value, list | dict):
        try:
            return json.dumps(value, ensure_ascii=False)
        except (RecursionError, ValueError):
            return "…"
    try:
        return text_of(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "…"
