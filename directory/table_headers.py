"""Where the columns that somebody needs stand in a table: by header, or by HXL hashtag below it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from directory.core.text import N_
from directory.file_formats import Row, refused
from directory.import_problems import Problem

MOST_COLUMNS = 1_000
HEADERS_ABOVE_TAGS = 24
"""Rows that may stand above a row of hashtags (hxlstandard.org 1.1)."""
UNDECODED = re.compile("[\udc80-\udcff]")
"""What is left of a byte that is no letter in the encoding."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAG = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(\s*\+[A-Za-z][A-Za-z0-9_]*)*")


def is_tag_row(cells: Sequence[str]) -> bool:
    """Whether a row is one of hashtags: at least one, and nothing but hashtags and empty cells."""
    said = [cell.strip() for cell in cells if cell.strip()]
    return bool(said) and all(_TAG.fullmatch(cell) for cell in said)


def normal_tag(tag: str) -> str:
    """A hashtag in one spelling: attributes in any order mean the same."""
    name, *attributes = (part.strip().lower() for part in tag.split("+"))
    return "+".join([name, *sorted(attributes)])


def places(
    columns: Collection[str], header: Sequence[str], tags: Sequence[str] = ()
) -> dict[str, int]:
    """Column → its place; raises ``Invalid`` for those that are missing or there twice."""
    if max(len(header), len(tags)) > MOST_COLUMNS:
        raise refused(N_("The file has more than {count} columns.", count=MOST_COLUMNS))
    found = {column: _standing(column, header, tags) for column in columns}
    missing = [column for column, where in found.items() if not where]
    if missing:
        said = [*header, *tags]
        raise refused(
            N_(
                "The header has no column “{missing}”. It has: {found}.",
                missing=", ".join(missing),
                found=shown(", ".join(said))[:500],
            )
        )
    twice = [column for column, where in found.items() if len(where) > 1]
    if twice:
        raise refused(N_("The header names “{columns}” twice.", columns=", ".join(twice)))
    return {column: where[0] for column, where in found.items()}


def _standing(column: str, header: Sequence[str], tags: Sequence[str]) -> list[int]:
    if column.startswith("#") and tags:
        wanted = normal_tag(column)
        return [at for at, tag in enumerate(tags) if tag and normal_tag(tag) == wanted]
    return [at for at, name in enumerate(header) if name == column]


def checked_row(number: int, cells: Mapping[str, str]) -> Row | Problem:
    """The row, or the first of its letters that no text has."""
    joined = "\n".join(cells.values())
    if UNDECODED.search(joined):
        return Problem(number, "wrong-encoding", *_first(cells, UNDECODED))
    if CONTROL.search(joined):
        return Problem(number, "control-characters", *_first(cells, CONTROL))
    return Row(number, cells)


def shown(text: str) -> str:
    """``text`` as it can be put on a screen."""
    return UNDECODED.sub("�", CONTROL.sub("�", text))


def _first(cells: Mapping[str, str], fault: re.Pattern[str]) -> tuple[str, str]:
    column = next(column for column, cell in cells.items() if fault.search(cell))
    return column, fault.sub("�", cells[column])[:100]
