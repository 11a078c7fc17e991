"""The life of a complaint, its levels and its promises (protocol A.12; C-T14, the rules)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from directory.core.errors import Conflict, Forbidden
from directory.who import Who
from directory.working_days import calendar_of
from routing.complaint_levels import (
    CATEGORIES,
    LADDER,
    LEVELS,
    Level,
    Promise,
    due,
    firings,
    level_at_first,
)
from routing.complaint_life import (
    DECISIONS,
    LABELS,
    LIFE,
    NOTES,
    REOPEN_DAYS,
    TOLD,
    ComplaintFacts,
    State,
)
from routing.spans import Span, days, hours, minutes, working_days

GOOD = ComplaintFacts(
    words="they asked for money", level=Level.C2, new_level=Level.C1, is_handler=True,
    investigator="the inspector", action="call the centre", acted=True, decision="upheld",
    explanation="you were right", reason="nobody asked me", days_since_answer=3, appeals=0,
)  # fmt: skip
HANDLERS = ("CH", "PSEA")
FILING = ("BEN", "RC", "RS", "FP", "PW", "MHP", "CPA", *HANDLERS)
UNDER_WAY = ("triaged", "escalated", "investigating", "reopened")


def edges(name: str, sources: tuple[str, ...], who: tuple[str, ...], target: str) -> dict[Any, str]:
    return {(source, name, one): target for source in sources for one in who}


EDGES: Mapping[tuple[str, str, str], str] = {
    **edges("submit", ("new",), FILING, "received"),
    **edges("triage", ("received",), HANDLERS, "triaged"),
    **edges("change-level", UNDER_WAY, HANDLERS, "triaged"),
    **edges("escalate", ("triaged", "investigating", "reopened"), HANDLERS, "escalated"),
    **edges("investigate", ("triaged", "escalated", "reopened"), HANDLERS, "investigating"),
    **edges("decide", UNDER_WAY, HANDLERS, "decided"),
    **edges("decide", ("appealed",), ("NC",), "decided"),
    **edges("inform", ("decided",), (*HANDLERS, "NC"), "informed"),
    **edges("close", ("informed",), (*HANDLERS, "NC"), "closed"),
    **edges("reopen", ("informed", "closed"), ("BEN", *HANDLERS), "reopened"),
    **edges("appeal", ("informed", "closed"), ("BEN",), "appealed"),
}


def test_f27_exactly_these_steps_of_a_complaint_are_possible() -> None:
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
        ("submit", {"words": "  "}),
        ("triage", {"new_level": None}),
        ("triage", {"is_handler": False}),
        ("change-level", {"is_handler": False}),
        ("change-level", {"new_level": Level.C2}),
        ("change-level", {"reason": ""}),
        ("change-level", {"level": Level.C0, "harmed": True}),
        ("escalate", {"investigator": " "}),
        ("escalate", {"is_handler": False}),
        ("investigate", {"action": ""}),
        ("investigate", {"is_handler": False}),
        ("decide", {"decision": "guilty"}),
        ("decide", {"reason": ""}),
        ("decide", {"is_handler": False}),
        ("inform", {"explanation": ""}),
        ("inform", {"is_handler": False}),
        ("close", {"is_handler": False}),
        ("reopen", {"reason": ""}),
        ("reopen", {"days_since_answer": REOPEN_DAYS + 1}),
        ("reopen", {"days_since_answer": None}),
        ("appeal", {"reason": ""}),
        ("appeal", {"appeals": 1}),
        ("appeal", {"level": Level.C0}),
        ("appeal", {"days_since_answer": REOPEN_DAYS + 1}),
    ],
)
def test_each_thing_that_is_missing_refuses_alone(step: str, change: dict[str, Any]) -> None:
    for line in (line for line in LIFE.steps if line.name == step):
        for source, who in product(line.sources, line.actors):
            with pytest.raises(Conflict) as refusal:
                LIFE.check(source, step, who, replace(GOOD, **change))
            assert len(refusal.value.reasons) == 1


def test_nothing_is_decided_before_it_was_looked_into_but_a_suggestion() -> None:
    untouched = replace(GOOD, acted=False)
    for level in Level:
        facts = replace(untouched, level=level)
        if level is Level.C3:
            assert LIFE.check(State.TRIAGED, "decide", Who.CH, facts)
        else:
            with pytest.raises(Conflict):
                LIFE.check(State.TRIAGED, "decide", Who.CH, facts)


def test_what_was_confided_leaves_the_protected_track_only_if_the_person_agrees() -> None:
    facts = replace(GOOD, level=Level.C0, harmed=True, new_level=Level.C1)
    with pytest.raises(Conflict):
        LIFE.check(State.RECEIVED, "triage", Who.PSEA, facts)
    agreed = replace(facts, person_agrees=True)
    assert LIFE.check(State.RECEIVED, "triage", Who.PSEA, agreed)
    stays = replace(facts, new_level=Level.C0)
    assert LIFE.check(State.RECEIVED, "triage", Who.PSEA, stays)


@pytest.mark.parametrize(("day", "possible"), [(0, True), (60, True), (61, False)])
def test_sixty_days_the_last_included(day: int, possible: bool) -> None:
    line = next(line for line in LIFE.steps if line.name == "reopen")
    assert (line.failing(replace(GOOD, days_since_answer=day)) == ()) is possible


def test_every_state_can_be_reached_and_left_or_comes_back() -> None:
    reached, seen = {State.NEW}, set()
    while reached - seen:
        state = (reached - seen).pop()
        seen.add(state)
        reached |= {line.target for line in LIFE.leaving(state)}
    assert reached == set(State)
    assert LIFE.terminal == frozenset()


def test_every_open_state_has_somebody_who_must_act() -> None:
    for state in set(State) - {State.NEW, State.CLOSED}:
        owners = {who for line in LIFE.leaving(state) for who in line.actors} - {Who.BEN}
        assert owners, state


def test_nobody_is_left_without_an_answer() -> None:
    """No way leads from a decision to the end but through telling the person."""
    assert {line.name for line in LIFE.leaving(State.DECIDED)} == {"inform"}
    assert {s for line in LIFE.steps if line.target is State.CLOSED for s in line.sources} == {
        State.INFORMED
    }


def test_states_have_words_for_handlers_and_for_the_person() -> None:
    assert set(LABELS) == set(State)
    assert set(TOLD) == set(State) - {State.NEW}
    assert len(DECISIONS) > 3
    assert not set(NOTES) & LIFE.names


# --------------------------------------------------------------------------------------- levels

TABLE: Mapping[str, tuple[set[str], Span | None, Span | None, Span | None]] = {
    "C0": ({"PSEA"}, minutes(0), hours(24), None),
    "C1": ({"CH", "DPO"}, hours(48), hours(72), working_days(15)),
    "C2": ({"CH"}, working_days(3), working_days(5), working_days(20)),
    "C3": ({"CH"}, working_days(3), None, days(30)),
}
"""Protocol A.12; supervisor and provider of C2 read the shared part only."""


@pytest.mark.parametrize("level", Level)
def test_table_of_levels_is_that_of_the_protocol(level: Level) -> None:
    readers, acknowledge, action, end = TABLE[level.value]
    rule = LEVELS[level]
    assert {who.value for who in rule.readers} == readers
    assert rule.spans.get(Promise.ACKNOWLEDGE) == acknowledge
    assert rule.spans.get(Promise.FIRST_ACTION) == action
    assert rule.spans.get(Promise.RESOLVE) == end
    assert rule.told == ({Who.RS, Who.FP} if level is Level.C2 else set())


def test_protected_track_hears_every_thirty_days_and_tells_nobody_outside() -> None:
    rule = LEVELS[Level.C0]
    assert rule.spans[Promise.STATUS] == days(30)
    assert rule.overseers == {Who.PSEA}
    assert rule.handler is Who.PSEA


def test_own_tick_goes_straight_to_the_protected_track_whatever_it_is_about() -> None:
    for category in CATEGORIES:
        assert level_at_first(category, harmed=True) is Level.C0
        assert level_at_first(category, harmed=False) is not Level.C0
    assert level_at_first("other", harmed=False) is Level.C1
    assert level_at_first("no such thing", harmed=False) is Level.C1


def test_promises_are_counted_in_working_days_and_clock_hours() -> None:
    friday = dt.datetime(2026, 3, 6, 10, tzinfo=dt.UTC)
    guinea = calendar_of("GN")
    assert due(Level.C0, Promise.FIRST_ACTION, friday, guinea) == friday + dt.timedelta(hours=24)
    assert due(Level.C1, Promise.ACKNOWLEDGE, friday, guinea) == friday + dt.timedelta(hours=48)
    assert due(Level.C2, Promise.ACKNOWLEDGE, friday, guinea) == dt.datetime(
        2026, 3, 11, 10, tzinfo=dt.UTC
    )
    assert due(Level.C3, Promise.FIRST_ACTION, friday, guinea) is None
    assert due(Level.C0, Promise.RESOLVE, friday, guinea) is None


def test_ladder_reminds_at_half_escalates_at_the_whole_and_again_at_twice() -> None:
    start = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    end = start + dt.timedelta(hours=10)
    found = firings(start, end)
    assert [one.at for one in found] == [start + dt.timedelta(hours=h) for h in (5, 10, 20)]
    assert [one.rung.to_overseers for one in found] == [False, True, True]
    assert len({one.key for one in found}) == len(LADDER)
