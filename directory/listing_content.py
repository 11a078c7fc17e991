"""The content of a listing as plain values: what a version keeps, a seed gives and a file
carries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from directory.costs import cost_terms

SCALARS: dict[str, Any] = {
    "visibility": "public",
    "is_permanent": False,
    "source": {},
    "cost_model": None,
    "price": None,
    "currency": None,
    "cost_note": None,
    "cost_terms": {},
    "duration_days": None,
    "hours_per_week": None,
    "ends_on": None,
    "has_no_end": False,
    "has_no_conditions": False,
    "languages": [],
    "supports": [],
    "specialties": [],
    "sectors": [],
    "saturated_sectors": [],
    "documents_required": [],
    "data_needed": [],
    "allowed_senders": [],
    "accepts_self_referral": None,
    "accepts_incomplete": False,
    "single_stage": False,
    "waitlist_days": None,
    "promised_hours": {},
}
"""Single values of a listing, with what stands there when nothing is said. Empty means unknown."""

ROWS: dict[str, dict[str, Any]] = {
    "windows": {
        "opens_on": None,
        "closes_on": None,
        "starts_on": None,
        "recurrence": None,
        "cut_off_days": None,
        "note": None,
    },
    "capacities": {
        "from_on": None,
        "until_on": None,
        "places": None,
        "next_on": None,
        "source": None,
    },
    "allowances": {
        "kind": "",
        "amount": None,
        "currency": None,
        "per": "month",
        "age_from": None,
        "age_to": None,
        "first_payment_day": None,
        "paid_by": None,
        "note": None,
        "source": None,
    },
    "opening_hours": {"weekday": 0, "opens_at": None, "closes_at": None},
}
"""Repeated parts, likewise."""

CONDITION: dict[str, Any] = {
    "kind": "",
    "asks": {},
    "hard": True,
    "flexible_by": "nobody",
    "source": None,
    "parts": [],
}
"""One node of the conditions: a criterion, or ``all``/``any``/``not`` with parts."""

DATES = ("opens_on", "closes_on", "starts_on", "from_on", "until_on", "next_on", "ends_on")
TIMES = ("opens_at", "closes_at")


class UnknownKey(ValueError):
    """The content names something that a listing does not have."""


def clean(content: Mapping[str, Any]) -> dict[str, Any]:
    """``content`` completed, in one order and with JSON values only; raises ``UnknownKey``."""
    unknown = set(content) - set(SCALARS) - set(ROWS) - {"conditions"}
    if unknown:
        raise UnknownKey(", ".join(sorted(unknown)))
    offer = {name: _json(content.get(name, default)) for name, default in SCALARS.items()}
    try:
        cost_terms(offer["cost_terms"])
    except (TypeError, ValueError) as error:
        raise UnknownKey(f"cost_terms: {error}") from error
    for name, columns in ROWS.items():
        offer[name] = sorted((_row(row, columns) for row in content.get(name, ())), key=repr)
    offer["conditions"] = [_condition(node) for node in content.get("conditions", ())]
    return offer


def typed(offer: Mapping[str, Any]) -> dict[str, Any]:
    """A clean content with dates and times as the tables want them."""
    plain = {name: _typed(name, value) for name, value in offer.items() if name in SCALARS}
    for name in ROWS:
        plain[name] = [
            {column: _typed(column, value) for column, value in row.items()} for row in offer[name]
        ]
    return plain


def _row(row: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(row) - set(columns)
    if unknown:
        raise UnknownKey(", ".join(sorted(unknown)))
    values = {name: _json(row.get(name, default)) for name, default in columns.items()}
    if values.get("amount") is not None:
        values["amount"] = float(values["amount"])
    return values


def _condition(node: Mapping[str, Any]) -> dict[str, Any]:
    row = _row({name: value for name, value in node.items() if name != "parts"}, CONDITION)
    row["parts"] = [_condition(part) for part in node.get("parts", ())]
    return row


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _json(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(part) for part in value]
    return getattr(value, "value", value)


def _typed(name: str, value: Any) -> Any:
    parse: Callable[[str], Any] | None = None
    if name in DATES:
        parse = dt.date.fromisoformat
    elif name in TIMES:
        parse = dt.time.fromisoformat
    return parse(value) if parse and isinstance(value, str) else value
