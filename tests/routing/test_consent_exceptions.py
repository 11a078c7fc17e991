"""Acting without consent: who, when, on what ground, and for how long."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product

import pytest

from directory.categories import CATEGORIES
from directory.who import Who
from routing.consent_exceptions import (
    GUARDS,
    LABELS,
    ExceptionCode,
    ExceptionRecord,
    Guardian,
    Policy,
    consent_sought_by,
    countersign_gap,
    exception_gap,
)
from routing.priorities import URGENT, Priority

NOW = dt.datetime(2026, 3, 6, 12, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
P0, P1, P2, P3 = Priority
DANGER = ExceptionRecord(
    code=ExceptionCode.LIFE_DANGER, by=Who.RC, at=NOW, facts="He says that he will die tonight."
)
INCAPACITY = ExceptionRecord(
    code=ExceptionCode.INCAPACITY_MH, by=Who.MHP, at=NOW, licence="PSY-12",
    determination="Acute psychosis, cannot understand.", valid_until=NOW + 7 * DAY,
)  # fmt: skip
CHILD = ExceptionRecord(
    code=ExceptionCode.CHILD_BEST_INTEREST, by=Who.CPA, at=NOW, guardian=Guardian.REFUSED
)
DUTY = ExceptionRecord(
    code=ExceptionCode.LEGAL_DUTY, by=Who.DPO, at=NOW, legal_text="Loi 2008-12, article 35"
)


@pytest.mark.parametrize("record", [DANGER, INCAPACITY, CHILD, DUTY])
def test_only_its_own_role_can_record_an_exception(record: ExceptionRecord) -> None:
    for who in Who:
        gap = exception_gap(replace(record, by=who), P0, "medical", NOW)
        assert (gap is None) is (who is record.by), who


def test_no_record_is_no_exception() -> None:
    assert exception_gap(None, P0, "medical", NOW) is not None


def test_danger_is_urgent_and_goes_to_health_or_protection_only() -> None:
    rescue = {"medical", "psychosocial", "protection", "child-protection"}
    for priority, category in product(Priority, CATEGORIES):
        gap = exception_gap(DANGER, priority, category, NOW)
        assert (gap is None) is (priority in URGENT and category in rescue)


def test_danger_is_written_in_thirty_characters() -> None:
    assert exception_gap(replace(DANGER, facts="x" * 30), P0, "medical", NOW) is None
    assert exception_gap(replace(DANGER, facts="x" * 29 + "  "), P0, "medical", NOW) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"licence": " "},
        {"determination": ""},
        {"valid_until": None},
        {"valid_until": NOW + 8 * DAY},
    ],
)
def test_incapacity_is_determined_in_writing_for_a_week(change: dict[str, object]) -> None:
    assert exception_gap(INCAPACITY, P3, "medical", NOW) is None
    assert exception_gap(replace(INCAPACITY, **change), P3, "medical", NOW) is not None


def test_determination_ends() -> None:
    assert exception_gap(INCAPACITY, P3, "medical", NOW + 7 * DAY - HOUR) is None
    assert exception_gap(INCAPACITY, P3, "medical", NOW + 7 * DAY) is not None


def test_caseworker_decides_for_a_child_only_in_danger_and_when_nobody_else_can() -> None:
    alone = replace(CHILD, by=Who.RC, authority_unreachable=True)
    assert exception_gap(alone, P0, "medical", NOW) is None
    assert exception_gap(alone, P1, "medical", NOW) is not None
    assert (
        exception_gap(replace(alone, authority_unreachable=False), P0, "medical", NOW) is not None
    )
    assert exception_gap(replace(CHILD, guardian=None), P0, "medical", NOW) is not None


def test_legal_duty_cites_its_text() -> None:
    assert exception_gap(replace(DUTY, legal_text=" "), P3, "training", NOW) is not None


@pytest.mark.parametrize("record", [DANGER, INCAPACITY, CHILD])
def test_countersignature_is_due_in_a_day_and_before_sending_when_not_urgent(
    record: ExceptionRecord,
) -> None:
    for priority, hours in product(Priority, (0, 24, 25)):
        gap = countersign_gap(record, priority, NOW + hours * HOUR)
        assert (gap is None) is (priority in URGENT and hours <= 24)
        signed = replace(record, countersigned_at=NOW)
        assert countersign_gap(signed, priority, NOW + hours * HOUR) is None


def test_country_may_ask_for_a_professional_in_danger() -> None:
    strict = Policy(danger_needs_professional=True)
    signed = replace(DANGER, countersigned_at=NOW)
    assert countersign_gap(signed, P0, NOW + 24 * HOUR, strict) is None
    assert countersign_gap(signed, P0, NOW + 25 * HOUR, strict) is not None
    confirmed = replace(signed, confirmed_by_professional_at=NOW)
    assert countersign_gap(confirmed, P0, NOW + 25 * HOUR, strict) is None
    assert countersign_gap(replace(INCAPACITY, countersigned_at=NOW), P3, NOW, strict) is None


def test_legal_duty_is_not_countersigned() -> None:
    assert countersign_gap(DUTY, P3, NOW + 99 * DAY) is None


def test_consent_is_sought_when_the_person_is_stable_and_then_every_week() -> None:
    assert consent_sought_by(NOW, None) == NOW + 72 * HOUR
    assert consent_sought_by(NOW, NOW + 2 * DAY) == NOW + 9 * DAY


def test_every_exception_has_its_words() -> None:
    assert set(LABELS) == set(GUARDS) == set(ExceptionCode)
    assert all(guard.__doc__ for guard in GUARDS.values())
