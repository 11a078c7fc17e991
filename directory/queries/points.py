"""What a search found as GeoJSON for the map: made from arrays and names that are encoded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.geodesy import Floats
from directory.models import Listing, Service
from directory.queries.columns import PRECISIONS, Columns
from directory.queries.search import Found
from directory.search_request import Box
from directory.visibility import Precision

MOST_POINTS = 5_000
"""More than this are drawn as groups."""
GROUPS_ACROSS = 24
"""Cells of the grid of groups along the wider side of what is shown."""
IDS_A_STATEMENT = 500


class Names:
    """The names of all rows in one language as JSON text, one after the other."""

    def __init__(self, texts: list[bytes]) -> None:
        self._whole = b"".join(texts)
        self._ends = np.cumsum([len(text) for text in texts], dtype=np.int64)

    def __getitem__(self, row: int) -> bytes:
        return self._whole[self._ends[row - 1] if row else 0 : self._ends[row]]


def points(
    session: Session,
    found: Found,
    *,
    language: str,
    address: Callable[[UUID], str],
    notes: dict[Precision, str],
    numbers: range = range(0),
) -> bytes:
    """A FeatureCollection of everything found that has a place on the map.

    ``numbers``: entries of the list that is shown beside it; their pins carry their number.
    """
    lon, lat = found.pins()
    drawn = np.flatnonzero(~np.isnan(lon))
    ids = found.ids()
    names = [shown_names(session, part, language) for part in found.parts]
    styles = [_style(code) for code in found.snapshot.vocabulary.category.values]
    notes_by_precision = [orjson.dumps(notes.get(kind, "")) for kind in PRECISIONS]
    rows = zip(
        drawn.tolist(), lon[drawn].round(5).tolist(), lat[drawn].round(5).tolist(),
        found.part[drawn].tolist(), found.row[drawn].tolist(),
        found.take("category")[drawn].tolist(), found.take("precision")[drawn].tolist(),
        strict=True,
    )  # fmt: skip
    features = [
        b'{"type":"Feature","id":"%s","geometry":{"type":"Point","coordinates":[%r,%r]},'
        b'"properties":{"name":%s,%s,"note":%s,"number":%s,"url":%s}}'
        % (
            str(ids[at]).encode(),
            x,
            y,
            names[part][row],
            styles[category],
            notes_by_precision[precision],
            b"%d" % (at + 1) if at in numbers else b"null",
            orjson.dumps(address(ids[at])),
        )
        for at, x, y, part, row, category, precision in rows
    ]
    return _collection(features)


def groups(found: Found, *, label: Callable[[int], str], address: Callable[[Box], str]) -> bytes:
    """A FeatureCollection of how many were found in each cell of a grid, at their middle."""
    lon, lat = found.pins()
    drawn = ~np.isnan(lon)
    lon, lat = lon[drawn], lat[drawn]
    side = max(np.ptp(lon), np.ptp(lat), 1e-6) / GROUPS_ACROSS
    features = [
        orjson.dumps(
            {
                "type": "Feature",
                "id": f"group-{cell}",
                "geometry": {"type": "Point", "coordinates": middle},
                "properties": {"name": label(count), "number": count, "url": address(box)},
            }
        )
        for cell, count, middle, box in _cells(lon, lat, side)
    ]
    return _collection(features)


def shown_names(session: Session, part: Columns, language: str) -> Names:
    """The name of each row as a list in ``language`` shows it."""

    def read(columns: Columns) -> Names:
        texts = [b'""'] * len(columns)
        ids = columns.ids(np.arange(len(columns)))
        query = select(Listing.id, Service.name).join(Service, Listing.service_id == Service.id)
        if columns.since < 0:
            rows: list[Any] = list(session.execute(query))
        else:
            rows = [
                row
                for start in range(0, len(ids), IDS_A_STATEMENT)
                for row in session.execute(
                    query.where(Listing.id.in_(ids[start : start + IDS_A_STATEMENT]))
                )
            ]
        for row, (_, name) in zip(
            columns.rows([one.id for one in rows]).tolist(), rows, strict=True
        ):
            if row >= 0:
                shown = name.get(language) or next((text for text in name.values() if text), "")
                texts[row] = orjson.dumps(shown)
        return Names(texts)

    return part.derived((__name__, "names", language), read)


def _style(code: str) -> bytes:
    """Category, colour and icon as members of a JSON object."""
    category = CATEGORIES.get(code)
    style = {"category": code}
    if category is not None:
        style |= {"colour": category.colour, "icon": category.icon}
    return orjson.dumps(style)[1:-1]


def _collection(features: list[bytes]) -> bytes:
    return b'{"type":"FeatureCollection","features":[' + b",".join(features) + b"]}"


def _cells(lon: Floats, lat: Floats, side: float) -> Iterator[tuple[str, int, list[float], Box]]:
    """Each cell that holds something: its name, count, middle and bounds."""
    column = np.floor((lon - lon.min()) / side).astype(np.int64)
    row = np.floor((lat - lat.min()) / side).astype(np.int64)
    key: NDArray[np.int64] = row * (GROUPS_ACROSS + 2) + column
    for cell in np.unique(key).tolist():
        inside = key == cell
        xs, ys = lon[inside], lat[inside]
        middle = [round(float(xs.mean()), 5), round(float(ys.mean()), 5)]
        box = Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
        yield str(cell), int(inside.sum()), middle, box
