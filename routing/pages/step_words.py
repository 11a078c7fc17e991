"""What was recorded with an event, in words, from the same table that asked for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from directory.categories import CATEGORIES
from directory.core.text import N_, Text, Words
from routing.attempts import OUTCOMES
from routing.details import NONE, RISKS, Detail, Kind
from routing.drop_outs import DROP_OUTS
from routing.education import ALIASES, GRADES
from routing.forms.step_fields import CHANNEL_LABELS, Control, StepField, fields_of
from routing.projection import ATTEMPT, INFORM
from routing.reasons import REASONS

Pair = tuple[Text, Text]
NO_DATE = N_("no date known")


def recorded(step: str, details: Mapping[str, Any], code: str | None = None) -> list[Pair]:
    """Label and value of everything that people said with a step."""
    if step == INFORM:
        return list(_informed(details))
    if step == ATTEMPT:
        outcomes = {outcome.value: label for outcome, label in OUTCOMES.items()}
        return [(N_("Result"), outcomes.get(str(details.get("outcome")), N_("unknown")))]
    if step == "expire" and code in REASONS:
        return [(N_("Reason"), REASONS[code].label)]
    return list(_said(step, details))


def _said(step: str, details: Mapping[str, Any]) -> Iterator[Pair]:
    for field in fields_of(step, by_proxy=details.get("by_proxy") is True):
        value = details.get(field.name)
        if value in (None, "", [], {}, False) or field.control is Control.ID:
            continue
        if field.control is Control.DETAIL:
            yield from detail_words(str(details.get("code")), value)
        elif field.control is Control.TICK:
            yield field.label, N_("yes")
        else:
            yield field.label, _value(field, value)


def detail_words(code: str, given: Mapping[str, Any]) -> Iterator[Pair]:
    """The structured detail of a reason."""
    reason = REASONS.get(code)
    for detail in reason.details if reason is not None else ():
        value = given.get(detail.name)
        if value not in (None, "", []):
            yield detail.label, _detail(detail, value)


def _value(field: StepField, value: Any) -> Text:
    choices = field.choices or {}
    if isinstance(value, list):
        return N_("{parts}", parts=Words(choices.get(one, one) for one in value))
    if field.control is Control.DATE:
        return N_("{value}", value=dt.date.fromisoformat(value))
    return choices.get(value) or CHANNEL_LABELS.get(value) or N_("{value}", value=value)


def _detail(detail: Detail, value: Any) -> Text:
    if value == NONE:
        return NO_DATE
    if isinstance(value, list):
        return N_("{parts}", parts=Words(value))
    named: dict[Kind, Mapping[str, Text]] = {
        Kind.RISK: RISKS, Kind.DROP_OUT: DROP_OUTS,
        Kind.CATEGORY: {name: category.label for name, category in CATEGORIES.items()},
        Kind.LEVEL: {name: grade.label for name, grade in GRADES.items()},
    }  # fmt: skip
    known = named.get(detail.kind, {})
    if detail.kind in (Kind.DATE, Kind.DATE_OR_NONE):
        return N_("{value}", value=dt.date.fromisoformat(str(value)))
    return known.get(ALIASES.get(str(value), str(value))) or N_("{value}", value=value)


def _informed(details: Mapping[str, Any]) -> Iterator[Pair]:
    channel = CHANNEL_LABELS.get(str(details.get("channel")))
    if channel is not None:
        yield N_("How"), channel
    if details.get("reply"):
        yield N_("What the person said"), N_("{value}", value=details["reply"])
