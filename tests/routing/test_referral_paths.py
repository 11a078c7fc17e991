"""Every path of a referral: nothing dies quietly, nobody is left without a word (C-T07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest

from directory.core.machine import Machine
from directory.core.text import Text
from directory.who import Who
from directory.working_days import calendar_of
from routing.attempts import NO_ATTEMPTS
from routing.clocks import Clock
from routing.firings import next_firing
from routing.priorities import Priority
from routing.referral_facts import ReferralFacts
from routing.referral_life import LIFE, STATES, State
from routing.referral_states import LIVE, TERMINAL
from routing.running_clocks import Running, after_step, steps_due
from tests.routing.referral_cases import GOOD

Life = Machine[State, Who, ReferralFacts]
EXCEPTIONS = {"T34", "T42", "T43"}
WITHDRAWN = Text("The consent was withdrawn.")


@dataclass(frozen=True)
class Situation:
    """What decides the way on."""

    state: State = State.NEW
    informed: bool = False
    told: bool = False
    tried: bool = False
    contested: bool = False
    disputed: bool = False
    questions: int = 0
    consent: bool = True
    clocks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Move:
    before: Situation
    step: str
    after: Situation
    by_new_option: bool


def facts_of(at: Situation, *, by_new_option: bool) -> ReferralFacts:
    gap = None if at.consent else WITHDRAWN
    return replace(
        GOOD,
        informed=at.informed,
        told=at.told,
        informed_by_new_option=by_new_option,
        attempts=GOOD.attempts if at.tried else NO_ATTEMPTS,
        contest_count=int(at.contested),
        dispute_count=int(at.disputed),
        info_rounds=at.questions,
        consent_gap=gap,
        alternate_gap=gap,
        new_fields_gap=gap,
        consent_withdrawn=not at.consent,
    )


def moves(life: Life, at: Situation) -> Iterator[Move]:
    for step, by_new_option in product(life.leaving(at.state), (False, True)):
        if step.failing(facts_of(at, by_new_option=by_new_option)):
            continue
        comes_back = step.target is State.RETURNED
        after = replace(
            at,
            state=step.target,
            informed=at.informed and not comes_back,
            tried=at.tried and not comes_back,
            contested=at.contested or step.name == "contest",
            disputed=at.disputed or step.name == "dispute",
            questions=at.questions + (step.name == "ask-info"),
            clocks=(at.clocks - step.stops) | step.starts | step.restarts,
        )
        yield Move(at, step.id, after, by_new_option)
    if at.state in LIVE:
        for change in ({"informed": True, "told": True}, {"tried": True}, {"consent": False}):
            yield Move(at, "", replace(at, **change), by_new_option=False)


def explore(life: Life) -> tuple[set[Situation], list[Move]]:
    seen, waiting, taken = {Situation()}, [Situation()], []
    while waiting:
        for move in moves(life, waiting.pop()):
            taken.append(move)
            if move.after not in seen:
                seen.add(move.after)
                waiting.append(move.after)
    return seen, taken


def left_without_a_word(taken: list[Move]) -> set[str]:
    """Steps by which somebody could leave RETURNED for good without being told or looked for."""
    return {
        move.step
        for move in taken
        if move.before.state is State.RETURNED and move.after.state in TERMINAL
        and not (move.before.informed or move.by_new_option or move.before.tried)
    }  # fmt: skip


def test_no_way_from_returned_to_an_end_without_a_word_to_the_person() -> None:
    seen, taken = explore(LIFE)
    exits = [m for m in taken if m.before.state is State.RETURNED and m.after.state in TERMINAL]
    assert {m.step for m in exits} == {"T33", "T34", "T35", "T36", "T37", "T38", "T42", "T43"}
    assert left_without_a_word(taken) <= EXCEPTIONS
    assert len(seen) > 1_500


def test_void_after_the_person_was_told_needs_a_word_to_them() -> None:
    _, taken = explore(LIFE)
    silent = [
        m for m in taken if m.step in ("T41", "T42") and m.before.told and not m.before.informed
    ]
    assert silent == []


@pytest.mark.parametrize("guarded", ["T33", "T35", "T36", "T37", "T38"])
def test_the_search_finds_a_hole_when_a_guard_is_taken_away(guarded: str) -> None:
    steps = (replace(step, guards=()) if step.id == guarded else step for step in LIFE.steps)
    _, taken = explore(Machine(*steps, labels=LIFE.labels))
    assert guarded in left_without_a_word(taken)


def test_every_state_can_be_reached_and_can_reach_an_end() -> None:
    seen, taken = explore(LIFE)
    assert {situation.state for situation in seen} == set(State)
    ways = {(move.before.state, move.after.state) for move in taken}
    reach_end: set[State] = set(TERMINAL)
    while more := {before for before, after in ways if after in reach_end} - reach_end:
        reach_end |= more
    assert reach_end == set(State)


def test_every_state_on_every_path_has_a_clock_of_its_own_running() -> None:
    seen, _ = explore(LIFE)
    for situation in seen - {Situation()}:
        if situation.state in LIVE:
            own = set(STATES[situation.state].clocks)
            assert situation.clocks & own, situation
            assert situation.clocks <= own | {Clock.DECISION}, situation
        else:
            assert situation.clocks == frozenset(), situation


def test_consent_withdrawn_leaves_no_way_to_another_provider_by_itself() -> None:
    _, taken = explore(LIFE)
    assert {m.step for m in taken if not m.before.consent} & {
        "T02",
        "T04",
        "T17",
        "T34",
        "T39",
    } == set()


# ------------------------------------------------------------------------------------- silence

WAYS = {
    State.SENT: ("create", "prepare", "send"),
    State.ACK: ("create", "prepare", "send", "acknowledge"),
    State.INFO_REQ: ("create", "prepare", "send", "acknowledge", "ask-info"),
    State.WAITLIST: ("create", "prepare", "send", "acknowledge", "waitlist"),
    State.ACCEPTED: ("create", "prepare", "send", "accept"),
    State.CONTACTED: ("create", "prepare", "send", "accept", "first-contact"),
    State.IN_SERVICE: ("create", "prepare", "send", "accept", "start"),
    State.ON_HOLD: ("create", "prepare", "send", "accept", "start", "pause"),
}
DISPUTED = ("create", "prepare", "send", "accept", "first-contact", "start", "dispute")
DISPUTED_CONTACTED = (*DISPUTED, "first-contact")
RESUMED = ("create", "prepare", "send", "accept", "start", "pause", "resume")
ANSWERED = ("create", "prepare", "send", "acknowledge", "ask-info", "provide-info")
CONTESTED = ("create", "prepare", "send", "reject", "contest")
SINCE = dt.datetime(2026, 3, 6, 15, 30, tzinfo=dt.UTC)
GUINEA = calendar_of("GN")
SILENT = replace(GOOD, steps_due=frozenset(), payload_outdated=False, consent_withdrawn=False)


def walk(way: tuple[str, ...], priority: Priority) -> tuple[State, dict[Clock, Running]]:
    state, running = State.NEW, dict[Clock, Running]()
    for number, name in enumerate(way):
        who = min(LIFE.takers(state, name))
        step = LIFE.check(state, name, who, SILENT)
        now = SINCE + dt.timedelta(minutes=number)
        state, running = step.target, after_step(step, running, priority, now, GUINEA)
    return state, running


def wait_in_silence(
    state: State, running: dict[Clock, Running], priority: Priority
) -> tuple[State, dict[Clock, Running], list[str]]:
    """What becomes of it when nobody but the clock acts until the first expiry, and what it did."""
    day, taken = SINCE, list[str]()
    while state not in TERMINAL | {State.RETURNED} and day < SINCE + dt.timedelta(days=800):
        day += dt.timedelta(hours=6)
        due = steps_due(running.values(), priority, day, GUINEA)
        facts = replace(SILENT, steps_due=due)
        possible = [s for s in LIFE.available(state, Who.SYS) if not s.failing(facts) and due]
        if possible:
            taken.append(possible[0].name)
            running = after_step(possible[0], running, priority, day, GUINEA)
            state = possible[0].target
    return state, running, taken


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize(
    "way", [*WAYS.values(), DISPUTED, DISPUTED_CONTACTED, RESUMED, ANSWERED, CONTESTED]
)
def test_silence_brings_a_sent_referral_back_to_its_owner(
    way: tuple[str, ...], priority: Priority
) -> None:
    state, running = walk(way, priority)
    state, running, taken = wait_in_silence(state, running, priority)
    assert state is State.RETURNED
    assert len(taken) == 1
    assert running.keys() == {Clock.INFORM, Clock.NEXT_ACTION}
    for clock in running.values():
        assert next_firing(clock.clock, priority, clock.started_at, clock.due_at, GUINEA)


@pytest.mark.parametrize("priority", Priority)
def test_silence_drops_a_draft_with_a_task_for_the_supervisor(priority: Priority) -> None:
    state, running, taken = wait_in_silence(*walk(("create",), priority), priority)
    assert (state, taken) == (State.CANCELLED, ["draft-expire"])
    assert "task-rs" in next(step for step in LIFE.steps if step.id == "T06").effects
    assert running == {}


def test_completed_waits_with_a_clock_that_escalates() -> None:
    state, running = walk(("create", "prepare", "send", "accept", "start", "complete"), Priority.P3)
    state, running, taken = wait_in_silence(state, running, Priority.P3)
    assert (state, taken) == (State.COMPLETED, [])
    assert Clock.SATISFACTION in running
