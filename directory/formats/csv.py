"""Tables as comma-separated text: any delimiter, any size, however badly written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from directory.file_formats import FORMATS, Format, Reading, Row
from directory.import_problems import Problem

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 1_000_000
MOST_COLUMNS = 1_000
_NOT_TEXT = (b"PK", b"\x1f\x8b", b"%PDF", b"\xd0\xcf\x11\xe0", b"SQLi", b"\x89PNG", b"\xff\xd8")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNDECODED = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read(stream: BinaryIO, reading: Reading) -> Iterator[Row | Problem]:
    """Each record under the header, or what is wrong with it; empty ones are passed over."""
    lines = _lines(stream, _encoding(stream, reading.encoding))
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise _refused(N_("The file is empty."))
    delimiter = reading.delimiter or _delimiter(first, reading)
    header = _header(first, delimiter, reading)
    places = {column: header.index(column) for column in reading.columns}
    return _rows(csv.reader(lines, delimiter=delimiter, strict=True), places, len(header))


def _rows(
    records: Iterator[list[str]], places: dict[str, int], width: int
) -> Iterator[Row | Problem]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(records, None)
        except csv.Error as error:
            yield Problem(number, "not-csv", found=str(error))
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(number, cells, places, width)


def _row(number: int, cells: list[str], places: dict[str, int], width: int) -> Row | Problem:
    if len(cells) != width:
        return Problem(number, "cell-count", found=f"{len(cells)} / {width}")
    wanted = {column: cells[place].strip() for column, place in places.items()}
    joined = "\n".join(wanted.values())
    if _UNDECODED.search(joined):
        return Problem(number, "wrong-encoding", *_first(wanted, _UNDECODED))
    if _CONTROL.search(joined):
        return Problem(number, "control-characters", *_first(wanted, _CONTROL))
    return Row(number, wanted)


def _first(wanted: dict[str, str], fault: re.Pattern[str]) -> tuple[str, str]:
    column = next(column for column, cell in wanted.items() if fault.search(cell))
    return column, fault.sub("�", wanted[column])[:100]


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines of bounded length: a file without line ends must not fill the memory."""
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    try:
        while line := text.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise _refused(N_("A line is so long that this cannot be a table."))
            yield line
    except UnicodeDecodeError as error:
        raise _refused(N_("The file cannot be read: say which encoding it has.")) from error
    finally:
        if not stream.closed:
            text.detach()  # the wrapper would close what is not its own


def _encoding(stream: BinaryIO, asked: str) -> str:
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(_NOT_TEXT):
        raise _refused(N_("This is not a text file: save the list as CSV first."))
    if head.startswith(_UTF_16):
        return "utf-16"
    try:
        "é".encode(asked, errors="replace")  # some codecs are not for text
        name = codecs.lookup(asked).name
    except LookupError:
        raise _refused(N_("There is no encoding “{name}”.", name=asked)) from None
    return "utf-8-sig" if name == "utf-8" else name


def _delimiter(first: str, reading: Reading) -> str:
    """The one with which most of the needed columns are in the header."""

    def found(delimiter: str) -> int:
        return len(set(_cells(first, delimiter)) & set(reading.columns))

    return max(DELIMITERS, key=found)


def _header(first: str, delimiter: str, reading: Reading) -> list[str]:
    header = _cells(first, delimiter)
    if _UNDECODED.search(first):
        raise _refused(N_("The header cannot be read: say which encoding the file has."))
    if len(header) > MOST_COLUMNS:
        raise _refused(N_("The file has more than {count} columns.", count=MOST_COLUMNS))
    missing = [column for column in reading.columns if column not in header]
    if missing:
        raise _refused(
            N_(
                "The header has no column “{missing}”. It has: {found}.",
                missing=", ".join(missing),
                found=_CONTROL.sub("�", ", ".join(header))[:500],
            )
        )
    twice = [column for column in reading.columns if header.count(column) > 1]
    if twice:
        raise _refused(N_("The header names “{columns}” twice.", columns=", ".join(twice)))
    return header


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _refused(reason: Text) -> Invalid:
    return Invalid({"file": reason}, reason)


FORMATS.add(Format("csv", N_("Table as text (CSV)"), "text/csv", ".csv", read))
