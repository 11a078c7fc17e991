"""Reading what was said with a step of a referral, as ``step_fields`` asks it; pages and API read alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.details import Kind
from routing.forms.step_fields import Control, StepField, fields_of
from routing.reasons import REASONS, detail_problems

MOST_SECONDARY = 2
LONGEST = 2_000
CENTURY = range(2000, 2100)
"""Years in which a step can be dated; anything else is a slip of the hand."""


def read_details(step: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a step from JSON or a form; raises ``Invalid`` with every problem.

    A field that is not asked is a problem too. Fields left empty are left out.
    """
    by_proxy = given.get("by_proxy") not in (None, "", False)
    fields = fields_of(step, by_proxy=by_proxy)
    known = {field.name for field in fields} | {"by_proxy", "proxy_contact"}
    problems: dict[str, Text] = {
        name: N_("This is not asked here.") for name in given if name not in known
    }
    values: dict[str, Any] = {}
    for field in fields:
        raw = given.get(field.name)
        if raw in (None, "", [], {}):
            if field.required:
                problems[field.name] = N_("Please fill this in.")
            continue
        try:
            values[field.name] = READERS[field.control](field, raw)
        except ValueError:
            problems[field.name] = N_("This value cannot be used.")
    problems |= _detail_problems(step, values)
    if problems:
        raise Invalid(problems)
    return values


def _detail_problems(step: str, values: dict[str, Any]) -> dict[str, Text]:
    if len(values.get("secondary", ())) > MOST_SECONDARY:
        return {"secondary": N_("At most {count}.", count=MOST_SECONDARY)}
    code = values.get("code")
    if step not in ("reject", "provider-withdraws", "not-started") or code not in REASONS:
        return {}
    values["detail"] = typed_detail(code, values.get("detail", {}))
    found = detail_problems(code, values["detail"])
    return {f"detail.{name}" if name != "code" else name: text for name, text in found.items()}


def typed_detail(code: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The structured detail of a reason with numbers and lists made of what a form gives."""
    kinds = {detail.name: detail.kind for detail in REASONS[code].details}
    return {name: _typed(kinds.get(name), value) for name, value in given.items()}


def _typed(kind: Kind | None, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if kind in NUMBERS:
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            return value
        return int(number) if number.is_integer() else number
    if kind is Kind.LIST:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value.strip()


NUMBERS = frozenset({Kind.NUMBER, Kind.KILOMETRES, Kind.AMOUNT, Kind.PERCENT})


def _text(_field: StepField, raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > LONGEST or not raw.strip():
        raise ValueError
    return raw.strip()


def _date(_field: StepField, raw: Any) -> str:
    day = dt.date.fromisoformat(str(raw))
    if day.year not in CENTURY:
        raise ValueError
    return day.isoformat()


def _tick(_field: StepField, raw: Any) -> bool:
    if raw not in (True, "1", "on", "true"):
        raise ValueError
    return True


def _choice(field: StepField, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in (field.choices or {}):
        raise ValueError
    return raw


def _choices(field: StepField, raw: Any) -> list[str]:
    if not isinstance(raw, list | tuple):
        raise ValueError  # noqa: TRY004 -- the value is what is wrong
    return [_choice(field, one) for one in raw]


def _detail(_field: StepField, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or not all(isinstance(name, str) for name in raw):
        raise ValueError
    return dict(raw)


def _id(_field: StepField, raw: Any) -> str:
    return str(UUID(str(raw)))


READERS: dict[Control, Callable[[StepField, Any], Any]] = {
    Control.TEXT: _text,
    Control.LONG_TEXT: _text,
    Control.DATE: _date,
    Control.TICK: _tick,
    Control.CHOICE: _choice,
    Control.CHOICES: _choices,
    Control.DETAIL: _detail,
    Control.ID: _id,
}
