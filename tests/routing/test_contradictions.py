"""Rejections that contradict the listing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from routing.contradictions import contradicts


@dataclass(frozen=True)
class Row:
    kind: str
    asks: dict[str, Any]


ENABEL = (
    Row("age", {"min": 18, "max": 35}),
    Row("education", {"max": "gn:10"}),
    Row("distance", {"km_urban": 5, "km_rural": 10}),
)


@pytest.mark.parametrize(
    ("code", "detail", "sentence"),
    [
        ("R01", {"max": 35}, None),
        ("R01", {"max": 40}, None),
        ("R01", {"max": 30}, "The limit applied, 30, is stricter than the listing: 35."),
        ("R01", {"min": 18, "max": 35}, None),
        ("R01", {"min": 21}, "The limit applied, 21, is stricter than the listing: 18."),
        ("R02", {"limit": "gn:6", "seen": "gn:3"},
         "The limit applied, Year 6 (Guinea), is not in the listing."),
        ("R03", {"limit": "gn:10", "seen": "gn:13"}, None),
        ("R03", {"limit": "gn:9", "seen": "gn:10"},
         "The limit applied, Year 9 (Guinea), is stricter than the listing: Year 10 (Guinea)."),
        ("R03", {"limit": "gn:10", "seen": "gn:10"},
         "The level seen, Year 10 (Guinea), is within the limit."),
        ("R03", {"limit": "gn:10", "seen": "gn:7"},
         "The level seen, Year 7 (Guinea), is within the limit."),
        ("R04", {"limit_km": 5, "distance_km": 12.4}, None),
        ("R04", {"limit_km": 5, "distance_km": 3.2}, "3.2 km is within the limit of 5 km."),
        ("R04", {"limit_km": 3, "distance_km": 4},
         "The limit applied, 3, is stricter than the listing: 5."),
        ("R05", {}, None),
        ("R04", {"limit_km": 5}, None),
    ],
)  # fmt: skip
def test_limit_that_was_applied_is_compared(
    code: str, detail: dict[str, Any], sentence: str | None
) -> None:
    found = contradicts(code, detail, ENABEL)
    assert (None if found is None else str(found)) == sentence


def test_class_of_the_place_decides_which_distance_counts() -> None:
    detail = {"limit_km": 5, "distance_km": 8}
    assert contradicts("R04", detail, ENABEL, urban=True) is None
    assert str(contradicts("R04", detail, ENABEL, urban=False)) == (
        "The limit applied, 5, is stricter than the listing: 10."
    )
    one = (Row("distance", {"km_urban": 10, "km_rural": None}),)
    assert contradicts("R04", detail, one, urban=False) is not None


@pytest.mark.parametrize(
    ("code", "detail"),
    [("R01", {"max": 30}), ("R02", {"limit": "gn:6", "seen": "gn:3"}),
     ("R04", {"limit_km": 5, "distance_km": 9})],
)  # fmt: skip
def test_criterion_that_the_listing_does_not_have(code: str, detail: dict[str, Any]) -> None:
    assert str(contradicts(code, detail, ())) == "The listing has no such condition."


def test_least_schooling_is_compared() -> None:
    listed = (Row("education", {"min": "isced:1"}),)
    assert contradicts("R02", {"limit": "gn:6", "seen": "gn:3"}, listed) is None
    assert contradicts("R02", {"limit": "gn:9", "seen": "gn:7"}, listed) is not None
    assert contradicts("R02", {"limit": "gn:6", "seen": "gn:6"}, listed) is not None
