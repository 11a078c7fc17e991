"""Tables as text with a row of HXL hashtags, as humanitarian data are exchanged."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from directory.core.text import N_
from directory.file_formats import FORMATS, Format, Reading, Row, Table, refused
from directory.formats.csv import (
    DELIMITERS,
    cells_of,
    has_tags,
    lines_of,
    looks_like_text,
    rows_of,
    write_lines,
)
from directory.import_problems import Problem
from directory.table_headers import HEADERS_ABOVE_TAGS, is_tag_row, places


def read(stream: BinaryIO, reading: Reading) -> Iterator[Row | Problem]:
    """Each record under the hashtags; the header is the line above them."""
    lines = lines_of(stream, reading.encoding)
    above = ""
    marks = (reading.delimiter,) if reading.delimiter else DELIMITERS
    for number, line in enumerate(islice(lines, HEADERS_ABOVE_TAGS + 1), start=1):
        for mark in marks:
            tags = cells_of(line, mark)
            if is_tag_row(tags):
                where = places(reading.columns, cells_of(above, mark), tags)
                records = csv.reader(lines, delimiter=mark, strict=True)
                return rows_of(records, where, len(tags), number + 1)
        above = line
    raise refused(N_("None of the first lines is a row of hashtags such as “#geo+lat”."))


def write(stream: BinaryIO, table: Table) -> None:
    """Labels, hashtags, rows."""
    write_lines(stream, table, [list(table.labels), [column.tag for column in table.columns]])


FORMATS.add(
    Format(
        name="hxl",
        label=N_("Table with HXL hashtags (CSV)"),
        media_type="text/csv",
        ending=".hxl.csv",
        recognises=lambda head: looks_like_text(head) and has_tags(head),
        read=read,
        write=write,
    )
)
