"""What was promised, and by which day: shared by the pages and the JSON interface."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any


def read_promise(given: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of the operations; a day that cannot be read is none."""
    return {
        "kind": str(given.get("kind", "")),
        "day": _day(given.get("day")),
        "note": str(given.get("note") or ""),
    }


def _day(given: Any) -> dt.date | None:
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(str(given or "").strip())
    except ValueError:
        return None
