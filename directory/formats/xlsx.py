"""Sheets of Excel, LibreOffice and others (ECMA-376)."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from directory.archives import BROKEN_ARCHIVE, check_archive
from directory.core.errors import Invalid
from directory.core.text import N_
from directory.export_columns import Value, text_of
from directory.file_formats import FORMATS, Format, Reading, Row, Table, refused
from directory.import_problems import Problem
from directory.spreadsheet_cells import defused, restored
from directory.table_headers import (
    HEADERS_ABOVE_TAGS,
    MOST_COLUMNS,
    checked_row,
    is_tag_row,
    places,
)

Cells: TypeAlias = tuple[Any, ...]
MOST_ROWS = 1_048_576
"""Of a sheet, by the standard; a file may claim more."""
ROWS_AT_ONCE = 200
MOST_SHEETS = 20
MOST_SOURCES = 500
"""Told once for all rows on the second sheet."""
LONGEST_SHEET_NAME = 31
PARTS = {"sharedstrings.xml": 48_000_000, "styles.xml": 16_000_000, "workbook.xml": 4_000_000}
"""Most bytes of the parts that are in memory whole."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="[A-Z]+(\d{1,7}):[A-Z]+(\d{1,7})"')
_BROKEN = (
    *BROKEN_ARCHIVE, ArithmeticError, AttributeError, LookupError, SyntaxError, TypeError,
    ValueError, RecursionError,
)  # fmt: skip
"""What the library raises for workbooks that are none, found out with damaged ones."""
_OPEN_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?r="[A-Z]+(\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b[^<]*(?:</(?:\w+:)?f>)?\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_CHUNK, _OVERLAP = 1_000_000, 9_000
"""Bytes; the longest formula has 8,192 letters."""


def read(stream: BinaryIO, reading: Reading) -> Iterator[Row | Problem]:
    """The rows of the first sheet that has the columns; formulas count as what they last gave."""
    head = stream.read(4)
    stream.seek(0)
    if not head.startswith(b"PK"):
        raise refused(
            N_("This is not an .xlsx file, or it has a password: save it as .xlsx without one.")
        )
    check_archive(stream, PARTS)
    sheets = _sheets(stream)
    problem: Invalid | None = None
    for sheet in sheets:
        lines = _lines(sheet)
        above = list(islice(lines, HEADERS_ABOVE_TAGS + 1))
        try:
            number, where = _header(above, reading)
        except Invalid as error:
            problem = problem or error
            continue
        under = (line for part in (above[number:], lines) for line in part)
        return _rows(under, where, number, _faults(sheet))
    raise problem or refused(N_("The file is empty."))


def write(stream: BinaryIO, table: Table) -> None:
    """A sheet with labels, hashtags, a filter and a head that stays; a second one says the source."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(table.title))
    sheet.freeze_panes = "A3"
    for at, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.append([_styled(sheet, label, bold=True) for label in table.labels])
    sheet.append([_styled(sheet, column.tag, colour="777777") for column in table.columns])
    codes = [column.code for column in table.columns]
    count = 2
    sources: dict[str, str] = {}
    for row in table.rows:
        sheet.append([_cell(row[code]) for code in codes])
        count += 1
        if len(sources) < MOST_SOURCES:
            sources[_source(row)] = text_of(row.get("source_url"))
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(codes))}{count}"
    about = book.create_sheet("Source")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 100
    for heading, sentence in (*table.about, *sources.items()):
        about.append([_styled(about, heading, bold=True), _styled(about, sentence, wrapped=True)])
    book.save(stream)


def _source(row: Mapping[str, Value]) -> str:
    """Where the facts of a row come from, with its day."""
    citation, day = (text_of(row.get(code)) for code in ("source", "source_date"))
    return f"{citation} ({day})" if day else citation


def _cell(value: Value) -> Value:
    return defused(value) if isinstance(value, str) else value


def _styled(
    sheet: Any, text: str, *, bold: bool = False, colour: str = "000000", wrapped: bool = False
) -> Any:
    cell = WriteOnlyCell(sheet, defused(text))
    cell.font = Font(bold=bold, color=colour)
    cell.alignment = Alignment(wrap_text=wrapped, vertical="top")
    return cell


def _sheet_name(title: str) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:LONGEST_SHEET_NAME] or "1"


def _sheets(stream: BinaryIO) -> list[Any]:
    """The sheets that are shown."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library does not know of, we do not need
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            shown = [one for one in book.worksheets[:MOST_SHEETS] if one.sheet_state == "visible"]
    except _BROKEN as error:
        raise refused(N_("This Excel file is damaged: it cannot be opened.")) from error
    return shown


