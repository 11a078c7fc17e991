"""HSDS objects in the language of this answer, as values that JSON can hold."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from directory.core.i18n import words
from directory.core.text import Text, Words


def told(value: Any) -> Any:
    """``value`` with sentences translated. What is ``None`` or an empty list is left out: HSDS
    omits what is not known, and knows no null.
    """
    if isinstance(value, Mapping):
        return _without_unknown({str(name): told(part) for name, part in value.items()})
    if isinstance(value, Text | Words):
        return words(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [told(part) for part in value if part is not None]
    return _plain(value)


def _without_unknown(values: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in values.items() if part is not None and part != []}


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value) if isinstance(value, UUID) else value
