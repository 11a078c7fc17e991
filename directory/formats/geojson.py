"""Features on a map as JSON (RFC 7946)."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO, cast

import ijson
import orjson
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from directory.bounded_streams import BoundedStream
from directory.core.text import N_
from directory.export_columns import LAT, LON, Value
from directory.feature_rows import Record, record, rows_of_features
from directory.file_formats import FORMATS, Format, Reading, Row, Table, refused
from directory.import_problems import Problem

DEEPEST = 64
"""Lists within lists: a shape of many areas needs seven."""
PIECE = 2048
"""Bytes that the parser is given at once; it looks no deeper ahead than these hold brackets."""


def read(stream: BinaryIO, reading: Reading) -> Iterator[Row | Problem]:
    """The features of a collection, wherever in the file they stand."""
    if stream.read(3) != codecs.BOM_UTF8:
        stream.seek(0)
    return rows_of_features(_records(BoundedStream(stream)), reading.columns)


def write(stream: BinaryIO, table: Table) -> None:
    """A collection of points, one feature a line; without a public position the geometry is null."""
    about = dict(table.about)
    head = {"type": "FeatureCollection", "name": table.title, "about": about}
    stream.write(orjson.dumps(head)[:-1] + b',"features":[')
    between = b"\n"
    for row in table.rows:
        stream.write(between + orjson.dumps(_feature(row), default=_plain))
        between = b",\n"
    stream.write(b"\n]}\n")


def _feature(row: Mapping[str, Value]) -> dict[str, Any]:
    lon, lat = row[LON], row[LAT]
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": None if lon is None else {"type": "Point", "coordinates": [lon, lat]},
        "properties": {code: value for code, value in row.items() if code not in (LON, LAT)},
    }


def _plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError


def _records(stream: BoundedStream) -> Iterator[Record]:
    events = ijson.parse(cast("BinaryIO", stream), buf_size=PIECE, use_float=True)
    features = ijson.items(_shallow(events), "features.item")
    number = 0
    while True:
        try:
            feature = next(features, None)
        except (ijson.JSONError, ValueError, OverflowError, RecursionError) as error:
            raise refused(
                N_(
                    "This GeoJSON file is damaged: it cannot be read beyond feature {number}.",
                    number=number,
                )
            ) from error
        if feature is None:
            return
        number += 1
        stream.next_record()
        yield _record(feature)


def _shallow(events: Iterable[tuple[str, str, Any]]) -> Iterator[tuple[str, str, Any]]:
    """The events of the parser; what is nested too deep would break who puts them together."""
    depth = 0
    for event in events:
        if event[1] in ("start_map", "start_array"):
            depth += 1
            if depth > DEEPEST:
                raise refused(N_("The lists in this file are nested too deep."))
        elif event[1] in ("end_map", "end_array"):
            depth -= 1
        yield event


def _record(feature: Any) -> Record:
    feature = feature if isinstance(feature, dict) else {}
    properties, geometry = feature.get("properties"), feature.get("geometry")
    named = properties if isinstance(properties, dict) else {}
    if isinstance(feature.get("id"), str | int):
        named = {"id": feature["id"], **named}
    return record(named, lambda: _shape(geometry))


def _shape(geometry: Any) -> BaseGeometry | None:
    if geometry is None:
        return None
    if geometry["type"] == "Point":  # by far the most frequent; and what is wrong is said at once
        lon, lat = (float(part) for part in geometry["coordinates"][:2])
        if not math.isfinite(lon) or not math.isfinite(lat):
            raise ValueError(geometry["type"])
    found: BaseGeometry = shape(geometry)
    return found


FORMATS.add(
    Format(
        name="geojson",
        label=N_("Map data (GeoJSON)"),
        media_type="application/geo+json",
        ending=".geojson",
        recognises=lambda head: head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"),
        read=read,
        write=write,
    )
)