def _lines(sheet: Any) -> Iterator[Cells]:
    """The cells of every row, empty rows too: they count."""
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
    number = 0
    while True:
        part: list[Cells] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                part.extend(islice(rows, ROWS_AT_ONCE))
        except _BROKEN as error:
            raise refused(
                N_(
                    "This Excel file is damaged: it cannot be read beyond row {number}.",
                    number=number + len(part),
                )
            ) from error
        if not part:
            return
        number += len(part)
        yield from part


def _text(value: Any) -> str:
    if isinstance(value, str):
        return restored(value.strip())
    if isinstance(value, dt.time | dt.timedelta):
        return str(value)
    return text_of(value)


def _header(above: Sequence[Cells], reading: Reading) -> tuple[int, dict[str, int]]:
    """After which row the records begin, and where each column stands.

    The header is the row above the hashtags, or else the first that has every column.
    """
    lines = [_trimmed([_text(cell) for cell in cells]) for cells in above]
    for number, cells in enumerate(lines, start=1):
        if is_tag_row(cells):
            header = lines[number - 2] if number > 1 else ()
            return number, places(reading.columns, header, cells)
    said = [(number, cells) for number, cells in enumerate(lines, start=1) if cells]
    if not said:
        raise refused(N_("The file is empty."))
    fitting = (one for one in said if set(reading.columns) <= set(one[1]))
    number, cells = next(fitting, said[0])
    return number, places(reading.columns, cells)


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Without the empty cells after the last one that says something."""
    last = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:last]


def _rows(
    lines: Iterator[Cells], where: dict[str, int], number: int, faults: Mapping[int, str]
) -> Iterator[Row | Problem]:
    for cells in lines:
        number += 1
        if number in faults:
            yield Problem(number, faults[number])
        elif cells.count(None) < len(cells):
            found = {
                column: _text(cells[place]) if place < len(cells) else ""
                for column, place in where.items()
            }
            yield checked_row(number, found)


def _faults(sheet: Any) -> Mapping[int, str]:
    """Rows of which a cell does not say what it means.

    What joined cells say is said for one row only, and a formula that was never worked out has no
    result.
    """
    found: dict[int, str] = {}
    try:
        with sheet._get_source() as part:  # noqa: SLF001 -- the library has no other way to the whole of a sheet
            rest = b""
            while chunk := part.read(_CHUNK):
                text = rest + chunk
                found.update({int(row): "formula-open" for row in _OPEN_FORMULA.findall(text)})
                for first, last in _MERGED.findall(text):
                    rows = range(int(first), min(int(last), MOST_ROWS) + 1)
                    found.update(dict.fromkeys(rows, "merged-cells"))
                rest = text[-_OVERLAP:]
    except (*BROKEN_ARCHIVE, zipfile.LargeZipFile, LookupError) as error:
        raise refused(N_("This Excel file is damaged: it cannot be opened.")) from error
    return found


FORMATS.add(
    Format(
        name="xlsx",
        label=N_("Spreadsheet (Excel)"),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ending=".xlsx",
        recognises=lambda head: head.startswith((b"PK\x03\x04", b"PK\x05\x06")),
        read=read,
        write=write,
    )
)
