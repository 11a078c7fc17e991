"""A row of a list becomes a facility, or it is said what is wrong with it. No database here."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from directory.column_mapping import ColumnMapping, Owner
from directory.core.errors import Invalid
from directory.file_formats import Row
from directory.folding import fold
from directory.import_problems import Problem
from directory.opening_hours import Hours
from directory.visibility import Precision
from directory.weekly_hours import weekly_hours
from directory.written_coordinates import Axis, Writing, Written, read_degrees

LONGEST: dict[str, int] = {
    "id": 58, "name": 200, "country": 2, "region": 120, "kind": 200, "owner": 200, "place": 200,
    "address": 300, "phone": 40, "email": 200, "website": 500, "hours": 200,
}  # fmt: skip
"""Characters that the tables take, or that make sense."""
EXACT_DECIMALS = 3
"""A position with fewer decimals, about 100 m, cannot be that of a building."""
_FORMULA = re.compile(r"[=@]|[+-](?![\d\s(])")
_ODD = {Writing.COMMA: "decimal-comma", Writing.DEGREES: "degrees-minutes"}
_NOWHERE = (None, None, 0)
_DAMAGED = re.compile("�|Ã[\u0080-¿]|â€|[a-z][TFY](?=[a-z ]|$)")
"""What UTF-8 read as Latin-1 leaves behind, and capitals in words where another code page had é."""
_KEY_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True, kw_only=True)
class Facility:
    """One facility of a list, as far as its row says something usable."""

    row: int
    key: str
    """Of its service and its site here."""
    record: str
    """Identifier in the list."""
    name: str
    country: str
    owner: Owner
    owner_name: str
    kind: str
    claimed_region: str
    lon: float | None
    lat: float | None
    precision: Precision
    place: str
    address: str
    phone: str
    email: str
    website: str
    hours: tuple[Hours, ...]


class LeftOut(Exception):
    """The row cannot be taken; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind)
        self.problem = problem


def country_of(row: Row, mapping: ColumnMapping, only: str) -> str:
    """The country that the row names, or the only one asked for."""
    column = mapping.columns.get("country")
    return row.cells[column].upper() if column else only


def facility_of(row: Row, mapping: ColumnMapping, country: str) -> tuple[Facility, list[Problem]]:
    """The facility and what is wrong with less than the whole row; raises ``LeftOut``."""
    cells = {name: row.cells[column] for name, column in mapping.columns.items()}
    _check_cells(row, cells, mapping)
    problems: list[Problem] = []
    owner = mapping.owner_of(cells.get("owner", ""))
    if owner is None:
        raise _left_out(row, "unknown-owner", mapping.columns["owner"], cells["owner"])
    lon, lat, decimals = _position(row, cells, mapping, problems)
    if _DAMAGED.search(cells["name"]):
        problems.append(_problem(row, "damaged-letters", mapping, "name", cells["name"]))
    return (
        Facility(
            row=row.number,
            key=f"{mapping.list_code}-{slug(cells['id'])}",
            record=cells["id"],
            name=cells["name"],
            country=country,
            owner=owner,
            owner_name=owner.name or cells.get("owner", ""),
            kind=cells.get("kind", ""),
            claimed_region=cells.get("region", ""),
            lon=lon,
            lat=lat,
            precision=_precision(cells, mapping, decimals),
            place=cells.get("place", ""),
            address=cells.get("address", ""),
            phone=cells.get("phone", ""),
            email=cells.get("email", ""),
            website=cells.get("website", ""),
            hours=_hours(row, cells, mapping, problems),
        ),
        problems,
    )


def _check_cells(row: Row, cells: dict[str, str], mapping: ColumnMapping) -> None:
    if not slug(cells["id"]):
        raise _left_out(row, "no-id", mapping.columns["id"], cells["id"])
    if not cells["name"]:
        raise _left_out(row, "no-name", mapping.columns["name"], "")
    if len(slug(cells["id"])) > LONGEST["id"]:
        raise _left_out(row, "too-long", mapping.columns["id"], cells["id"])
    for name, cell in cells.items():
        if len(cell) > LONGEST.get(name, 100):
            raise _left_out(row, "too-long", mapping.columns[name], cell)
        if name not in ("lon", "lat") and _FORMULA.match(cell):
            raise _left_out(row, "formula", mapping.columns[name], cell)


def _position(
    row: Row, cells: dict[str, str], mapping: ColumnMapping, problems: list[Problem]
) -> tuple[float | None, float | None, int]:
    """Longitude, latitude and the decimals of the more exact one; what was odd is a problem."""
    texts = {name: cells.get(name, "") for name in ("lon", "lat")}
    if not all(texts.values()):
        problems.append(Problem(row.number, "no-coordinates"))
        return _NOWHERE
    written = {}
    for name, text in texts.items():
        read = read_degrees(text)
        if read is None:
            problems.append(_problem(row, "bad-number", mapping, name, text))
            return _NOWHERE
        written[name] = read
    pair = f"{texts['lon']}, {texts['lat']}"
    lon, lat = written["lon"], written["lat"]
    if (lon.axis, lat.axis) == (Axis.LAT, Axis.LON):
        lon, lat = lat, lon
        problems.append(Problem(row.number, "letters-swapped", found=pair[:100]))
    kind = _fault(lon, lat)
    if kind:
        problems.append(Problem(row.number, kind, found=pair[:100]))
        return _NOWHERE
    for writing in sorted({lon.writing, lat.writing} - {Writing.PLAIN}):
        read_as = f"{pair} → {lon.degrees:.5f}, {lat.degrees:.5f}"
        problems.append(Problem(row.number, _ODD[writing], found=read_as[:100]))
    return lon.degrees, lat.degrees, max(lon.decimals, lat.decimals)


def _fault(lon: Written, lat: Written) -> str:
    """Why two numbers that can be read are no position all the same; empty: they are one."""
    if lon.axis is Axis.LAT or lat.axis is Axis.LON:
        return "swapped"
    if not math.hypot(lon.degrees, lat.degrees):
        return "no-coordinates"
    if abs(lat.degrees) <= 90 and abs(lon.degrees) <= 180:
        return ""
    is_other_way_round = abs(lat.degrees) <= 180 and abs(lon.degrees) <= 90
    return "swapped" if is_other_way_round else "out-of-range"


def _precision(cells: dict[str, str], mapping: ColumnMapping, decimals: int) -> Precision:
    exact = mapping.exactness_of(cells.get("exactness", ""))
    return exact if decimals >= EXACT_DECIMALS else Precision.TOWN


def _hours(
    row: Row, cells: dict[str, str], mapping: ColumnMapping, problems: list[Problem]
) -> tuple[Hours, ...]:
    text = cells.get("hours", "")
    if not text:
        return ()
    try:
        return weekly_hours(text)
    except Invalid:
        problems.append(_problem(row, "bad-hours", mapping, "hours", text))
        return ()


def slug(text: str) -> str:
    """``text`` as a part of a key."""
    return _KEY_LETTERS.sub("-", fold(text)).strip("-")


def _problem(row: Row, kind: str, mapping: ColumnMapping, name: str, found: str) -> Problem:
    return Problem(row.number, kind, mapping.columns.get(name, ""), found[:100])


def _left_out(row: Row, kind: str, column: str, found: str) -> LeftOut:
    return LeftOut(Problem(row.number, kind, column, found[:100]))
