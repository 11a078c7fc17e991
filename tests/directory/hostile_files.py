"""Files that are damaged, deceive, or mean harm: made here, never kept as files.

``HOSTILE`` has one entry for each: its file name, and a function that gives its bytes. None of them
holds a facility that could be taken in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.directory.hostile_maps import GOOD_MARK, document, feature_files, placemark_files
from tests.directory.hostile_packages import LAYER, layer, package_files
from tests.directory.hostile_sheets import sheet_files, workbook, zipped
from tests.directory.hostile_tables import COLUMNS, HEAD, table_files, tagged_files

__all__ = ["COLUMNS", "HOSTILE", "Hostile"]
Content = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file."""

    about: str
    file_name: str
    content: Content

    def __str__(self) -> str:
        return self.about.replace(" ", "-")


def _two_faced() -> Iterator[Hostile]:
    """Two things at once, and things under the name of another."""
    contents = {
        "sheet": zipped(workbook()),
        "package": layer(LAYER),
        "collection": b'{"type":"FeatureCollection","features":[]}',
        "document": document(GOOD_MARK),
    }
    endings = {"sheet": "xlsx", "package": "gpkg", "collection": "geojson", "document": "kml"}
    for about, content in contents.items():
        for other, ending in {**endings, "table": "csv"}.items():
            if other != about:
                yield Hostile(f"{about} called {ending}", f"list.{ending}", _constant(content))
    archive_first = zipped({"a": b""}) + HEAD
    yield Hostile("archive and table at once", "list.csv", _constant(archive_first))
    yield Hostile("table called hxl", "list.hxl.csv", _constant(HEAD + b"1,A,GN,,\n"))
    unknown = b"\xff\xfe\xfd" + bytes(40)
    yield Hostile("a format that nobody knows", "list.doc", _constant(unknown))


def _named(ending: str, files: Mapping[str, bytes | Content]) -> Iterator[Hostile]:
    for about, content in files.items():
        made = _constant(content) if isinstance(content, bytes) else content
        yield Hostile(f"{ending} of {about}", f"list.{ending}", made)


def _constant(content: bytes) -> Content:
    return lambda: content


HOSTILE: tuple[Hostile, ...] = (
    *_named("csv", table_files()),
    *(
        Hostile(f"hxl of {about}", "list.csv", _constant(one))
        for about, one in tagged_files().items()
    ),
    *_named("xlsx", sheet_files()),
    *_named("geojson", feature_files()),
    *_named("kml", placemark_files()),
    *_named("gpkg", package_files()),
    *_two_faced(),
)
