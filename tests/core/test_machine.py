"""Lives told as tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from directory.core.errors import Conflict, Forbidden, NotFound
from directory.core.machine import Machine, step
from directory.core.text import N_, Text


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED_UP = "walled-up"


class Person(StrEnum):
    GUEST = "guest"
    KEEPER = "keeper"


@dataclass(frozen=True)
class Facts:
    has_key: bool = True
    is_day: bool = True


def has_key(facts: Facts) -> Text | None:
    return None if facts.has_key else Text("No key.")


def is_day(facts: Facts) -> Text | None:
    return None if facts.is_day else Text("It is night.")


LABELS = {Door.OPEN: N_("Open"), Door.SHUT: N_("Shut"), Door.WALLED_UP: N_("Walled up")}
OPEN = step(
    "open", {Door.SHUT}, Door.OPEN, {Person.KEEPER}, has_key, is_day,
    id="D1", label=Text("Open"), main=True, proxies={Person.GUEST}, starts={"airing"},
    records=("by", "reason"),
)  # fmt: skip
SHUT = step(
    "shut", {Door.OPEN}, Door.SHUT, {Person.KEEPER, Person.GUEST}, id="D2", label=Text("Shut")
)
KNOCK = step("knock", {Door.SHUT}, Door.SHUT, {Person.KEEPER}, id="D4", label=Text("Knock"))
WALL = step(
    "wall-up",
    {Door.OPEN, Door.SHUT},
    Door.WALLED_UP,
    {Person.KEEPER},
    id="D3",
    label=Text("Wall up"),
)
LIFE: Machine[Door, Person, Facts] = Machine(KNOCK, WALL, OPEN, SHUT, labels=LABELS)


def test_step_is_given_when_all_holds() -> None:
    assert LIFE.check(Door.SHUT, "open", Person.KEEPER, Facts()) is OPEN


def test_unknown_step_is_not_found() -> None:
    with pytest.raises(NotFound):
        LIFE.check(Door.SHUT, "paint", Person.KEEPER, Facts())


def test_role_that_may_never_take_it_is_forbidden_whatever_the_state() -> None:
    for state in Door:
        with pytest.raises(Forbidden):
            LIFE.check(state, "open", Person.GUEST, Facts())


def test_step_that_does_not_leave_the_state_is_a_conflict_that_names_the_state() -> None:
    with pytest.raises(Conflict) as refusal:
        LIFE.check(Door.OPEN, "open", Person.KEEPER, Facts())
    assert str(refusal.value) == "“Open” is not possible now: the status is “Open”."


def test_all_failing_guards_are_told() -> None:
    with pytest.raises(Conflict) as refusal:
        LIFE.check(Door.SHUT, "open", Person.KEEPER, Facts(has_key=False, is_day=False))
    assert [str(reason) for reason in refusal.value.reasons] == ["No key.", "It is night."]


def test_same_name_from_another_state_has_its_own_roles() -> None:
    other = step("open", {Door.OPEN}, Door.OPEN, {Person.GUEST}, id="D5", label=Text("Open"))
    life: Machine[Door, Person, Facts] = Machine(OPEN, other, labels=LABELS)
    assert life.check(Door.OPEN, "open", Person.GUEST, Facts()) is other
    with pytest.raises(Forbidden):
        life.check(Door.SHUT, "open", Person.GUEST, Facts())


def test_proxy_needs_to_be_said() -> None:
    assert LIFE.check(Door.SHUT, "open", Person.GUEST, Facts(), by_proxy=True) is OPEN
    with pytest.raises(Forbidden):
        LIFE.check(Door.SHUT, "open", Person.KEEPER, Facts(), by_proxy=True)


def test_available_steps_come_with_the_main_one_first() -> None:
    assert LIFE.available(Door.SHUT, Person.KEEPER) == (OPEN, KNOCK, WALL)
    assert LIFE.available(Door.SHUT, Person.GUEST) == ()
    assert LIFE.available(Door.SHUT, Person.GUEST, by_proxy=True) == (OPEN,)
    assert LIFE.available(Door.WALLED_UP, Person.KEEPER) == ()


def test_takers_of_a_step() -> None:
    assert LIFE.takers(Door.OPEN, "shut") == {Person.KEEPER, Person.GUEST}
    assert LIFE.takers(Door.SHUT, "shut") == frozenset()


def test_states_names_and_ends_are_read_from_the_table() -> None:
    assert LIFE.states == set(Door)
    assert LIFE.names == {"open", "shut", "knock", "wall-up"}
    assert LIFE.terminal == {Door.WALLED_UP}
    assert LIFE.leaving(Door.OPEN) == (WALL, SHUT)


def test_record_that_lacks_something_is_told() -> None:
    assert OPEN.lacking({"by": "K", "reason": ""}) == ("reason",)
    assert OPEN.lacking({"by": "K", "reason": 0}) == ()


def test_two_steps_of_one_name_from_one_state_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two steps named 'open' leave 'shut'"):
        Machine(OPEN, OPEN, labels=LABELS)


def test_diagram() -> None:
    assert LIFE.diagram() == (
        "stateDiagram-v2\n"
        '    state "open" as open\n'
        '    state "shut" as shut\n'
        '    state "walled-up" as walled_up\n'
        "    shut --> shut : knock (keeper)\n"
        "    open --> walled_up : wall-up (keeper)\n"
        "    shut --> walled_up : wall-up (keeper)\n"
        "    shut --> open : open (keeper)\n"
        "    open --> shut : shut (guest, keeper)\n"
        "    walled_up --> [*]\n"
    )
