"""What a file format is made of; the formats are the modules of ``directory.formats``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from directory.core.registry import Registry
from directory.core.text import Text
from directory.import_problems import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table, as text; nothing is checked yet but that it could be read."""

    number: int
    """As a spreadsheet counts: the header is 1."""
    cells: Mapping[str, str]
    """By column, only those that were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How somebody wants a file to be read."""

    columns: Collection[str]
    """Columns that are needed; the file is refused if one is not there."""
    encoding: str = "utf-8"
    delimiter: str = ""
    """Between two cells; empty: the one with which the header makes sense."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format of files that are read."""

    name: str
    label: Text
    media_type: str
    ending: str
    read: Callable[[BinaryIO, Reading], Iterator[Row | Problem]]
    """Gives every record or what is wrong with it, one at a time; raises ``Invalid`` for a file
    that is nothing of the kind, before the first record."""


FORMATS: Registry[Format] = Registry("directory.formats")
