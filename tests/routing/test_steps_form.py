"""What is asked with each step, and how answers are read."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from directory.core.errors import Invalid
from directory.who import Who
from routing.forms.step_fields import PROXY_FIELDS, STEP_FIELDS, Control, StepField, fields_of
from routing.forms.steps import read_details, typed_detail
from routing.reasons import REASONS
from routing.referral_life import LIFE
from tests.routing import journeys

BY_CLOCK = {line.name for line in LIFE.steps if line.actors == {Who.SYS}}
COMPUTED = {
    "need", "listing", "run", "payload_digest", "rule_set", "changes", "disclosure", "hold",
    "user", "position", "attempts", "child", "gap", "task", "return_kind", "detail",
}  # fmt: skip
"""What an event records without being asked."""


def test_every_step_that_people_take_says_what_it_asks() -> None:
    assert set(STEP_FIELDS) == LIFE.names - BY_CLOCK - {"create"}


@pytest.mark.parametrize("line", LIFE.steps, ids=lambda line: line.id)
def test_what_an_event_must_hold_is_asked_or_computed(line: Any) -> None:
    if line.name in BY_CLOCK or line.name == "create":
        return
    asked = {field.name for field in STEP_FIELDS[line.name] if field.required}
    assert set(line.records) <= asked | COMPUTED


@pytest.mark.parametrize("name", sorted(journeys.PLAIN))
def test_what_the_stories_say_is_what_the_forms_ask(name: str) -> None:
    class Now:
        now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
        acceptance = journeys.Story.acceptance

    given = journeys.PLAIN[name][1]
    details = given(Now()) if callable(given) else given
    if name == "reject":
        details = {"code": "R29"}
    assert read_details(name, details).items() >= {k: v for k, v in details.items() if v}.items()


def example(field: StepField) -> Any:
    codes = list(field.choices or {})
    return {
        Control.TEXT: "words",
        Control.LONG_TEXT: "many words",
        Control.DATE: "2026-05-01",
        Control.TICK: True,
        Control.CHOICE: codes[0] if codes else "",
        Control.CHOICES: codes[:2],
        Control.DETAIL: {},
        Control.ID: str(uuid4()),
    }[field.control]


WRONG: dict[Control, tuple[Any, ...]] = {
    Control.TEXT: (3, ["x"], "x" * 2_001),
    Control.LONG_TEXT: (3, {"a": 1}, "  "),
    Control.DATE: ("soon", "2026-13-01", 5, "9999-12-31", "0001-01-01"),
    Control.TICK: ("no", 2, False),
    Control.CHOICE: ("unknown", 3, ["x"]),
    Control.CHOICES: ("unknown", ["unknown"], [3]),
    Control.DETAIL: ("x", [1]),
    Control.ID: ("x", 3),
}
FIELDS = [(step, field) for step, fields in STEP_FIELDS.items() for field in fields]


@pytest.mark.parametrize(("step", "field"), FIELDS, ids=lambda it: getattr(it, "name", it))
def test_a_value_that_cannot_be_used_is_refused_by_its_field(step: str, field: StepField) -> None:
    good = {one.name: example(one) for one in STEP_FIELDS[step]}
    if "code" in good and step in ("reject", "provider-withdraws", "not-started"):
        good["code"] = "R29"
    assert read_details(step, good)
    for wrong in WRONG[field.control]:
        if wrong is False and not field.required:
            continue
        with pytest.raises(Invalid) as refusal:
            read_details(step, {**good, field.name: wrong})
        assert set(refusal.value.fields) == {field.name}


@pytest.mark.parametrize("step", sorted(STEP_FIELDS))
def test_what_is_missing_and_what_is_not_asked_are_named(step: str) -> None:
    required = {field.name for field in STEP_FIELDS[step] if field.required}
    with pytest.raises(Invalid) as refusal:
        read_details(step, {"shoe-size": 42})
    assert set(refusal.value.fields) == required | {"shoe-size"}


def test_who_acts_for_a_provider_names_whom_they_spoke_to() -> None:
    assert fields_of("acknowledge", by_proxy=True) == PROXY_FIELDS
    with pytest.raises(Invalid) as refusal:
        read_details("acknowledge", {"by_proxy": True})
    assert set(refusal.value.fields) == {"proxy_contact"}
    said = {"by_proxy": "on", "proxy_contact": "Mrs Bah"}
    assert read_details("acknowledge", said) == {"by_proxy": True, "proxy_contact": "Mrs Bah"}


def test_the_detail_of_a_reason_is_read_from_a_form() -> None:
    typed = typed_detail("R04", {"limit_km": "5", "distance_km": "8,2"})
    assert typed == {"limit_km": 5, "distance_km": 8.2}
    assert typed_detail("R10", {"documents": "carte, diplôme"}) == {
        "documents": ["carte", "diplôme"]
    }
    assert typed_detail("R04", {"limit_km": "near"}) == {"limit_km": "near"}


@pytest.mark.parametrize("code", sorted(code for code, r in REASONS.items() if not r.by_clock))
def test_every_reason_with_a_required_detail_asks_for_it(code: str) -> None:
    required = {f"detail.{d.name}" for d in REASONS[code].details if d.required}
    if not required:
        return
    with pytest.raises(Invalid) as refusal:
        read_details("reject", {"code": code})
    assert set(refusal.value.fields) == required


def test_at_most_two_other_reasons() -> None:
    with pytest.raises(Invalid) as refusal:
        read_details("reject", {"code": "R29", "secondary": ["R01", "R02", "R03"]})
    assert set(refusal.value.fields) == {"secondary"}
