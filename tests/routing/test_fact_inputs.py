"""What is typed for a fact becomes a value that the rules read, and words that people read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from directory.core.errors import Invalid
from routing.fact_table import FACTS
from routing.fact_words import field_words, value_words
from routing.facts import Facts
from routing.forms.fact_inputs import (
    READERS,
    control_of,
    entries_of,
    said_unknown,
    stored_parts,
    typed_parts,
)
from routing.forms.locations import LOCATION

TODAY = dt.date(2026, 3, 2)


def learned(name: str, **typed: Any) -> Facts:
    form: MultiDict[str, str] = MultiDict()
    for part, value in typed.items():
        key = f"{name}-{part.replace('_', '-')}"
        form.setlist(key, value if isinstance(value, list) else [value])
    return Facts.read(entries_of(form, [name], today=TODAY), today=TODAY)


@pytest.mark.parametrize("fact", [fact for name, fact in FACTS.items() if name != LOCATION])
def test_every_fact_has_a_control_with_a_reader(fact: Any) -> None:
    assert control_of(fact) in READERS


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("born", {"age": "22"}, "22 years"),
        ("born", {"age": "17", "about": "1"}, "16 to 18 years"),
        ("born", {"value": "2004-01-15"}, "22 years (born on 2004-01-15)"),
        ("born", {"value": "2004"}, "21 to 22 years"),
        ("sex", {"value": "female"}, "Female"),
        ("education", {"value": "gn:9"}, "Year 9 (Guinea)"),
        ("education", {"value": "gn:7..gn:10"}, "Year 7 (Guinea) to Year 10 (Guinea)"),
        ("education", {"lo": "gn:7", "hi": "gn:10"}, "Year 7 (Guinea) to Year 10 (Guinea)"),
        ("returned-on", {"year": "2025", "month": "4"}, "2025-04-01 to 2025-04-30"),
        ("returned-on", {"value": "2025-04-03"}, "2025-04-03"),
        ("dependants", {"value": "3"}, "3"),
        ("dependants", {"lo": "2", "hi": "4"}, "2 to 4"),
        ("availability", {"value": "20"}, "20 hours"),
        ("commitment", {"value": "yes"}, "yes"),
        ("languages", {"value": ["fr", "ff"]}, "Fula (Pular, Pulaar), French"),
        ("languages", {"none": "1"}, "none"),
        ("nationality", {"value": ["gn", ""]}, "GN"),
        ("documents", {"value": ["passport"]}, "Passport"),
        ("skills", {"value-1": "carpentry", "level-1": "2"}, "Carpentry (intermediate)"),
        (
            "skills",
            {"value-1": "carpentry", "level-1": "3", "verified-1": "1"},
            "Carpentry (advanced, verified)",
        ),
        ("sector", {"value-1": "carpentry", "value-2": "masonry"}, "Carpentry, Masonry"),
        ("prior-assistance", {"value": ["cash"], "on-cash": "2025-01-02"}, "Cash (2025-01-02)"),
        ("child-ages", {"value": "7, 3"}, "3, 7 years"),
        ("dossier", {"value": "photo, form"}, "form, photo"),
        ("residence", {"value": "GN/GN-L/GN-LA"}, "GN-LA, GN-L"),
    ],
)
def test_what_is_typed_is_understood_and_said(name: str, typed: Any, words: str) -> None:
    value = learned(name, **typed)[name]
    assert str(value_words(name, value.value, today=TODAY)) == words


def test_nothing_typed_teaches_nothing() -> None:
    assert dict(learned("education")) == {}


def test_source_and_date_are_kept() -> None:
    value = learned("sex", value="male", source="document", as_of="2026-02-01")["sex"]
    assert (value.source, value.as_of) == ("document", dt.date(2026, 2, 1))


def test_a_bad_value_is_refused_under_its_fact() -> None:
    with pytest.raises(Invalid) as refusal:
        learned("dependants", value="many")
    assert set(refusal.value.fields) == {"dependants"}


def test_an_unknown_answer_is_no_answer() -> None:
    assert said_unknown(MultiDict({"education-unknown": "1"}), "education")
    assert not said_unknown(MultiDict({"education-value": "gn:9"}), "education")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("sex", {"value": "female"}),
        ("education", {"lo": "gn:7", "hi": "gn:10"}),
        ("commitment", {"value": "no"}),
        ("languages", {"value": ["ff", "fr"]}),
        ("languages", {"none": "1"}),
        ("sector", {"value-1": "carpentry", "value-2": "masonry"}),
    ],
)
def test_what_is_known_is_shown_as_it_was_typed(name: str, typed: Any) -> None:
    written = Facts.written(learned(name, **typed))[name]["value"]
    assert stored_parts(name, written) == typed


def test_what_was_typed_is_shown_again() -> None:
    form = MultiDict([("languages-value", "fr"), ("languages-value", "ff"), ("sex-value", "male")])
    assert typed_parts(form, "languages") == {"value": ["fr", "ff"]}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("age-band", [25, 34], "25 to 34 years"),
        ("age-band", [60, None], "60 years or more"),
        ("distance-band", [0, 5], "less than 5 km"),
        ("distance-band", [5, 10], "5 to 10 km"),
        ("distance-band", [100, None], "more than 100 km"),
        (
            "household-members",
            [{"relation": "child", "years": [14, 18]}, {"relation": "spouse", "years": None}],
            "child (14 to 18 years), husband or wife (age not known)",
        ),
        ("area", "GN/GN-L/GN-LA", "Labé, Labé region"),
        ("priority", "P1", "Emergency, within 24 hours"),
        ("need", "training", "Vocational training"),
        ("interpreter", True, "yes"),
        ("education", "gn:9", "Year 9 (Guinea)"),
        (
            "contact-route",
            [{"value": "+224620", "safe_to_call": True, "hours": "after 17:00"}],
            "+224620 (call, after 17:00)",
        ),
        ("address", {"lon": -12.1, "lat": 11.5}, "11.50000, -12.10000"),
        ("name", "Mamadou", "Mamadou"),
    ],
)
def test_a_field_of_a_payload_is_said_in_words(field: str, value: Any, words: str) -> None:
    names = {"GN-LA": "Labé", "GN-L": "Labé region"}
    assert str(field_words(field, value, today=TODAY, names=names)) == words
