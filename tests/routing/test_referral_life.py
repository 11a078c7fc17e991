"""The steps of a referral against the operating procedure, every one of them (C-T01)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from directory.core.errors import Conflict, Forbidden, NotFound
from directory.core.machine import Step
from directory.who import Who
from routing.clocks import CLOCKS, Action, Clock
from routing.guards.answering import proxy_named
from routing.guards.sending import exception_countersigned
from routing.referral_facts import ReferralFacts
from routing.referral_life import LIFE, RETURN_KIND_OF, STATES, ReturnKind, State
from routing.referral_states import LIVE, RETURN_KINDS, TERMINAL
from tests.routing.referral_cases import BREAK, GOOD

TABLE = Path(__file__).with_name("sop_table.md")
WAITS_ELSEWHERE = {Clock.EXPECTED_END: {State.ON_HOLD}, Clock.START: {State.ACCEPTED}}
"""Paused meanwhile, or waiting until the person is contacted, which has its own clock."""
PROXIES = {"T08", "T09", "T10", "T22", "T23"}


def code(word: str) -> str:
    return word.strip("()").lower().replace("_", "-")


Line = Step[State, Who, ReferralFacts]


def table() -> dict[str, tuple[frozenset[str], str, str, frozenset[str]]]:
    """Identifier → states before, event, state after, who."""
    rows = (
        line.strip("| \n").split("|")
        for line in TABLE.read_text("utf-8").splitlines()
        if line.startswith("| T")
    )
    cells = ([cell.strip() for cell in row] for row in rows)
    return {
        row[0]: (
            frozenset(code(state) for state in row[1].split(",")),
            code(row[2]),
            code(row[3]),
            frozenset(row[4].replace("+", "/").split("/")),
        )
        for row in cells
    }


EDGES = {
    (source, event, who)
    for sources, event, _, everybody in table().values()
    for source, who in product(sources, everybody)
}


def test_table_has_the_steps_of_the_procedure() -> None:
    ours = {
        step.id: (
            frozenset(source.value for source in step.sources),
            step.name,
            step.target.value,
            frozenset(who.value for who in step.actors),
        )
        for step in LIFE.steps
    }
    assert ours == table()


def test_table_has_the_size_of_the_procedure() -> None:
    assert len(LIFE.steps) == 49
    assert sum(len(step.sources) for step in LIFE.steps) == 96
    assert len(LIFE.names) == 44
    assert LIFE.states == set(State)
    assert len(LIFE.states) == 22
    assert LIFE.terminal == TERMINAL
    assert len(LIVE) == 12


def test_exactly_the_edges_of_the_procedure_succeed() -> None:
    tried = succeeded = 0
    for state, name, who in product(State, sorted(LIFE.names), Who):
        tried += 1
        if (state.value, name, who.value) in EDGES:
            assert LIFE.check(state, name, who, GOOD).target.value == target_of(state, name)
            succeeded += 1
        else:
            with pytest.raises((Conflict, Forbidden)):
                LIFE.check(state, name, who, GOOD)
    assert tried == 22 * 44 * 18
    assert succeeded == len(EDGES)


def target_of(state: State, name: str) -> str:
    (target,) = (
        after for before, event, after, _ in table().values() if state in before and event == name
    )
    return target


def test_unknown_step_is_not_found() -> None:
    with pytest.raises(NotFound):
        LIFE.check(State.SENT, "vanish", Who.FP, GOOD)


@pytest.mark.parametrize("step", LIFE.steps, ids=lambda step: step.id)
def test_each_guard_of_a_step_refuses_alone(step: Line) -> None:
    for guard, source, who in product(step.guards, step.sources, step.actors):
        facts = replace(GOOD, **BREAK[guard])
        with pytest.raises(Conflict) as refusal:
            LIFE.check(source, step.name, who, facts)
        assert guard(facts) in refusal.value.reasons
        assert refusal.value.reasons == step.failing(facts)


@pytest.mark.parametrize("step", LIFE.steps, ids=lambda step: step.id)
def test_all_failing_guards_of_a_step_are_named(step: Line) -> None:
    # An exception replaces consent, and a proxy the named user: such pairs cannot fail together.
    expected = [g for g in step.guards if g not in (exception_countersigned, proxy_named)]
    facts = GOOD
    for guard in expected:
        facts = replace(facts, **BREAK[guard])
    failing = [guard for guard in step.guards if guard(facts) is not None]
    assert failing == expected
    if expected:
        with pytest.raises(Conflict) as refusal:
            LIFE.check(min(step.sources), step.name, min(step.actors), facts)
        assert refusal.value.reasons == tuple(guard(facts) for guard in expected)


def test_every_guard_is_tried_and_says_in_words_what_it_asks() -> None:
    guards = {guard for step in LIFE.steps for guard in step.guards}
    assert guards == set(BREAK)
    assert all(guard.__doc__ for guard in guards)


def test_only_named_steps_can_be_taken_by_proxy_and_the_person_spoken_to_is_named() -> None:
    for step, source in ((line, state) for line in LIFE.steps for state in line.sources):
        proxied = replace(
            GOOD, by_proxy=True, recipient_user_named=False, proxy_contact="Mme D., +220 …"
        )
        if step.id not in PROXIES:
            with pytest.raises(Forbidden):
                LIFE.check(source, step.name, Who.RC, proxied, by_proxy=True)
            continue
        assert LIFE.check(source, step.name, Who.RC, proxied, by_proxy=True) is step
        with pytest.raises(Conflict):
            LIFE.check(source, step.name, Who.RC, replace(proxied, proxy_contact=""), by_proxy=True)
        with pytest.raises(Forbidden):
            LIFE.check(source, step.name, Who.RC, proxied)


def test_every_state_has_a_word_and_each_one_that_is_not_over_an_owner_and_a_clock() -> None:
    assert set(STATES) == set(State)
    for state in LIVE:
        assert STATES[state].owner
        assert STATES[state].clocks
    for state in TERMINAL:
        assert STATES[state].owner is None
        assert not STATES[state].clocks
        assert not LIFE.leaving(state)


def test_status_words_are_those_of_every_screen() -> None:
    assert {str(info.word) for info in STATES.values()} == {
        "To do", "Sent", "Received", "Question", "Waiting list", "Accepted", "Contacted",
        "In service", "On hold", "Completed", "Returned", "Closed",
    }  # fmt: skip


def test_every_step_into_returned_says_how_it_came_back() -> None:
    assert set(RETURN_KIND_OF) == {s.id for s in LIFE.steps if s.target is State.RETURNED}
    assert set(RETURN_KIND_OF.values()) == set(ReturnKind) == set(RETURN_KINDS)


def test_every_expiry_of_a_clock_is_a_step_of_the_platform_from_each_state_where_it_runs() -> None:
    for rule in CLOCKS.values():
        for rung in rule.ladder:
            if rung.action is Action.EXPIRE:
                states = {state for state, info in STATES.items() if rule.name in info.clocks}
                for state in states - WAITS_ELSEWHERE.get(rule.name, set()):
                    assert Who.SYS in LIFE.takers(state, rung.step), (rule.name, state)


def test_each_role_has_at_most_one_main_button_in_a_state() -> None:
    for state, who in product(State, Who):
        steps = LIFE.available(state, who)
        assert sum(step.main for step in steps) <= 1
        assert not steps or not any(step.main for step in steps[1:])


def test_whoever_owns_a_state_has_a_main_button() -> None:
    owners = {state: info.owner for state, info in STATES.items() if info.owner}
    owners[State.ACCEPTED] = Who.PW
    for state, owner in owners.items():
        assert LIFE.available(state, owner)[0].main, state


def test_diagram_shows_every_edge() -> None:
    diagram = LIFE.diagram()
    assert diagram.count(" --> ") == 96 + len(TERMINAL)
    assert "    ready --> sent : send (RC)" in diagram
