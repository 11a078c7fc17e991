from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.eligibility import Verdict
from routing.ranking import Components, Means, Track, ranked, rates, shrunk

MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
BASE = Components(
    Verdict.ELIGIBLE,
    "b",
    preference=2,
    starts_on=JUNE,
    metres=5_000,
    unmet_wishes=1,
    gap_month=100,
    answer_rate=0.5,
    retention=0.5,
    free_share=0.5,
)

# protocol A.9.3, in the order of weight: each is better than BASE in one component
BETTER: list[dict[str, Any]] = [
    {"preference": 1},
    {"starts_on": MAY},
    {"metres": 4_999.0},
    {"unmet_wishes": 0},
    {"gap_month": 99.0},
    {"answer_rate": 0.6},
    {"free_share": 0.6},
    {"id": "a"},
]
WORSE: list[dict[str, Any]] = [
    {"preference": None},
    {"starts_on": None},
    {"metres": None},
    {"unmet_wishes": 2},
    {"gap_month": None},
    {"retention": 0.4},
    {"free_share": None},
    {"id": "c"},
]


@pytest.mark.parametrize("place", range(len(BETTER)))
def test_component_decides_whatever_the_later_ones_say(place: int) -> None:
    later: dict[str, Any] = {k: v for change in WORSE[place + 1 :] for k, v in change.items()}
    better = replace(BASE, **{**later, **BETTER[place]})
    assert ranked([BASE, better]) == [better, BASE]


@pytest.mark.parametrize("change", WORSE)
def test_unknown_component_comes_after_known_ones(change: dict[str, Any]) -> None:
    worse = replace(BASE, **change)
    assert ranked([worse, BASE]) == [BASE, worse]


def test_verdict_comes_before_everything() -> None:
    four = [replace(BASE, verdict=verdict, metres=1 / (n + 1)) for n, verdict in enumerate(Verdict)]
    assert [found.verdict for found in ranked(reversed(four))] == [
        Verdict.ELIGIBLE, Verdict.NOT_NOW, Verdict.ASK, Verdict.INELIGIBLE,
    ]  # fmt: skip


def test_few_answers_move_the_rate_little() -> None:
    assert shrunk(0, 0, 0.4) == 0.4
    assert shrunk(1, 1, 0.4) == pytest.approx(5 / 11)
    assert shrunk(900, 1000, 0.4) == pytest.approx(904 / 1010)
    assert rates(Track(10, 10, 5, 0), Means(0.4, 0.6)) == (pytest.approx(0.7), pytest.approx(0.4))


def test_every_component_is_explained() -> None:
    assert [str(text) for text in BASE.explain()] == [
        "Eligible",
        "Choice number 2 of the person",
        "Can start on 2026-06-01",
        "5.0 km away as the crow flies",
        "Wishes not met: 1",
        "Monthly gap of up to 100",
        "Answers 50 per cent of referrals in time; 50 per cent of people stay",
        "50 per cent of the places are free",
    ]
    bare = Components(Verdict.ASK, "x")
    assert [str(text) for text in bare.explain()][1:4] == [
        "Start not known",
        "Distance not known or not shown",
        "Monthly gap not known",
    ]
    assert str(replace(BASE, is_estimate=False, gap_month=-5).explain()[3]) == "5.0 km by road"


def test_components_are_stored_as_json() -> None:
    stored = json.loads(json.dumps(BASE.written()))
    assert stored["starts_on"] == "2026-06-01"
    assert set(stored) == set(Components.__dataclass_fields__)


components = st.builds(
    Components,
    verdict=st.sampled_from(Verdict),
    id=st.text("abc", min_size=1, max_size=3),
    preference=st.none() | st.integers(1, 3),
    starts_on=st.none() | st.sampled_from([MAY, JUNE]),
    metres=st.none() | st.sampled_from([0.0, 5_000.0, 5_000.1]),
    gap_month=st.none() | st.sampled_from([-1.0, 0.0, 10.0]),
    free_share=st.none() | st.sampled_from([0.0, 0.5]),
)


@given(st.lists(components, unique_by=lambda found: found.id), st.randoms())
def test_order_does_not_depend_on_the_order_of_arrival(
    found: list[Components], any_order: Any
) -> None:
    shuffled = list(found)
    any_order.shuffle(shuffled)
    assert ranked(shuffled) == ranked(found)
