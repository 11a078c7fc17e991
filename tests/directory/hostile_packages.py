"""GeoPackages that are damaged, deceive, or mean harm."""

from __future__ import annotations

import contextlib
import sqlite3
import struct
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path


def _database(*statements: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.executescript(statement)
            connection.commit()
        return path.read_bytes()


PARTS = """
CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326), (1, 'NASA', 99999), (2, '+init=/etc/passwd', 1);
"""
LAYER = "CREATE TABLE a (id, name, country, geom); "
ENDLESS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT 'a' || i AS table_name, 'features' AS data_type, i AS id, 'A' AS name, 'GN' AS country,
    NULL AS geom
FROM n
"""


def layer(*statements: str, name: str = "a", system: int = 4326) -> bytes:
    said = name.replace("'", "''")
    listed = (
        f"INSERT INTO gpkg_contents VALUES ('{said}', 'features'); "  # noqa: S608 -- of a test
        f"INSERT INTO gpkg_geometry_columns VALUES ('{said}', 'geom', {system});"
    )
    return _database(PARTS, listed, *statements)


def _with(values: str) -> str:
    """A layer with one row."""
    return f"{LAYER}INSERT INTO a VALUES ({values})"  # noqa: S608 -- of a test


def _blob(content: bytes) -> str:
    return _with(f"'1', 'A', 'XX', x'{content.hex()}'")


def package_files() -> dict[str, Callable[[], bytes]]:
    head = b"GP\x00\x01" + struct.pack("<i", 4326)
    many = head + b"\x01" + struct.pack("<II", 2, 4_000_000_000) + bytes(16)
    nested = head + (b"\x01" + struct.pack("<II", 7, 1)) * 5_000
    deep = head + (b"\x01" + struct.pack("<II", 7, 1)) * 400_000
    row = _with("'1', 'A', 'XX', NULL")
    return {
        "nothing": lambda: b"",
        "nothing but its head": lambda: b"SQLite format 3\0",
        "no table": lambda: _database("CREATE TABLE x (a)"),
        "no layer": lambda: _database(PARTS),
        "its first half": lambda: _cut(layer(row)),
        "pages of noise": lambda: _noise(layer(row)),
        "a layer that is not there": layer,
        "a layer without an end": lambda: layer(f"CREATE VIEW a AS {ENDLESS}"),
        "a list of layers without an end": lambda: _database(
            PARTS.replace("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);", ""),
            f"CREATE VIEW gpkg_contents AS {ENDLESS}",
        ),
        "a table that is not real": lambda: layer(
            "CREATE VIRTUAL TABLE a USING fts5(id, name, country, geom)"
        ),
        "columns that are computed and large": lambda: layer(
            "CREATE TABLE a (id, name, country AS (hex(zeroblob(20000000))), geom); "
            "INSERT INTO a (id, name) VALUES ('1', 'A')"
        ),
        "a name with quotation marks": lambda: layer(
            'CREATE TABLE "a""; DROP TABLE b; --" (id, name, country, geom)',
            name='a"; DROP TABLE b; --',
        ),
        "other columns": lambda: layer("CREATE TABLE a (x, geom); INSERT INTO a VALUES (1, NULL)"),
        "a coordinate system of nobody": lambda: layer(row, system=1),
        "a coordinate system that is a file": lambda: layer(row, system=2),
        "shapes that are words": lambda: layer(_with("'1','A','XX','POINT (1 1)'")),
        "shapes of noise": lambda: layer(_blob(bytes(range(100)))),
        "a shape that is only a head": lambda: layer(_blob(head)),
        "a shape of four thousand million points": lambda: layer(_blob(many)),
        "shapes within shapes": lambda: layer(_blob(nested)),
        "four hundred thousand shapes within shapes": lambda: layer(_blob(deep)),
        "a shape with an envelope beyond its end": lambda: layer(_blob(b"GP\x00\x0b" + bytes(4))),
        "a shape with a kind of envelope that is none": lambda: layer(
            _blob(b"GP\x00\x0f" + bytes(90))
        ),
        "text of another encoding": lambda: layer(
            _with("'1', CAST(x'48f474' AS TEXT), 'XX', NULL")
        ),
        "pieces where words belong": lambda: layer(_with("x'00', x'01', x'02', NULL")),
        "a cell of eight megabytes": lambda: layer(
            _with("'1', hex(zeroblob(4000000)), 'XX', NULL")
        ),
        "a description that is no statement": lambda: layer(
            row,
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE a (' WHERE name = 'a'",
        ),
        "a journal that it waits for": lambda: layer(row).replace(
            b"\x01\x01\x00\x40", b"\x02\x02\x00\x40", 1
        ),
    }


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _noise(content: bytes) -> bytes:
    """Every page but the first is noise that looks the same at each run."""
    return content[:4096] + zlib.compress(content, 9)[:50] * (len(content) // 50 - 80)
