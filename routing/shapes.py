"""Shapes of values: how each is read from JSON, a form or a spreadsheet cell, and written back.

The same shapes serve the facts about a person and the parameters of criteria, so that forms, API,
CSV and the encrypted column agree on every value.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from directory.core.text import N_, Text, Words
from routing import regions
from routing.values import Interval


class BadValue(ValueError):
    """A value that cannot be read, with the reason in words."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value looks to people and to files."""

    name: str
    """Code of the control that a form shows: ``date number choice choices ranked yes-no place
    region regions text codes aids skills``."""
    read: Callable[[object], Any]
    """From JSON, form or cell to the value; raises ``BadValue``."""
    write: Callable[[Any], Any]
    """From the value to JSON."""
    schema: Mapping[str, object]
    """JSON Schema of what ``write`` gives."""
    choices: Mapping[str, Text] | None = None
    """Codes with labels, in order, where the list is closed or suggested."""
    unit: Text | None = None
    ranges: bool = False
    """``{"lo": …, "hi": …}`` or ``lo..hi`` is accepted too."""


def same(value: Any) -> Any:
    """Written as it is."""
    return value


def number(
    *,
    whole: bool = True,
    low: float = 0,
    high: float = math.inf,
    unit: Text | None = None,
    reader: Callable[[str], float | None] | None = None,
) -> Shape:
    """A number between ``low`` and ``high``; ``reader`` understands other notations, with units."""

    def read(raw: object) -> float | int:
        value: float | None = None
        if isinstance(raw, str):
            text = raw.strip().lower().replace("\u202f", "").replace("\xa0", "").replace(",", ".")
            value = reader(text) if reader else None
            if value is None:
                try:
                    value = float(text)
                except ValueError as error:
                    raise BadValue(N_("A number is needed, not “{text}”.", text=raw)) from error
        elif isinstance(raw, int | float) and not isinstance(raw, bool):
            value = float(raw)
        if value is None or not math.isfinite(value):
            raise BadValue(N_("A number is needed."))
        if value < low or value > high:
            raise BadValue(_limits(low, high))
        if whole and value != int(value):
            raise BadValue(N_("A whole number is needed."))
        return int(value) if value == int(value) else value

    schema: dict[str, object] = {"type": "integer" if whole else "number", "minimum": low}
    if high != math.inf:
        schema["maximum"] = high
    return Shape("number", read, same, schema, unit=unit)


def _limits(low: float, high: float) -> Text:
    if high == math.inf:
        return N_("At least {low} is needed.", low=low)
    return N_("A number from {low} to {high} is needed.", low=low, high=high)


def date() -> Shape:
    """A day, written as 2026-05-31."""

    def read(raw: object) -> dt.date:
        if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
            return raw
        try:
            return dt.date.fromisoformat(str(raw).strip())
        except ValueError as error:
            raise BadValue(N_("A date like 2026-05-31 is needed.")) from error

    return Shape(
        "date",
        read,
        dt.date.isoformat,
        {"type": "string", "format": "date"},
    )


def choice(choices: Mapping[str, Text], *, aliases: Mapping[str, str] | None = None) -> Shape:
    """One code of a closed list."""

    def read(raw: object) -> str:
        code = str(raw).strip()
        code = (aliases or {}).get(code, code)
        if code not in choices:
            raise BadValue(N_("“{code}” is not one of: {codes}.", code=code, codes=Words(choices)))
        return code

    return Shape(
        "choice",
        read,
        same,
        {"type": "string", "enum": list(choices)},
        choices=choices,
    )


_CODE = re.compile(r"[\w:./+-]{1,60}")


def text(choices: Mapping[str, Text] | None = None, *, upper: bool = False) -> Shape:
    """A free code (letters, digits, ``: . / + -``); ``choices`` are suggestions."""

    def read(raw: object) -> str:
        code = str(raw).strip()
        code = code.upper() if upper else code
        if not _CODE.fullmatch(code):
            raise BadValue(N_("“{code}” is not a code.", code=code))
        return code

    schema = {"type": "string", "pattern": f"^{_CODE.pattern}$"}
    return Shape("text", read, same, schema, choices=choices)


def many(one: Shape, *, key: Callable[[Any], Any] = same) -> Shape:
    """A set of values of a shape; the empty set says that it is known that there is none."""

    def read(raw: object) -> frozenset[Any]:
        return frozenset(one.read(item) for item in _items(raw))

    def write(value: frozenset[Any]) -> list[Any]:
        return [one.write(item) for item in sorted(value, key=key)]

    name = {"choice": "choices", "text": "codes", "region": "regions"}.get(one.name, one.name + "s")
    schema: dict[str, object] = {"type": "array", "items": one.schema, "uniqueItems": True}
    return Shape(name, read, write, schema, one.choices)


def ranked(one: Shape) -> Shape:
    """Values in order of preference, the dearest first; an empty list says "no preference"."""

    def read(raw: object) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(one.read(item) for item in _items(raw)))

    schema: dict[str, object] = {"type": "array", "items": one.schema}
    return Shape(
        "ranked",
        read,
        lambda value: [one.write(item) for item in value],
        schema,
        one.choices,
    )


def yes_no() -> Shape:
    """True or false; "oui" and "non" are understood."""

    def read(raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        text = str(raw).strip().lower()
        if text in ("yes", "true", "1", "oui", "vrai"):
            return True
        if text in ("no", "false", "0", "non", "faux"):
            return False
        raise BadValue(N_("Yes or no is needed."))

    return Shape("yes-no", read, same, {"type": "boolean"})


def region() -> Shape:
    """A region with those above it, written ``GN/GN-L/GN-LA``."""

    def read(raw: object) -> regions.Region:
        if isinstance(raw, tuple | list):
            raw = "/".join(str(part) for part in raw)
        try:
            path = regions.region(str(raw).strip())
        except ValueError as error:
            raise BadValue(
                N_("Write the region “{code}” with those above it, like GN/GN-L/GN-LA.", code=raw)
            ) from error
        if not path:
            raise BadValue(N_("A region is needed."))
        return path

    return Shape("region", read, regions.written, {"type": "string"})


def ranging(shape: Shape, *, key: Callable[[Any], Any] = same) -> Shape:
    """The shape, where a value may also be known only to lie between two."""

    def read(raw: object) -> Any:
        if isinstance(raw, str) and ".." in raw:
            low, high = raw.split("..", 1)
            raw = {"lo": low, "hi": high}
        if not isinstance(raw, Mapping):
            return shape.read(raw)
        if set(raw) != {"lo", "hi"}:
            raise BadValue(N_("Two bounds, “lo” and “hi”, are needed."))
        lo, hi = shape.read(raw["lo"]), shape.read(raw["hi"])
        if key(lo) > key(hi):
            raise BadValue(N_("The lower bound is above the upper one."))
        return lo if lo == hi else Interval(lo, hi)

    def write(value: Any) -> Any:
        if isinstance(value, Interval):
            return {"lo": shape.write(value.lo), "hi": shape.write(value.hi)}
        return shape.write(value)

    pair = {
        "type": "object",
        "properties": {"lo": shape.schema, "hi": shape.schema},
        "required": ["lo", "hi"],
        "additionalProperties": False,
    }
    schema = {"anyOf": [shape.schema, pair]}
    return replace(shape, read=read, write=write, schema=schema, ranges=True)


def _items(raw: object) -> list[object]:
    if isinstance(raw, str):
        return [part for part in re.split(r"[;|]", raw) if part.strip()]
    if isinstance(raw, list | tuple | set | frozenset):
        return list(raw)
    raise BadValue(N_("A list is needed."))
