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

LONGEST: dict[str, int] = {
    "id": 58, "name": 200, "country": 2, "region": 120, "kind": 200, "owner": 200, "place": 200,
    "address": 300, "phone": 40, "email": 200, "website": 500, "hours": 200,
}  # fmt: skip
"""Characters that the tables take, or that make sense."""
EXACT_DECIMALS = 3
"""A position with fewer decimals, about 100 m, cannot be that of a building."""
_FORMULA = re.compile(r"[=@]|[+-](?![\d\s(])")
_NUMBER = re.compile(r"[+-]?\d{1,4}(\.\d{1,20})?")
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
    lon, lat = _position(row, cells, mapping, problems)
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
            precision=_precision(cells, mapping),
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
) -> tuple[float | None, float | None]:
    texts = cells.get("lon", ""), cells.get("lat", "")
    if not all(texts):
        problems.append(Problem(row.number, "no-coordinates"))
        return None, None
    for name, text in zip(("lon", "lat"), texts, strict=True):
        if not _NUMBER.fullmatch(text):
            problems.append(_problem(row, "bad-number", mapping, name, text))
            return None, None
    lon, lat = map(float, texts)
    if not math.hypot(lon, lat):
        problems.append(Problem(row.number, "no-coordinates", found="0, 0"))
        return None, None
    if abs(lat) > 90 or abs(lon) > 180:
        kind = "swapped" if abs(lat) <= 180 and abs(lon) <= 90 else "out-of-range"
        problems.append(Problem(row.number, kind, found=f"{texts[0]}, {texts[1]}"))
        return None, None
    return lon, lat


def _precision(cells: dict[str, str], mapping: ColumnMapping) -> Precision:
    decimals = max(len(cells.get(name, "").partition(".")[2]) for name in ("lon", "lat"))
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
