from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from directory.core.text import N_, Text
from directory.hsds_identifiers import derived_id
from directory.hsds_parts import (
    ages,
    capacity_object,
    eligibility_words,
    schedules,
    status_of,
    widest_ages,
)
from directory.hsds_taxonomies import CATEGORY, TAXONOMIES
from directory.opening_hours import Hours

OWNER = UUID("00000000-0000-4000-8000-000000000000")
TODAY = dt.date(2026, 3, 2)
ADULTS, OLD = N_("18 years or older"), N_("60 years or older")


def age(hard: bool = True, **asks: int) -> dict[str, Any]:
    return {"kind": "age", "hard": hard, "asks": asks, "parts": []}


def tree(kind: str, *parts: dict[str, Any], hard: bool = True) -> dict[str, Any]:
    return {"kind": kind, "hard": hard, "asks": {}, "parts": list(parts)}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], (None, None)),
        ([age(min=18, max=35)], (18, 35)),
        ([age(min=18), age(max=40), age(min=21)], (21, 40)),
        ([tree("all", age(min=18), tree("all", age(max=30)))], (18, 30)),
        ([age(hard=False, min=18)], (None, None)),
        ([tree("any", age(min=18), age(max=10))], (None, None)),
        ([tree("not", age(min=18))], (None, None)),
        ([tree("all", age(min=18), hard=False)], (None, None)),
    ],
)
def test_ages_are_those_that_every_person_must_have(
    conditions: list[dict[str, Any]], expected: tuple[int | None, int | None]
) -> None:
    assert ages(conditions) == expected


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([(18, 35)], (18, 35)),
        ([(18, 35), (16, 40)], (16, 40)),
        ([(18, 35), (None, 40)], (None, 40)),
        ([(18, None), (20, None)], (18, None)),
    ],
)
def test_limit_of_a_service_keeps_out_nobody_whom_an_offer_takes(
    offers: list[tuple[int | None, int | None]], expected: tuple[int | None, int | None]
) -> None:
    assert widest_ages(offers) == expected


@pytest.mark.parametrize(
    ("last_days", "status"),
    [
        ([None], "active"),
        ([TODAY], "active"),
        ([TODAY - dt.timedelta(days=1)], "inactive"),
        ([TODAY - dt.timedelta(days=1), None], "active"),
    ],
)
def test_service_is_active_through_the_last_day_of_its_last_offer(
    last_days: list[dt.date | None], status: str
) -> None:
    assert status_of(last_days, TODAY) == status


def test_days_with_the_same_hours_are_one_schedule() -> None:
    morning = (dt.time(8), dt.time(12))
    found = schedules(
        OWNER, [Hours(4, *morning), Hours(0, *morning), Hours(0, dt.time(14), dt.time(17))], 1
    )

    assert [(one["byday"], one["opens_at"]) for one in found] == [
        ("MO,FR", "08:00"),
        ("MO", "14:00"),
    ]
    assert {one["timezone"] for one in found} == {1}
    assert len({one["id"] for one in found}) == 2


@pytest.mark.parametrize(
    ("offers", "lines"),
    [
        ([], []),
        ([("Labé", [])], []),
        ([("Labé", [ADULTS])], ["18 years or older"]),
        ([("Labé", [ADULTS]), ("Mamou", [ADULTS])], ["18 years or older"]),
        ([("Labé", [ADULTS]), ("Mamou", [])], ["Labé: 18 years or older"]),
        (
            [("Labé", [ADULTS]), ("Mamou", [ADULTS, OLD])],
            ["Labé: 18 years or older", "Mamou: 18 years or older, 60 years or older"],
        ),
    ],
)
def test_conditions_are_told_once_where_all_places_agree(
    offers: list[tuple[str, list[Text]]], lines: list[str]
) -> None:
    assert [str(line) for line in eligibility_words(offers)] == lines


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ((None, None), None),
        ((TODAY, None), "From 2026-03-02"),
        ((None, TODAY), "Until 2026-03-02"),
        ((TODAY, TODAY), "From 2026-03-02 to 2026-03-02"),
    ],
)
def test_places_are_of_a_period(
    period: tuple[dt.date | None, dt.date | None], words: str | None
) -> None:
    at = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    found = capacity_object(OWNER, OWNER, 10, 3, at, period)
    assert (found["description"] and str(found["description"])) == words


def test_derived_ids_are_stable_and_tell_things_apart() -> None:
    assert derived_id(OWNER, "address") == derived_id(OWNER, "address")
    assert derived_id(OWNER, "address").version == 5
    assert derived_id(OWNER, "address") != derived_id(OWNER, "phone")
    assert str(derived_id(OWNER, "address")) == "36771f5a-e900-5821-8b06-5e9bcc92df0b"


def test_terms_have_the_same_ids_in_every_installation() -> None:
    training = TAXONOMIES[CATEGORY].term_id("training")
    assert str(training) == "9e60d212-384d-51c7-95b0-acfb346fe240"
