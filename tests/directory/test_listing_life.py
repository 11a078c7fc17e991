"""The life of a listing."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from itertools import product

import pytest

from directory.core.errors import Conflict, Forbidden
from directory.listing_life import (
    LABELS,
    LIFE,
    ListingFacts,
    State,
    capacity_is_stale,
    fresh_until,
    is_stale,
    routable,
)
from directory.who import Who

GOOD = ListingFacts(
    has_focal_point=True, has_deputy=True, has_promised_times=True, has_criteria=True,
    capacity_known_or_unknown=True, has_cost_model=True, has_end_or_none=True,
    edited_by="editor", acting="somebody else", once_verified=True, changed_since_verified=False,
    from_public_source=True, stale=True, has_ended=True, reason="holidays",
)  # fmt: skip
ASKED_FOR_VERIFIED = {
    "has_focal_point": False, "has_deputy": False, "has_promised_times": False,
    "has_criteria": False, "capacity_known_or_unknown": False, "has_cost_model": False,
    "has_end_or_none": False, "acting": "editor",
}  # fmt: skip
TODAY = dt.date(2026, 6, 1)


@pytest.mark.parametrize(("name", "value"), ASKED_FOR_VERIFIED.items())
@pytest.mark.parametrize("state", [State.SUBMITTED, State.STALE, State.SUSPENDED])
def test_verified_needs_every_one_of_these(state: State, name: str, value: object) -> None:
    assert LIFE.check(state, "verify", Who.NC, GOOD).target is State.VERIFIED
    with pytest.raises(Conflict) as refusal:
        LIFE.check(state, "verify", Who.NC, replace(GOOD, **{name: value}))
    assert len(refusal.value.reasons) == 1


def test_facts_left_out_refuse() -> None:
    nothing = ListingFacts()
    for step in LIFE.steps:
        assert not step.guards or len(step.failing(nothing)) == len(set(step.guards)), step.name


def test_nobody_verifies_what_nobody_is_known_to_have_edited_without_acting_by_name() -> None:
    with pytest.raises(Conflict):
        LIFE.check(State.SUBMITTED, "verify", Who.NC, replace(GOOD, acting=None))


def test_confirming_is_enough_only_while_nothing_was_edited() -> None:
    assert LIFE.check(State.STALE, "confirm", Who.FP, GOOD).target is State.VERIFIED
    for change in (
        {"changed_since_verified": True},
        {"once_verified": False},
        {"has_deputy": False},
    ):
        with pytest.raises(Conflict):
            LIFE.check(State.STALE, "confirm", Who.FP, replace(GOOD, **change))


def test_public_facts_are_taken_up_as_stale_only() -> None:
    loaded = replace(GOOD, once_verified=False)
    assert LIFE.check(State.NEW, "load", Who.SYS, loaded).target is State.STALE
    with pytest.raises(Conflict):
        LIFE.check(State.NEW, "load", Who.SYS, replace(loaded, from_public_source=False))
    with pytest.raises(Forbidden):
        LIFE.check(State.NEW, "load", Who.PA, loaded)


def test_only_verified_is_routable_and_stale_after_a_phone_check() -> None:
    may = {
        (state, call)
        for state, call in product(State, (False, True))
        if routable(state, phone_check=call) is None
    }
    assert may == {(State.VERIFIED, False), (State.VERIFIED, True), (State.STALE, True)}


@pytest.mark.parametrize(
    ("days", "permanent", "missed", "stale"),
    [
        (90, False, 0, False), (91, False, 0, True), (91, True, 0, False), (180, True, 0, False),
        (181, True, 0, True), (0, False, 1, False), (0, False, 2, True), (0, True, 2, True),
    ],
)  # fmt: skip
def test_freshness_ends_the_day_after(days: int, permanent: bool, missed: int, stale: bool) -> None:
    verified = TODAY - dt.timedelta(days=days)
    assert is_stale(verified, TODAY, permanent_public=permanent, missed_pings=missed) is stale


def test_never_verified_is_stale() -> None:
    assert is_stale(None, TODAY)
    assert capacity_is_stale(None, TODAY)


def test_number_of_places_is_fresh_for_thirty_days() -> None:
    assert not capacity_is_stale(TODAY - dt.timedelta(days=30), TODAY)
    assert capacity_is_stale(TODAY - dt.timedelta(days=31), TODAY)
    assert fresh_until(TODAY) == dt.date(2026, 8, 30)


def test_every_state_is_reached_and_named_and_only_ended_is_the_end() -> None:
    assert LIFE.states == set(State) == set(LABELS)
    assert LIFE.terminal == {State.ENDED}
    reached, more = {State.NEW}, True
    while more:
        targets = {step.target for step in LIFE.steps if step.sources & reached}
        more = not targets <= reached
        reached |= targets
    assert reached == set(State)


def test_every_guard_says_in_words_what_it_asks_and_every_fact_is_used() -> None:
    guards = {guard for step in LIFE.steps for guard in step.guards}
    assert all(guard.__doc__ for guard in guards)
    names = {name for guard in guards for name in guard.__code__.co_names}
    assert {field.name for field in fields(ListingFacts)} <= names
