"""What a file format is made of; the formats are the modules of ``directory.formats``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from directory.core.errors import Invalid
from directory.core.registry import Registry
from directory.core.text import N_, Text
from directory.export_columns import Column, Value
from directory.import_problems import Problem

HEAD_BYTES = 64 * 1024
"""So much of a file is looked at to tell its format."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table, as text; nothing is checked yet but that it could be read."""

    number: int
    """As a spreadsheet counts: the header is 1. Without a header the first record is 1."""
    cells: Mapping[str, str]
    """By column, only those that were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How somebody wants a file to be read."""

    columns: Collection[str]
    """Columns that are needed, by header or HXL hashtag; the file is refused if one is not there.

    Formats with shapes also have ``lon`` and ``lat``, degrees on WGS 84."""
    encoding: str = "utf-8"
    delimiter: str = ""
    """Between two cells; empty: the one with which the header makes sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is written: rows as they come, and words for whoever opens the file."""

    columns: Sequence[Column]
    labels: Sequence[str]
    """Of the columns, in the language of the file."""
    rows: Iterable[Mapping[str, Value]]
    """By code of the column; read once, one at a time."""
    title: str
    about: Sequence[tuple[str, str]]
    """Heading and sentence: source, date, licence."""


Read = Callable[[BinaryIO, Reading], Iterator[Row | Problem]]
"""Gives every record or what is wrong with it, one at a time. Raises ``Invalid`` for a file that is
nothing of the kind before the first record, for one that is damaged when it comes to the place."""
Write = Callable[[BinaryIO, Table], None]
"""Writes a table to a file that is empty and can be read again; the rows are never all in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format of files that are read, written, or both."""

    name: str
    label: Text
    media_type: str
    ending: str
    recognises: Callable[[bytes], bool]
    """Whether the beginning of a file looks like this format."""
    read: Read | None = None
    write: Write | None = None


FORMATS: Registry[Format] = Registry("directory.formats")
"""File formats, one a module.

To add a format, add one module here that ends with ``FORMATS.add(Format(…))`` (``directory.
file_formats``): its ``read`` gives rows of text by column, or a problem where a row cannot be read;
its ``write`` puts a table into a file. Upload, download, interface and command line look into
``FORMATS``; nothing else is touched.
"""


def writable() -> list[Format]:
    """The formats that can be written, in order of name."""
    return [one for one in FORMATS.values() if one.write is not None]


def writer_of(name: str, file_name: str = "") -> tuple[Format, Write]:
    """The format of that name, or else the one whose ending the file has, and how it is written.

    Raises ``Invalid`` if there is none.
    """
    known = writable()
    found = next((one for one in known if one.name == name), None)
    if found is None and not name:
        found = _ending(file_name, known)
    if found is None or found.write is None:
        raise _unknown(name or file_name, known)
    return found, found.write


def reader_of(name: str, file_name: str, stream: BinaryIO) -> Read:
    """How a file is read: as the format of that name, or else as what it looks like.

    Raises ``Invalid`` where content and name of the file contradict each other: it has been
    damaged, or is meant to deceive.
    """
    known = [one for one in FORMATS.values() if one.read is not None]
    found = next((one for one in known if one.name == name), None)
    if found is None and not name:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        if not head:
            raise refused(N_("The file is empty."))
        looks = [one for one in known if one.recognises(head)]
        found = _agreed(_ending(file_name, known), looks)
    if found is None or found.read is None:
        raise _unknown(name or file_name, known)
    return found.read


def refused(reason: Text) -> Invalid:
    """A file that is not taken."""
    return Invalid({"file": reason}, reason)


def _ending(file_name: str, among: Iterable[Format]) -> Format | None:
    """The format whose ending a file has; of several, the one with the longest ending."""
    fitting = [one for one in among if file_name.lower().endswith(one.ending)]
    return max(fitting, key=lambda one: len(one.ending), default=None)


def _agreed(named: Format | None, looks: Sequence[Format]) -> Format | None:
    """What the name and the content of a file say together."""
    if named is None or named in looks or not looks:
        return named or next(iter(looks), None)
    alike = [one for one in looks if one.ending.endswith(named.ending)]
    if alike:  # a table with hashtags ends like any other table
        return alike[0]
    raise refused(
        N_(
            "The name of the file says “{named}”, its content says “{found}”.",
            named=named.label,
            found=looks[0].label,
        )
    )


def _unknown(asked: str, known: Iterable[Format]) -> Invalid:
    return refused(
        N_(
            "“{asked}” is none of the formats: {known}.",
            asked=asked,
            known=", ".join(one.name for one in known),
        )
    )
