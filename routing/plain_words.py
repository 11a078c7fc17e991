"""Conditions and facts in plain words, for the pages of the directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.core.errors import Invalid
from directory.core.text import N_, Text
from routing.conditions import describe, tree
from routing.fact_table import FACTS
from routing.reasons import REASONS


def describe_condition(row: Mapping[str, Any]) -> Text:
    """A condition (``routing.conditions.tree`` reads such rows) as a sentence."""
    try:
        return describe(tree([row]).parts[0])
    except Invalid:
        return N_("A condition that cannot be read: {kind}", kind=str(row.get("kind", "")))


def describe_reason(code: str) -> Text:
    """The reason of a refusal; its code where it is not one of ours."""
    reason = REASONS.get(code)
    return reason.label if reason is not None else N_("{code}", code=code)


def describe_fact(code: str) -> Text:
    """What people call a fact about a person; its code where it is not one of ours."""
    fact = FACTS.get(code)
    return fact.label if fact is not None else N_("{code}", code=code)
