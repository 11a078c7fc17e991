"""Cells that a spreadsheet would run as a formula: shown to it as text, and read back as they were.

An apostrophe before such a text is what spreadsheets themselves use; one more is put before a text
that already looks like this, so that every text comes back as itself.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"'*[=+\-@\t\r\n]")
_QUOTED = re.compile(r"'+[=+\-@\t\r\n]")
_HARMLESS = re.compile(r"[+-][\d.,()/ -]*\d")
"""A number or a telephone number: there is nothing in it to run."""


def defused(text: str) -> str:
    """``text`` for a cell of a file that a spreadsheet may open."""
    return f"'{text}" if _RUN.match(text) and not _HARMLESS.fullmatch(text) else text


def restored(cell: str) -> str:
    """The text that ``defused`` was given."""
    return cell[1:] if _QUOTED.match(cell) else cell
