"""Structured details that go with a reason: what may be written in each, to be counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.categories import CATEGORIES
from directory.core.text import N_, Text
from routing.drop_outs import DROP_OUTS
from routing.education import ALIASES, GRADES

NONE = "none"
"""The explicit "no date is known"."""


class Kind(StrEnum):
    """What a detail is; forms choose their input by it."""

    NUMBER = "number"
    KILOMETRES = "kilometres"
    AMOUNT = "amount"
    PERCENT = "percent"
    LEVEL = "level"
    DATE = "date"
    DATE_OR_NONE = "date-or-none"
    TEXT = "text"
    LONG_TEXT = "long-text"
    LIST = "list"
    CATEGORY = "category"
    RISK = "risk"
    DROP_OUT = "drop-out"


RISKS: dict[str, Text] = {
    "person": N_("Risk for the person"),
    "staff": N_("Risk for the staff"),
    "others": N_("Risk for other people served"),
}
LONG_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing to say with a reason."""

    name: str
    label: Text
    kind: Kind
    required: bool = True


def problem(detail: Detail, value: object) -> Text | None:
    """What is wrong with ``value`` for ``detail``; nothing when it is usable or not needed."""
    if value in (None, "", [], ()):
        return N_("Please fill this in.") if detail.required else None
    return CHECKS[detail.kind](value)


def problems(details: tuple[Detail, ...], given: Mapping[str, object]) -> dict[str, Text]:
    """What is wrong with each of ``given``, entries that nobody asked for included."""
    wrong = {d.name: p for d in details if (p := problem(d, given.get(d.name))) is not None}
    known = {detail.name for detail in details}
    return wrong | {name: N_("This is not asked here.") for name in given if name not in known}


def _number(value: object) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        return N_("Please give a number, 0 or more.")
    return None


def _percent(value: object) -> Text | None:
    return _number(value) or (None if float(str(value)) <= 100 else N_("At most 100."))


def _date(value: object) -> Text | None:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return N_("Please give a date, year-month-day.")
    return None


def _date_or_none(value: object) -> Text | None:
    return None if value == NONE else _date(value)


def _text(value: object) -> Text | None:
    return None if isinstance(value, str) and value.strip() else N_("Please use words.")


def _long_text(value: object) -> Text | None:
    if isinstance(value, str) and len(value.strip()) >= LONG_ENOUGH:
        return None
    return N_("Please use at least {count} characters.", count=LONG_ENOUGH)


def _list(value: object) -> Text | None:
    usable = isinstance(value, list | tuple) and all(
        isinstance(v, str) and v.strip() for v in value
    )
    return None if usable else N_("Please name at least one.")


def _one_of(known: Mapping[str, object]) -> Callable[[object], Text | None]:
    return lambda value: None if value in known else N_("Please choose one of the list.")


def _level(value: object) -> Text | None:
    known = value in GRADES or value in ALIASES
    return None if known else N_("Please choose one of the list.")


CHECKS: dict[Kind, Callable[[object], Text | None]] = {
    Kind.NUMBER: _number,
    Kind.KILOMETRES: _number,
    Kind.AMOUNT: _number,
    Kind.PERCENT: _percent,
    Kind.LEVEL: _level,
    Kind.DATE: _date,
    Kind.DATE_OR_NONE: _date_or_none,
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.LIST: _list,
    Kind.CATEGORY: _one_of(CATEGORIES),
    Kind.RISK: _one_of(RISKS),
    Kind.DROP_OUT: _one_of(DROP_OUTS),
}
