"""The life of a case (C-T13, the rules)."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from itertools import product

import pytest

from directory.core.errors import Conflict, Forbidden
from directory.who import Who
from routing.attempts import NO_ATTEMPTS
from routing.case_life import CLOSED_BY_HAND, CLOSURES, LABELS, LIFE, CaseFacts, State, fast_lane
from routing.priorities import Priority
from tests.routing.referral_cases import TRIED

GOOD = CaseFacts(
    in_case_team=True, contact_routes=2, screening_recorded=True, services_explained=True,
    needs_assessed=True, plan_agreed=True, services_consented=True,
    open_priorities=frozenset({Priority.P1}), live_referrals=0, attempts=TRIED, dormant_days=90,
    called_back=True, closure_code="plan-completed", person_told=True, reason="relapse",
    transfer_consented=True, receiver_named=True, receives=True, handover_done=True,
)  # fmt: skip
P0, P1, P2, P3 = Priority
EDGES = {
    ("new", "register", "RC"): "registered",
    ("registered", "screen", "RC"): "screened",
    ("screened", "plan", "RC"): "planned",
    ("planned", "activate", "RC"): "active",
    ("registered", "activate-at-once", "RC"): "active",
    ("screened", "activate-at-once", "RC"): "active",
    **{("active", "set-dormant", who): "dormant" for who in ("RC", "RS")},
    **{("dormant", "call-back", who): "active" for who in ("RC", "RS", "BEN")},
    **{
        (state, "close", who): "closed"
        for state in ("registered", "screened", "planned", "active", "dormant")
        for who in ("RC", "RS")
    },
    **{("closed", "reopen", who): "active" for who in ("RC", "RS")},
    **{(state, "offer-transfer", "RC"): "transfer-pending" for state in ("active", "dormant")},
    ("transfer-pending", "accept-transfer", "RS"): "transferred",
    ("transfer-pending", "decline-transfer", "RS"): "active",
    ("transfer-pending", "withdraw-transfer", "RC"): "active",
}


def test_exactly_these_edges_succeed() -> None:
    for state, name, who in product(State, sorted(LIFE.names), Who):
        expected = EDGES.get((state.value, name, who.value))
        if expected:
            assert LIFE.check(state, name, who, GOOD).target.value == expected
        else:
            with pytest.raises((Conflict, Forbidden)):
                LIFE.check(state, name, who, GOOD)


@pytest.mark.parametrize(
    ("step", "change"),
    [
        ("register", {"contact_routes": 0}),
        ("screen", {"screening_recorded": False}),
        ("plan", {"services_explained": False}),
        ("plan", {"needs_assessed": False}),
        ("plan", {"plan_agreed": False}),
        ("activate", {"services_consented": False}),
        ("activate", {"in_case_team": False}),
        ("activate-at-once", {"open_priorities": frozenset({P2, P3})}),
        ("activate-at-once", {"open_priorities": None}),
        ("set-dormant", {"attempts": NO_ATTEMPTS}),
        ("call-back", {"called_back": False}),
        ("close", {"closure_code": ""}),
        ("close", {"closure_code": "no-time"}),
        ("close", {"live_referrals": 1}),
        ("close", {"live_referrals": None}),
        ("close", {"person_told": False}),
        ("close", {"closure_code": "lost", "dormant_days": 89}),
        ("reopen", {"reason": ""}),
        ("offer-transfer", {"transfer_consented": False}),
        ("offer-transfer", {"receiver_named": False}),
        ("accept-transfer", {"receives": False}),
        ("accept-transfer", {"handover_done": False}),
        ("decline-transfer", {"reason": ""}),
        ("withdraw-transfer", {"in_case_team": False}),
    ],
)
def test_each_thing_that_is_missing_refuses_alone(step: str, change: dict[str, object]) -> None:
    (line,) = (line for line in LIFE.steps if line.name == step)
    for source, who in product(line.sources, line.actors):
        with pytest.raises(Conflict) as refusal:
            LIFE.check(source, step, who, replace(GOOD, **change))
        assert len(refusal.value.reasons) == 1


def test_person_without_any_way_of_contact_can_be_registered_if_it_is_noted() -> None:
    nobody = replace(GOOD, contact_routes=0, contact_impossible=True)
    assert LIFE.check(State.NEW, "register", Who.RC, nobody)


@pytest.mark.parametrize(
    ("open_needs", "service", "allowed"),
    [
        (frozenset(), "clinic", True), (frozenset({P3}), "clinic", True),
        (frozenset({P3}), " ", False),
        (frozenset({P2}), "clinic", False), (frozenset({P1, P3}), "clinic", False),
        (frozenset({P0}), "clinic", False), (None, "clinic", False),
    ],
)  # fmt: skip
def test_end_of_a_programme_does_not_close_a_case_with_an_urgent_need(
    open_needs: frozenset[Priority] | None, service: str, allowed: bool
) -> None:
    facts = replace(
        GOOD, closure_code="programme-ended", open_priorities=open_needs, continuing_service=service
    )
    (close,) = (line for line in LIFE.steps if line.name == "close")
    assert (close.failing(facts) == ()) is allowed


def test_a_case_is_not_transferred_by_closing_it() -> None:
    (close,) = (line for line in LIFE.steps if line.name == "close")
    assert close.failing(replace(GOOD, closure_code="transferred"))
    assert set(CLOSURES) - set(CLOSED_BY_HAND) == {"transferred"}


@pytest.mark.parametrize("code", CLOSED_BY_HAND)
def test_person_is_told_of_the_closure_unless_nobody_can_be(code: str) -> None:
    facts = replace(
        GOOD, closure_code=code, person_told=False, open_priorities=frozenset(),
        continuing_service="clinic",
    )  # fmt: skip
    (close,) = (line for line in LIFE.steps if line.name == "close")
    assert (close.failing(facts) == ()) is (code in {"died", "lost"})


def test_closed_case_reopens_at_any_time_and_fast_within_a_year() -> None:
    closed = dt.date(2026, 3, 1)
    assert fast_lane(closed, dt.date(2027, 3, 1))
    assert not fast_lane(closed, dt.date(2027, 3, 2))
    (reopen,) = (line for line in LIFE.steps if line.name == "reopen")
    assert reopen.effects == {"ask-stale-facts", "renew-consents"}


def test_facts_left_out_refuse() -> None:
    nothing = CaseFacts()
    for line in LIFE.steps:
        optional = {"programme_end_allowed", "dormant_if_lost"}
        asked = [guard for guard in line.guards if guard.__name__ not in optional]
        assert len(line.failing(nothing)) == len(asked), line.name


def test_every_state_is_named_and_only_a_transferred_case_is_at_its_end_here() -> None:
    assert LIFE.states == set(State) == set(LABELS)
    assert LIFE.terminal == {State.TRANSFERRED}


def test_every_guard_says_in_words_what_it_asks_and_every_fact_is_used() -> None:
    guards = {guard for line in LIFE.steps for guard in line.guards}
    assert all(guard.__doc__ for guard in guards)
    names = {name for guard in guards for name in guard.__code__.co_names}
    assert {field.name for field in fields(CaseFacts)} <= names
