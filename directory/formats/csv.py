"""Tables as comma-separated text: any delimiter, any size, however badly written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from directory.core.text import N_
from directory.export_columns import text_of
from directory.file_formats import FORMATS, Format, Reading, Row, Table, refused
from directory.import_problems import Problem
from directory.spreadsheet_cells import defused, restored
from directory.table_headers import (
    HEADERS_ABOVE_TAGS,
    UNDECODED,
    checked_row,
    is_tag_row,
    places,
)

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 1_000_000
_NOT_TEXT = (b"PK", b"\x1f\x8b", b"%PDF", b"\xd0\xcf\x11\xe0", b"SQLi", b"\x89PNG", b"\xff\xd8")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TABLE = re.compile(rb"(\xef\xbb\xbf)?\s*[{<\[]")


def read(stream: BinaryIO, reading: Reading) -> Iterator[Row | Problem]:
    """Each record under the header, or what is wrong with it; empty ones are passed over."""
    lines = lines_of(stream, reading.encoding)
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise refused(N_("The file is empty."))
    if UNDECODED.search(first):
        raise refused(N_("The header cannot be read: say which encoding the file has."))
    delimiter = reading.delimiter or _delimiter(first, reading)
    header = cells_of(first, delimiter)
    where = places(reading.columns, header)
    return rows_of(csv.reader(lines, delimiter=delimiter, strict=True), where, len(header), 2)


def write(stream: BinaryIO, table: Table) -> None:
    """A header of codes and the rows: RFC 4180, UTF-8 with the mark by which spreadsheets know it."""
    write_lines(stream, table, [[column.code for column in table.columns]])


def write_lines(stream: BinaryIO, table: Table, above: Iterable[list[str]]) -> None:
    """Rows under what stands above them."""
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    lines = csv.writer(text)
    lines.writerows(above)
    codes = [column.code for column in table.columns]
    lines.writerows([defused(text_of(row[code])) for code in codes] for row in table.rows)
    text.flush()
    text.detach()  # the wrapper would close what is not its own


def looks_like_text(head: bytes) -> bool:
    """Whether the beginning of a file can be that of a table as text."""
    if head.startswith(_UTF_16):
        return True
    return not (head.startswith(_NOT_TEXT) or b"\0" in head or _NO_TABLE.match(head))


def has_tags(head: bytes) -> bool:
    """Whether one of the first lines is a row of hashtags."""
    lines = head.decode("utf-8-sig", "replace").splitlines()[: HEADERS_ABOVE_TAGS + 1]
    return any(is_tag_row(cells_of(line, mark)) for line in lines for mark in DELIMITERS)


def rows_of(
    records: Iterator[list[str]], where: dict[str, int], width: int, number: int
) -> Iterator[Row | Problem]:
    """The records as rows; ``number`` is that of the first, ``where`` the place of each column."""
    number -= 1
    while True:
        number += 1
        try:
            cells = next(records, None)
        except csv.Error as error:
            yield Problem(number, "not-csv", found=str(error))
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width:
            yield Problem(number, "cell-count", found=f"{len(cells)} / {width}")
            continue
        wanted = {column: restored(cells[place].strip()) for column, place in where.items()}
        yield checked_row(number, wanted)


def lines_of(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines of bounded length: a file without line ends must not fill the memory."""
    return _lines(stream, _encoding(stream, encoding))


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    try:
        while line := text.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise refused(N_("A line is so long that this cannot be a table."))
            yield line
    except UnicodeDecodeError as error:
        raise refused(N_("The file cannot be read: say which encoding it has.")) from error
    finally:
        if not stream.closed:
            text.detach()  # the wrapper would close what is not its own


def _encoding(stream: BinaryIO, asked: str) -> str:
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(_NOT_TEXT):
        raise refused(N_("This is not a text file: save the list as CSV first."))
    if head.startswith(_UTF_16):
        return "utf-16"
    try:
        "é".encode(asked, errors="replace")  # some codecs are not for text
        name = codecs.lookup(asked).name
    except LookupError:
        raise refused(N_("There is no encoding “{name}”.", name=asked)) from None
    return "utf-8-sig" if name == "utf-8" else name


def _delimiter(first: str, reading: Reading) -> str:
    """The one with which most of the needed columns are in the header."""

    def found(delimiter: str) -> int:
        return len(set(cells_of(first, delimiter)) & set(reading.columns))

    return max(DELIMITERS, key=found)


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none where it is no line of a table."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


FORMATS.add(
    Format(
        name="csv",
        label=N_("Table as text (CSV)"),
        media_type="text/csv",
        ending=".csv",
        recognises=lambda head: looks_like_text(head) and not has_tags(head),
        read=read,
        write=write,
    )
)
