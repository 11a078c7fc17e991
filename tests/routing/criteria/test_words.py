"""Conditions in plain words, for the public page, and parameters that say nothing or contradict."""

from __future__ import annotations

from typing import Any

import pytest

from directory.core.errors import Invalid
from routing.conditions import condition

WORDS: list[tuple[str, dict[str, Any], str]] = [
    ("accessibility", {}, "The provider meets the person's needs for access"),
    ("affordability", {"tolerance": 5000}, "Not more than 5000 a month is missing"),
    ("age", {"min": 18}, "18 years or older"),
    ("age", {"max": 35}, "35 years or younger"),
    ("availability", {"full_time": True}, "full time"),
    ("availability", {"hours_per_week": 20, "days": "6 weeks"}, "20 hours a week, for 42 days"),
    ("capacity", {"min": 3}, "3 places are free"),
    ("dependants", {"min": 1, "max": 3}, "at least 1 dependants, at most 3 dependants"),
    ("distance", {"km_urban": "800 m"}, "Within 800 m"),
    ("distance", {"minutes": 90}, "Within 90 minutes"),
    ("documents", {"has_all": ["diploma"]}, "all of: Diploma"),
    ("dossier", {"fields": ["born"], "parts": ["plan"]}, "Complete file: Date of birth, plan"),
    ("duration", {}, "Not longer than the person can accept"),
    ("education", {"min": "gn:6"}, "At least Year 6 (Guinea)"),
    ("education", {"min": "gn:6", "max": "gm:9"},
     "From Year 6 (Guinea) to Grade 9 (The Gambia)"),
    ("funding", {}, "Paid by a funder of the service"),
    ("income", {"min": 10}, "Income of at least 10 a month"),
    ("income", {"min": 10, "max": 20}, "Income of 10 to 20 a month"),
    ("language", {}, "Speaks a language of the service"),
    ("language", {"any_of": ["wo"], "interpreter": True},
     "Speaks one of: Wolof; or with an interpreter"),
    ("literacy", {"numbers": "some"}, "at least: Reckons in writing a little"),
    ("medical", {"requires_specialty": True}, "only for the specialties of the service"),
    ("medical", {"not_in": ["addiction"], "requires_specialty": True},
     "not for: Addiction, only for the specialties of the service"),
    ("nationality", {"any_of": ["SN", "ML"]}, "Nationality: ML, SN"),
    ("nationality", {"any_of": ["SN"], "not_in": ["ML"]}, "Nationality: SN; not: ML"),
    ("prior-assistance", {"none_of": ["cash"]}, "Not received so far: Cash"),
    ("prior-assistance", {"max_count": 2, "since": "2025-01-01"},
     "Received at most 2 times since 2025-01-01: help"),
    ("quota", {"share": 40, "group": "women", "at_most": True},
     "At most 40 per cent of the places: Women"),
    ("referral-channel", {}, "Sent by an organisation that may send"),
    ("residence", {"not_in": ["GN-C"], "min_months": 6},
     "does not live in GN/GN-C, for at least 6 months"),
    ("return-country", {"not_in": ["FR"]}, "Did not come back from: FR"),
    ("return-country", {"any_of": ["LY"], "not_in": ["FR"]}, "Came back from: LY; not: FR"),
    ("return-date", {"before": "2025-01-01", "within_months": 6},
     "came back on or before 2025-01-01, came back at most 6 months ago"),
    ("safety", {}, "No conflict with the provider"),
    ("sector", {}, "A wished trade is offered"),
    ("skill", {"skill": "mechanics", "level": 3}, "Mechanics, at least advanced"),
    ("vulnerability", {"all_of": ["indebted"], "min_score": 3},
     "all of: In debt, vulnerability score of at least 3"),
]  # fmt: skip

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("age", {}, "min"),
    ("age", {"min": 30, "max": 20}, "max"),
    ("availability", {}, "hours_per_week"),
    ("dependants", {}, "min"),
    ("dependants", {"min": 3, "max": 2}, "max"),
    ("dependants", {"min_children": 1, "child_from": 9, "child_to": 3}, "child_to"),
    ("distance", {}, "km_urban"),
    ("documents", {}, "has_all"),
    ("dossier", {}, "fields"),
    ("education", {}, "min"),
    ("education", {"min": "gn:9", "max": "gn:3"}, "max"),
    ("evidence", {"fields": []}, "fields"),
    ("income", {}, "max"),
    ("income", {"min": 9, "max": 3}, "max"),
    ("literacy", {}, "reading"),
    ("medical", {}, "not_in"),
    ("nationality", {}, "any_of"),
    ("quota", {"share": 0}, "share"),
    ("quota", {"share": 101}, "share"),
    ("residence", {}, "admin_in"),
    ("return-country", {}, "any_of"),
    ("return-date", {}, "after"),
    ("skill", {}, "skill"),
    ("vulnerability", {}, "any_of"),
    *((kind, {"any_of": []}, "any_of") for kind in ("sex", "population-group", "return-mode")),
]


@pytest.mark.parametrize(("kind", "asks", "words"), WORDS)
def test_condition_is_told_in_plain_words(kind: str, asks: dict[str, Any], words: str) -> None:
    assert str(condition(kind, asks).clause.describe()) == words


@pytest.mark.parametrize(("kind", "asks", "field"), WRONG)
def test_parameters_that_ask_nothing_or_contradict_are_refused(
    kind: str, asks: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        condition(kind, asks)
    assert set(caught.value.fields) == {field}
