"""Degrees as people write them: decimal commas, degrees and minutes, letters for the hemisphere."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

_PLAIN = re.compile(r"[+-]?\d{1,4}(\.\d{1,20})?")
_COMMA = re.compile(r"[+-]?\d{1,3},\d{1,20}")
_LETTER = "[NSEWO]"
_SIGN = r"[+-]?"
_DECIMAL = r"\d{1,3}(?:[.,]\d{1,20})?"
_SEXAGESIMAL = re.compile(
    rf"""
    (?P<before>{_LETTER})?\s*(?P<sign>{_SIGN})\s*
    (?P<degrees>{_DECIMAL})\s*°?\s*
    (?:(?P<minutes>\d{{1,2}}(?:[.,]\d{{1,20}})?)\s*(?:['’′´]|min)?\s*
       (?:(?P<seconds>\d{{1,2}}(?:[.,]\d{{1,20}})?)\s*(?:"|''|’’|[”″]|s)?\s*)?)?
    (?P<after>{_LETTER})?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARK = re.compile(rf"[°'’′´]|{_LETTER}", re.IGNORECASE)
_DASHES = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "º": "°"})


class Axis(enum.StrEnum):
    """Which of the two a letter says a number is."""

    LON = "lon"
    LAT = "lat"


class Writing(enum.StrEnum):
    """How a number was written, where not as a number with a point."""

    PLAIN = "plain"
    COMMA = "comma"
    DEGREES = "degrees"


@dataclass(frozen=True, slots=True)
class Written:
    """A number of degrees that could be read."""

    degrees: float
    decimals: int
    """How exact it is, as so many digits after the point of a number of degrees would be."""
    writing: Writing
    axis: Axis | None = None
    """What its letter says, if it has one. ``O`` is west, in French."""


def read_degrees(text: str) -> Written | None:
    """The degrees, or nothing: what could be read in two ways is not guessed."""
    text = text.translate(_DASHES).strip()
    if _PLAIN.fullmatch(text):
        return Written(float(text), _decimals(text), Writing.PLAIN)
    if _COMMA.fullmatch(text):
        return Written(float(text.replace(",", ".")), _decimals(text), Writing.COMMA)
    match = _SEXAGESIMAL.fullmatch(text)
    return _sexagesimal(match) if match and _MARK.search(text) else None


def _sexagesimal(match: re.Match[str]) -> Written | None:
    """Only the last part may have decimals; minutes and seconds stay below sixty."""
    parts = [part for part in match.group("degrees", "minutes", "seconds") if part is not None]
    before, after = match["before"], match["after"]
    letter = (before or after or "").upper()
    numbers = [float(part.replace(",", ".")) for part in parts]
    is_odd = (
        (before and after)
        or (letter and match["sign"])
        or any(_decimals(part) for part in parts[:-1])
        or any(number >= 60 for number in numbers[1:])
    )
    if is_odd:
        return None
    degrees = sum(number / 60**power for power, number in enumerate(numbers))
    is_negative = match["sign"] == "-" or letter in ("S", "W", "O")
    axis = None
    if letter:
        axis = Axis.LAT if letter in ("N", "S") else Axis.LON
    decimals = _decimals(parts[-1]) + (0, 1, 4)[len(parts) - 1]
    return Written(-degrees if is_negative else degrees, decimals, Writing.DEGREES, axis)


def _decimals(text: str) -> int:
    """Digits after the point or comma. A minute is less than two decimals, a second nearly four."""
    return len(re.split("[.,]", text)[1]) if re.search("[.,]", text) else 0
