from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from directory.core.errors import Invalid
from routing.conditions import (
    Condition,
    Every,
    Not,
    Some,
    clause,
    condition,
    describe,
    is_hard,
    items,
    leaves,
    rows,
    tree,
)

AGE: dict[str, Any] = {"kind": "age", "asks": {"min": 18, "max": 35}}
SEX: dict[str, Any] = {"kind": "sex", "asks": {"any_of": ["female"]}}
# forced returns only from Europe and at the government's request: fiche #4, note 21
FORCED: list[dict[str, Any]] = [
    {"kind": "any", "parts": [
        {"kind": "not", "parts": [{"kind": "return-mode", "asks": {"any_of": ["forced"]}}]},
        {"kind": "all", "parts": [
            {"kind": "return-country", "asks": {"region_in": ["europe"]}},
            {"kind": "government-request"},
        ]},
    ]},
]  # fmt: skip


def test_equal_conditions_are_one_object() -> None:
    one = condition("age", {"min": 18, "max": "35"})
    assert condition("age", {"max": 35.0, "min": "18"}) is one
    assert condition("age", {"min": 18, "max": 35}, hard=False) is not one
    assert condition("age", {"min": 18, "max": 35}, hard=False).clause is one.clause
    assert clause("sex", {"any_of": ["male", "female"]}) is clause("sex", {"any_of": "female;male"})


def test_condition_is_forgotten_when_nobody_uses_it() -> None:
    made = weakref.ref(condition("age", {"min": 99}))
    gc.collect()
    assert made() is None


def test_tree_is_written_and_read_again() -> None:
    made = tree([AGE, SEX, *FORCED])
    assert tree(rows(made)["parts"]) == made
    assert [leaf.kind for leaf in leaves(made)] == [
        "age", "sex", "return-mode", "return-country", "government-request",
    ]  # fmt: skip
    group = made.parts[2]
    assert isinstance(group, Some)
    assert isinstance(group.parts[0], Not)
    assert isinstance(group.parts[1], Every)


def test_hardness_waiver_and_source_are_read() -> None:
    [found] = tree([{**AGE, "hard": False, "flexible_by": "FP", "source": "fiche #4"}]).parts
    assert isinstance(found, Condition)
    assert (found.hard, found.flexible_by, found.source) == (False, "FP", "fiche #4")
    assert found.is_flexible
    assert not condition("age", {"min": 1}).is_flexible


def test_kind_says_whether_it_is_hard_unless_the_row_does() -> None:
    assert condition("age", {"min": 18}).hard
    assert not condition("sector").hard
    assert condition("sector", hard=True).hard


def test_nested_all_nodes_are_opened_and_groups_are_not() -> None:
    made = tree([AGE, {"kind": "all", "parts": [SEX, *FORCED]}])
    assert [type(node) for node in items(made)] == [Condition, Condition, Some]


def test_group_is_hard_unless_all_its_parts_are_soft() -> None:
    soft = {**AGE, "hard": False}
    assert is_hard(tree([{"kind": "any", "parts": [soft, SEX]}]))
    assert not is_hard(tree([{"kind": "any", "parts": [soft]}]))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ([{"kind": "shoe-size"}], {"0.kind"}),
        ([{}], {"0.kind"}),
        ([AGE, {"kind": "age", "asks": {"min": "x", "top": 3}}], {"1.asks.min", "1.asks.top"}),
        ([{"kind": "age", "asks": {}}], {"0.asks.min"}),
        ([{"kind": "age", "asks": {"min": 40, "max": 20}}], {"0.asks.max"}),
        ([{"kind": "sex"}], {"0.asks.any_of"}),
        ([{"kind": "any", "parts": []}], {"0"}),
        ([{"kind": "not", "parts": [AGE, SEX]}], {"0"}),
        (
            [{"kind": "any", "parts": [AGE, {"kind": "age", "asks": {"max": 200}}]}],
            {"0.1.asks.max"},
        ),
        ([{"kind": "not", "parts": [{"kind": "government-exclusion"}]}], {"0"}),
        ([{"kind": "residence", "asks": {"admin_in": ["Labé"]}}], {"0.asks.admin_in"}),
        ([{"kind": "age", "asks": [1]}], {"0.asks"}),
        (["age"], {"0"}),
    ],
)
def test_wrong_rows_are_refused_each_with_its_place(given: list[Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        tree(given)
    assert set(caught.value.fields) == fields


def test_tree_is_told_in_plain_words() -> None:
    assert str(describe(tree([AGE, SEX]))) == "all of: 18 to 35 years, Female"
    assert str(describe(tree(FORCED).parts[0])) == (
        "one of: not: Forced return, "
        "all of: Came back from: Europe, The government has asked for it"
    )
