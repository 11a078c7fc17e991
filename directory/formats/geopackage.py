"""Map data as a small database, as geographic information systems like it (OGC GeoPackage 1.3)."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pyproj
import shapely
from fudgeo import GeoPackage
from fudgeo.enumeration import FieldType
from fudgeo.geometry import Point
from fudgeo.geopkg import Field, SpatialReferenceSystem
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from directory.core.text import N_
from directory.export_columns import LAT, LON, Kind, Value, text_of
from directory.feature_rows import Record, record, rows_of_features
from directory.file_formats import FORMATS, Format, Reading, Row, Table, refused
from directory.import_problems import Problem

WGS84 = 4326
TABLE = "listings"
MOST_BYTES = 1_000_000_000
LONGEST_VALUE = 4_000_000
"""Bytes of one cell; more is refused by SQLite before it is in memory."""
PATIENCE = 2_000_000
"""Steps of SQLite's machine for one row: a healthy table needs a few hundred."""
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 2_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
_LAYER = """
SELECT c.table_name, g.column_name, r.organization, r.organization_coordsys_id
FROM gpkg_contents c
JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
JOIN gpkg_spatial_ref_sys r ON r.srs_id = g.srs_id
JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
WHERE c.data_type = 'features' AND upper(m.sql) LIKE 'CREATE TABLE%'
ORDER BY c.table_name
"""
LARGEST_NESTED = 64_000
"""Bytes of a shape made of shapes, which may hold others again: who reads them goes no deeper than
his stack. An outline that is one shape may be larger."""
_AUTHORITY = re.compile("[A-Za-z]{2,20}:[0-9]{1,9}")
_SINGLE = (b"\1", b"\2", b"\3")
"""Point, line, area, as well-known binary numbers them."""
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""By the bits of the flags (GeoPackage 1.3, 2.1.3)."""


def read(stream: BinaryIO, reading: Reading) -> Iterator[Row | Problem]:
    """The features of the first layer, whatever its coordinate system is.

    The file may be anybody's database: nothing in it is run. It is opened for reading only, views
    and virtual tables are passed over, and whatever takes too long is ended.
    """
    return rows_of_features(_records(stream), reading.columns)


def write(stream: BinaryIO, table: Table) -> None:
    """One layer of points with a spatial index; without a public position there is no geometry."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.gpkg"
        package = GeoPackage.create(path, flavor="EPSG", ogr_contents=True)
        columns = [column for column in table.columns if column.code not in (LON, LAT)]
        layer = package.create_feature_class(
            TABLE,
            SpatialReferenceSystem("WGS 84", "EPSG", WGS84, pyproj.CRS(WGS84).to_wkt("WKT1_GDAL")),
            fields=[Field(column.code, _TYPES[column.kind]) for column in columns],
            description="\n".join(f"{heading}: {sentence}" for heading, sentence in table.about),
            geom_name="geom",
        )
        names = ", ".join(f'"{column.code}"' for column in columns)
        marks = ", ".join("?" * (len(columns) + 1))
        statement = f'INSERT INTO "{layer.name}" (geom, {names}) VALUES ({marks})'  # noqa: S608 -- our own names
        with closing(package.connection), package.connection as connection:
            connection.executemany(
                statement,
                ((_point(row), *(_cell(row[one.code]) for one in columns)) for row in table.rows),
            )
        with path.open("rb") as made:
            shutil.copyfileobj(made, stream)


_TYPES = {
    Kind.TEXT: FieldType.text,
    Kind.NUMBER: FieldType.double,
    Kind.DATE: FieldType.date,
}


def _point(row: Mapping[str, Value]) -> Point | None:
    return None if row[LON] is None else Point(x=row[LON], y=row[LAT], srs_id=WGS84)


def _cell(value: Value) -> str | float | None:
    if value is None or isinstance(value, str | float):
        return value
    return text_of(value) if not isinstance(value, int) else value


