"""The tabular form of HSDS: a zip with one CSV for each kind of object, and its data package."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from directory.hsds_description import Kind
from directory.hsds_profile import KINDS
from directory.hsds_schemas import datapackage

Row = Mapping[str, Any]


def write_tables(
    file: Path, services: Iterable[Row], taxonomies: Iterable[Row], terms: Iterable[Row]
) -> None:
    """Write whole services, taxonomies and terms to a zip; the file is replaced at the end."""
    tables: dict[str, dict[str, Row]] = defaultdict(dict)
    for kind, objects in (
        ("taxonomy", taxonomies), ("taxonomy_term", terms), ("service", services),
    ):  # fmt: skip
        for one in objects:
            for name, row in rows_of(KINDS[kind], one):
                tables[name].setdefault(row["id"], row)
    unfinished = file.with_name(f".{file.name}.part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", json.dumps(datapackage(), ensure_ascii=False))
        for kind_ in KINDS.values():
            if kind_.table:
                archive.writestr(f"{kind_.table}.csv", _csv(kind_, tables[kind_.name].values()))
    unfinished.replace(file)


def rows_of(kind: Kind, one: Row) -> Iterator[tuple[str, Row]]:
    """Rows of an object and of all that is nested in it, each with the name of its kind."""
    if kind.table:
        yield kind.name, one
    for property_ in kind.properties:
        if property_.of is None or property_.name not in one:
            continue
        nested, value = KINDS[property_.of], one[property_.name]
        for part in value if isinstance(value, list) else [value]:
            yield from rows_of(nested, _owned(nested, part, kind, one))


def _owned(nested: Kind, part: Row, owner: Kind, one: Row) -> Row:
    """What nesting says is a column of the table: whose it is. Programmes have no owner here, and
    the table asks for one.
    """
    if nested.name == "program":
        return {"organization_id": one["organization_id"], **part}
    column = f"{owner.name}_id"
    has_column = any(one_.name == column for one_ in nested.properties)
    return {column: one["id"], **part} if has_column and "id" in one else part


def _csv(kind: Kind, rows: Iterable[Row]) -> str:
    names = [one.name for one in kind.properties if one.is_plain]
    stream = io.StringIO(newline="")
    table = csv.writer(stream)
    table.writerow(names)
    for row in rows:
        table.writerow([_cell(row.get(name)) for name in names])
    return stream.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, bool) else value
