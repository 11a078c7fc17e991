"""Any text in any cell comes back from every format; no damage to a file breaks its reader."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory.core.errors import Invalid
from directory.export_columns import COLUMNS, Kind, Value, text_of, told
from directory.file_formats import FORMATS, Reading, Row, Table, writable
from directory.import_problems import Problem

pytestmark = pytest.mark.one_engine

WRITTEN = [one.name for one in writable()]
TAGGED = ("hxl", "xlsx")
"""Formats whose columns are named by hashtags here."""
DAMAGES = 150
"""Damaged copies of one file; a longer run is made by raising the number."""
NASTY = (
    "=1+1", "'=1", "''", "'", "#N/A", "#DIV/0!", "_x000D_", "_x0041_", "TRUE", "1e5", "00123",
    "-", "+", "@", "<b>&amp;", "]]>", "a\nb", "a\tb", '"', '""', "a,b;c|d", "é", "\u202eabc", "😀",
    "#geo+lat", "1,5", "2026-01-01", "NULL", "None", "\ufeffa", "\u00a0", "\u2028", "\x85",
)  # fmt: skip


def columns_of(name: str) -> tuple[str, ...]:
    return tuple(one.tag if name in TAGGED else one.code for one in COLUMNS)


def written(name: str, rows: list[Mapping[str, Value]]) -> bytes:
    write = FORMATS[name].write
    assert write is not None
    stream = io.BytesIO()
    labels = [str(column.label) for column in COLUMNS]
    write(stream, Table(columns=COLUMNS, labels=labels, rows=rows, title="T", about=[("A", "b")]))
    return stream.getvalue()


def read(name: str, content: bytes) -> list[Row | Problem]:
    reader = FORMATS[name].read
    assert reader is not None
    return list(reader(io.BytesIO(content), Reading(columns=columns_of(name))))


def row_of(texts: list[str], number: float, day: dt.date | None) -> dict[str, Value]:
    """A row whose cells of text are ``texts``, in turn; the first is never empty."""
    row: dict[str, Value] = {}
    for at, column in enumerate(COLUMNS):
        if column.kind is Kind.TEXT:
            row[column.code] = told(texts[at % len(texts)])
        elif column.kind is Kind.DATE:
            row[column.code] = day
        else:
            row[column.code] = Decimal(repr(number)) if column.code == "price" else number
    row["id"] = row["id"] or "1"
    row["lon"], row["lat"] = round(number % 180, 5), round(-number % 90, 5)
    return row


@pytest.mark.parametrize("name", WRITTEN)
@settings(deadline=None, max_examples=15)
@given(
    texts=st.lists(st.text(max_size=30) | st.sampled_from(NASTY), min_size=1, max_size=12),
    number=st.floats(-1e6, 1e6).map(lambda one: round(one, 2)),
    day=st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)),
)
@example(texts=list(NASTY), number=0.0, day=None)
@example(texts=["x"], number=-0.0, day=None)
@example(texts=["x"], number=-0.01, day=dt.date(2026, 3, 2))
def test_every_text_number_and_day_comes_back(
    name: str, texts: list[str], number: float, day: dt.date | None
) -> None:
    row = row_of(texts, number, day)
    expected = {
        asked: text_of(row[column.code])
        for asked, column in zip(columns_of(name), COLUMNS, strict=True)
    }
    assert read(name, written(name, [row, row])) == [
        Row(number, expected) for number in numbers(name, 2)
    ]


def numbers(name: str, count: int) -> range:
    """Rows below a header, or below a header and its hashtags, or without either."""
    first = {"csv": 2, "hxl": 3, "xlsx": 3}.get(name, 1)
    return range(first, first + count)


@cache
def healthy(name: str) -> bytes:
    rows = [row_of([f"Poste {n}", "GN", "é"], n + 0.5, dt.date(2026, 3, 2)) for n in range(3)]
    return written(name, rows)  # type: ignore[arg-type]  # a list of dictionaries


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The file with some bytes turned, cut out, doubled, or its end missing."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made))
        match chance.randrange(5):
            case 0:
                made[at] = chance.randrange(256)
            case 1:
                del made[at : at + chance.randint(1, 40)]
            case 2:
                made[at:at] = made[at : at + chance.randint(1, 200)]
            case 3:
                made[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff")
                )
            case _:
                del made[at + len(made) // 2 :]
    return bytes(made)


@pytest.mark.parametrize("name", WRITTEN)
def test_no_damage_breaks_a_reader(name: str) -> None:
    chance, outcomes = random.Random(name), set()
    for _ in range(DAMAGES):
        outcomes.add(outcome(name, damaged(healthy(name), chance)))
    assert "refused" in outcomes


@pytest.mark.parametrize("name", WRITTEN)
@settings(deadline=None)
@given(noise=st.binary(max_size=300))
def test_no_bytes_at_all_break_a_reader(name: str, noise: bytes) -> None:
    head = healthy(name)[:100]
    for content in (noise, head + noise):
        assert outcome(name, content) in {"read", "refused"}


def outcome(name: str, content: bytes) -> str:
    try:
        found: list[Any] = read(name, content)
    except Invalid:
        return "refused"
    assert all(isinstance(one, Row | Problem) for one in found)
    return "read"
