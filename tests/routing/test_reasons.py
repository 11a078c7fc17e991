"""Reasons of rejection and of dropping out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from directory.core.errors import Invalid
from routing.details import Kind
from routing.drop_outs import DROP_OUTS, drop_out_problem
from routing.reasons import REASONS, detail_problems, validate

VALID: dict[str, dict[str, Any]] = {
    "R01": {"min": 18, "max": 35},
    "R02": {"limit": "gn:10", "seen": "gn:6"},
    "R03": {"limit": "gn:10", "seen": "isced:3"},
    "R04": {"limit_km": 5, "distance_km": 12.4},
    "R05": {"new_area": "Mamou"},
    "R06": {"limit": "voluntary returns only"},
    "R07": {"limit": "2019-09-01"},
    "R08": {"limit": "residents of Labé"},
    "R09": {"limit": "women"},
    "R10": {"documents": ["birth certificate"]},
    "R11": {"fields": ["education", "born"]},
    "R12": {"sector": "carpentry", "next_date": "none"},
    "R13": {"next_date": "2026-09-01"},
    "R14": {"missing": "a psychiatrist"},
    "R15": {"next_date": "2026-10-01"},
    "R16": {"end_date": "2026-12-31"},
    "R17": {"next_date": "none"},
    "R18": {"share": 30},
    "R19": {"by_whom": "the same centre, in May"},
    "R20": {},
    "R21": {"drop_out": "D05"},
    "R22": {"attempts": 4},
    "R23": {"amount": 45_000},
    "R24": {"risk": "staff"},
    "R25": {"which": "no wheelchair access"},
    "R26": {"category": "medical"},
    "R27": {"which": "reads plans"},
    "R29": {},
    "R99": {"text": "The workshop has burnt down."},
}
WRONG: dict[Kind, list[Any]] = {
    Kind.NUMBER: [-1, "18", True, float("nan"), float("inf")],
    Kind.KILOMETRES: [-0.1, "far"],
    Kind.AMOUNT: [-1, "much"],
    Kind.PERCENT: [101, -1, "30"],
    Kind.LEVEL: ["class 10", 10],
    Kind.DATE: ["soon", "2026-13-01", "none"],
    Kind.DATE_OR_NONE: ["soon", "None"],
    Kind.TEXT: ["  ", 3],
    Kind.LONG_TEXT: ["too short", " " * 30],
    Kind.LIST: ["passport", [" "], [1]],
    Kind.CATEGORY: ["cooking"],
    Kind.RISK: ["everybody"],
    Kind.DROP_OUT: ["D97"],
}


def test_codes_are_those_of_the_procedure() -> None:
    assert set(REASONS) == {f"R{n:02}" for n in (*range(1, 30), 99)}
    assert set(DROP_OUTS) == {f"D{n:02}" for n in (*range(1, 25), 98, 99)}


def test_aihw_codes_are_those_of_the_procedure() -> None:
    by_number = {
        1: "R14", 2: "R01 R02 R03 R06 R07 R08 R09 R10 R11 R27", 3: "R21", 4: "R20 R22",
        5: "R12 R13 R15 R16 R17 R18 R23", 6: "R04 R05 R24 R25", 7: "R19 R26", 8: "R99",
        None: "R28 R29",
    }  # fmt: skip
    expected = {code: number for number, codes in by_number.items() for code in codes.split()}
    assert {code: reason.aihw for code, reason in REASONS.items()} == expected


@pytest.mark.parametrize("code", VALID)
def test_reason_with_its_detail_is_usable(code: str) -> None:
    validate(code, VALID[code])


@pytest.mark.parametrize("code", VALID)
def test_detail_that_is_required_is_missed(code: str) -> None:
    required = {detail.name for detail in REASONS[code].details if detail.required}
    assert set(detail_problems(code, {})) >= required
    for name in required:
        rest = {key: value for key, value in VALID[code].items() if key != name}
        assert set(detail_problems(code, rest)) == {name}


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        (code, detail.name, value)
        for code in VALID
        for detail in REASONS[code].details
        for value in WRONG[detail.kind]
    ],
)
def test_detail_of_the_wrong_kind_is_refused(code: str, name: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        validate(code, VALID[code] | {name: value})
    assert set(refusal.value.fields) == {name}


def test_detail_that_is_not_asked_is_refused() -> None:
    assert set(detail_problems("R20", {"name": "Mariama"})) == {"name"}


def test_age_needs_one_of_its_two_limits() -> None:
    assert set(detail_problems("R01", {})) == {"min", "max"}
    assert detail_problems("R01", {"min": 0}) == {}
    assert detail_problems("R01", {"max": 35}) == {}


@pytest.mark.parametrize("code", ["R28", "R00", "", "D01"])
def test_people_choose_a_reason_of_the_list_that_is_not_the_platforms(code: str) -> None:
    assert set(detail_problems(code, {})) == {"code"}


def test_other_needs_twenty_characters() -> None:
    assert detail_problems("R99", {"text": "x" * 20}) == {}
    assert set(detail_problems("R99", {"text": "x" * 19 + "   "})) == {"text"}


def test_every_reason_says_what_it_is_in_words() -> None:
    for reason in REASONS.values():
        assert re.fullmatch(r"R\d\d", reason.code)
        assert str(reason.label)
        assert all(str(detail.label) for detail in reason.details)


def test_unknown_is_no_reason_after_the_first_month() -> None:
    assert drop_out_problem("D98", after_first_month=False) is None
    assert drop_out_problem("D98", after_first_month=True) is not None
    assert drop_out_problem("D05", after_first_month=True) is None
    assert drop_out_problem("R05", after_first_month=False) is not None
