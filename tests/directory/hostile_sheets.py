"""Workbooks that are damaged, deceive, or mean harm."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import openpyxl

from tests.directory.hostile_tables import COLUMNS, HEAD, MEGABYTE

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS_OF_BOOK = {
    "shared": "xl/sharedStrings.xml",
    "book": "xl/workbook.xml",
    "styles": "xl/styles.xml",
    "sheet": "xl/worksheets/sheet1.xml",
    "relations": "xl/_rels/workbook.xml.rels",
    "types": "[Content_Types].xml",
}
LAUGHS = "<!DOCTYPE a [<!ENTITY l0 'ha'>" + "".join(
    f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)
) + "]>"  # fmt: skip
FOREIGN = "<!DOCTYPE a [<!ENTITY l9 SYSTEM 'file:///etc/passwd'>]>"
OUTSIDE = "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>"


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _row(*cells: str, number: int = 1) -> str:
    texts = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{texts}</row>'


@cache
def _good() -> dict[str, bytes]:
    """The parts of a workbook as a program writes them."""
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def workbook(
    rows: str = "", after: str = "", before: str = "", **parts: bytes | None
) -> dict[str, bytes]:
    """The parts of a workbook with one sheet; ``parts`` replace or remove some."""
    sheet = (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>'
        f"{_row(*COLUMNS)}{rows}</sheetData>{after}</worksheet>"
    )
    made: dict[str, bytes | None] = {**_good(), PARTS_OF_BOOK["sheet"]: sheet.encode()}
    made |= {PARTS_OF_BOOK[name]: content for name, content in parts.items()}
    if "shared" in parts:
        made["[Content_Types].xml"] = _good()["[Content_Types].xml"].replace(
            b"</Types>",
            b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxml'
            b'formats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        )
    return {name: content for name, content in made.items() if content is not None}


def sheet_files() -> dict[str, Callable[[], bytes]]:
    bad = _row("", "A", "GN", number=2)

    def book(*arguments: Any, **more: Any) -> Callable[[], bytes]:
        return lambda: zipped(workbook(*arguments, **more))

    whole = zipped(workbook(bad))
    return {
        "nothing": lambda: b"",
        "its first half": lambda: whole[: len(whole) // 2],
        "its last byte missing": lambda: whole[:-1],
        "a middle of zeros": lambda: whole[:200] + bytes(200) + whole[400:],
        "an empty archive": lambda: zipped({}),
        "a document of text": lambda: zipped(
            {"word/document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"}
        ),
        "a sheet of LibreOffice": lambda: zipped(
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
        ),
        "an old Excel file": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "a table as text": lambda: HEAD,
        "a password": lambda: _locked(whole),
        "entities that unfold in its sheet": book(_row("&l9;", "A", "GN", number=2), before=LAUGHS),
        "a file of the machine in its sheet": book(
            _row("&l9;", "A", "GN", number=2), before=FOREIGN
        ),
        "a document type from elsewhere": book(bad, before=OUTSIDE),
        "entities that unfold in its strings": book(
            bad, shared=f'{LAUGHS}<sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>'.encode()
        ),
        "a file of the machine in its book": book(
            bad, book=f'{FOREIGN}<workbook xmlns="{MAIN}"><sheets>&l9;</sheets></workbook>'.encode()
        ),
        "no sheet": book(sheet=None),
        "no book": book(book=None),
        "no relations": book(relations=None),
        "no types": book(types=None),
        "a sheet that is no XML": book(sheet=b"id,name"),
        "a sheet that breaks off": book(
            sheet=f'<worksheet xmlns="{MAIN}"><sheetData>{_row(*COLUMNS)}<row'.encode()
        ),
        "a sheet in the wrong encoding": book(
            sheet=b"<?xml version='1.0' encoding='utf-8'?><a>\xff\xfe</a>"
        ),
        "a book that is no XML": book(book=b"\x00\x01"),
        "styles that are no XML": book(bad, styles=b"<styleSheet"),
        "a string that is not there": book('<row r="2"><c r="A2" t="s"><v>99999</v></c></row>'),
        "a string with a negative number": book('<row r="2"><c r="A2" t="s"><v>-5</v></c></row>'),
        "a number that is none": book('<row r="2"><c r="A2"><v>12abc</v></c></row>'),
        "a date beyond all years": book('<row r="2"><c r="A2" t="d"><v>99999-99-99</v></c></row>'),
        "a style that is not there": book('<row r="2"><c r="A2" s="9999"><v>1</v></c></row>'),
        "a row beyond every sheet": book('<row r="999999999999"><c r="A2"><v>1</v></c></row>'),
        "a row of a negative number": book('<row r="-3"><c r="A2"><v>1</v></c></row>'),
        "a cell beyond every sheet": book('<row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>'),
        "a cell without a letter": book('<row r="2"><c r="22"><v>1</v></c></row>'),
        "a size of all sheets together": book(
            after="",
            sheet=f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>'
            f"{_row(*COLUMNS)}</sheetData></worksheet>".encode(),
        ),
        "cells that are joined": book(
            _row("1", "A", "GN", "-12", "11", number=2) + _row("2", "B", "GN", number=3),
            after='<mergeCells><mergeCell ref="C2:C3"/></mergeCells>',
        ),
        "all cells joined": book(
            _row("1", "A", "GN", number=2),
            after='<mergeCells><mergeCell ref="A1:XFD9999999"/></mergeCells>',
        ),
        "a header whose cells are joined": book(
            sheet=f'<worksheet xmlns="{MAIN}"><sheetData>{_row("id", "", "", "", "")}</sheetData>'
            '<mergeCells><mergeCell ref="A1:E1"/></mergeCells></worksheet>'.encode(),
        ),
        "formulas without a value": book(
            '<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>HYPERLINK("http://a")</f></c></row>'
        ),
        "cells like formulas": book(
            _row("1", "=1+1", "GN", number=2) + _row("@A", "B", "GN", number=3)
        ),
        "values of error": book('<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>'),
        "a depth of fifty thousand": book(sheet=b"<a>" * 50_000),
        "a path out of its archive": lambda: zipped({"../../../etc/passwd": b"x", **workbook()}),
        "a bomb": _bomb,
        "a bomb that denies it": lambda: _lying(
            zipped(workbook(sheet=b"<a>" + bytes(60 * MEGABYTE))), 1_000
        ),
        "a claim of a gigabyte": lambda: _lying(whole, 1_000_000_000),
        "five thousand parts": lambda: zipped(
            {f"xl/{n}.xml": b"" for n in range(5_000)} | workbook()
        ),
        "strings of sixty megabytes": book(
            bad, shared=f'<sst xmlns="{MAIN}"><si><t>{"x" * 60 * MEGABYTE}</t></si></sst>'.encode()
        ),
    }


def _bomb() -> bytes:
    """Half a gigabyte of zeros as a sheet."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(500):
            part.write(bytes(MEGABYTE))
    return made.getvalue()


def _lying(whole: bytes, size: int) -> bytes:
    """The archive with another size of its sheet in both of its lists."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    true = struct.pack("<I", part.file_size)
    return whole.replace(true, struct.pack("<I", size))


def _locked(whole: bytes) -> bytes:
    """The archive with the mark of encryption at every part."""
    made = bytearray(whole)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + offset] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)