def _records(stream: BinaryIO) -> Iterator[Record]:
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        _copy(stream, file)
        file.flush()
        number = 0
        try:
            with closing(_opened(Path(file.name))) as connection:
                for number, one in enumerate(_features(connection), start=1):  # noqa: B007 -- told below
                    yield one
        except (sqlite3.Error, ValueError, OverflowError, MemoryError) as error:
            raise refused(
                N_(
                    "This GeoPackage is damaged: it cannot be read beyond row {number}.",
                    number=number,
                )
            ) from error


def _copy(stream: BinaryIO, file: Any) -> None:
    """A copy of our own: SQLite wants a file, and may look for others beside it."""
    copied = 0
    while chunk := stream.read(1_000_000):
        copied += len(chunk)
        if copied > MOST_BYTES:
            raise refused(N_("The file is far larger than any list of services."))
        file.write(chunk)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    return connection


def _features(connection: sqlite3.Connection) -> Iterator[Record]:
    begin_row = _patience(connection)
    layer = connection.execute(_LAYER).fetchone()
    if layer is None:
        raise refused(N_("There is no layer of places in the file."))
    table, shape_column, organisation, code = layer
    connection.set_authorizer(_only_reads)
    cursor = connection.execute('SELECT * FROM "{}"'.format(table.replace('"', '""')))  # noqa: S608 -- a table that is there
    names = [name for name, *_ in cursor.description]
    to_wgs84 = _transformer(organisation, code)
    while True:
        begin_row()
        cells = cursor.fetchone()
        if cells is None:
            return
        values = dict(zip(names, cells, strict=True))
        blob = values.pop(shape_column, None)
        said = {name: "…" if isinstance(one, bytes) else one for name, one in values.items()}
        yield record(said, partial(_shape, blob, to_wgs84))


def _only_reads(action: int, *_about: object) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _patience(connection: sqlite3.Connection) -> Callable[[], None]:
    """Gives what to call before each row; a row that takes too many steps ends the reading."""
    left = [PATIENCE]

    def step() -> bool:
        left[0] -= 10_000
        return left[0] < 0

    def begin_row() -> None:
        left[0] = PATIENCE

    connection.set_progress_handler(step, 10_000)
    return begin_row


def _transformer(organisation: object, code: object) -> Callable[[BaseGeometry], BaseGeometry]:
    """From the coordinate system of a layer to degrees, longitude first."""
    if code in (WGS84, 0):  # 0: geographic, nobody said which
        return lambda shape: shape
    name = f"{organisation}:{code}"
    unknown = refused(N_("Nobody knows the coordinate system “{name}”.", name=name[:60]))
    if not _AUTHORITY.fullmatch(name):  # the library would take a definition, or the name of a file
        raise unknown
    try:
        wanted = pyproj.Transformer.from_crs(name, WGS84, always_xy=True)
    except ProjError as error:
        raise unknown from error
    return lambda shape: shapely.transform(shape, wanted.transform, interleaved=False)


def _shape(blob: object, to_wgs84: Callable[[BaseGeometry], BaseGeometry]) -> BaseGeometry | None:
    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < 8 or not blob.startswith(b"GP"):
        raise ValueError("no geometry")
    content = blob[8 + _ENVELOPE_BYTES[blob[3] >> 1 & 0b111] :]
    if len(content) > LARGEST_NESTED and content[1:5].strip(b"\0") not in _SINGLE:
        raise ValueError("nested too deep")
    found: BaseGeometry = shapely.from_wkb(content)
    return None if found.is_empty else to_wgs84(found)


FORMATS.add(
    Format(
        name="geopackage",
        label=N_("Map data for GIS (GeoPackage)"),
        media_type="application/geopackage+sqlite3",
        ending=".gpkg",
        recognises=lambda head: head.startswith(b"SQLite format 3\0"),
        read=read,
        write=write,
    )
)
