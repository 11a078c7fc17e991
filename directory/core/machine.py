"""Lives told as tables: which step leads where, who may take it, and what must be true."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

from directory.core.errors import Conflict, Forbidden, NotFound
from directory.core.text import N_, Text

S = TypeVar("S", bound=StrEnum)
R = TypeVar("R", bound=StrEnum)
F = TypeVar("F")

Guard: TypeAlias = Callable[[F], "Text | None"]
"""A fact that must hold: nothing when it does, else the sentence that says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[S, R, F]):
    """One line of the table."""

    id: str
    name: str
    sources: frozenset[S]
    target: S
    actors: frozenset[R]
    guards: tuple[Guard[F], ...]
    label: Text
    main: bool
    """It is the first button for whoever may take it."""
    proxies: frozenset[R]
    """Who may take it in the actor's name after speaking to them, with ``by_proxy=True``."""
    starts: frozenset[str]
    """Clocks that run after the step; one that runs already goes on."""
    restarts: frozenset[str]
    """Clocks that begin anew, even if they run."""
    stops: frozenset[str]
    """Clocks that end; done before ``starts`` and ``restarts``."""
    pauses: frozenset[str]
    resumes: frozenset[str]
    effects: frozenset[str]
    """What else happens in the same transaction, such as releasing a place."""
    records: tuple[str, ...]
    """What the event must hold."""

    def failing(self, facts: F) -> tuple[Text, ...]:
        """The reasons of every guard that does not hold, in the order of the table."""
        return tuple(reason for guard in self.guards if (reason := guard(facts)) is not None)

    def lacking(self, record: Mapping[str, object]) -> tuple[str, ...]:
        """The entries that an event of this step must hold and ``record`` does not."""
        return tuple(name for name in self.records if record.get(name) in (None, ""))


def step(
    name: str,
    sources: Collection[S],
    target: S,
    actors: Collection[R],
    *guards: Guard[F],
    id: str,  # noqa: A002 -- the name of the column
    label: Text,
    main: bool = False,
    proxies: Iterable[R] = (),
    starts: Iterable[str] = (),
    restarts: Iterable[str] = (),
    stops: Iterable[str] = (),
    pauses: Iterable[str] = (),
    resumes: Iterable[str] = (),
    effects: Iterable[str] = (),
    records: Iterable[str] = (),
) -> Step[S, R, F]:
    """A line: ``step("send", {READY}, SENT, {RC}, consented, id="T04", label=N_("Send"))``."""
    return Step(
        id=id, name=name, sources=frozenset(sources), target=target, actors=frozenset(actors),
        guards=guards, label=label, main=main, proxies=frozenset(proxies),
        starts=frozenset(starts), restarts=frozenset(restarts), stops=frozenset(stops),
        pauses=frozenset(pauses), resumes=frozenset(resumes), effects=frozenset(effects),
        records=tuple(records),
    )  # fmt: skip


class Machine(Generic[S, R, F]):
    """A life: its steps, and what may be done in a state by a role."""

    def __init__(self, *steps: Step[S, R, F], labels: Mapping[S, Text]) -> None:
        self.steps = steps
        self.labels = labels
        self._edges: dict[tuple[S, str], Step[S, R, F]] = {}
        for line in steps:
            for source in line.sources:
                if (source, line.name) in self._edges:
                    raise ValueError(f"two steps named {line.name!r} leave {source.value!r}")
                self._edges[source, line.name] = line
        self.states = frozenset(s for line in steps for s in (*line.sources, line.target))
        self.names = frozenset(line.name for line in steps)
        self.terminal = self.states - {source for source, _ in self._edges}

    def leaving(self, state: S) -> tuple[Step[S, R, F], ...]:
        """Every step out of ``state``, in the order of the table."""
        return tuple(line for line in self.steps if state in line.sources)

    def takers(self, state: S, name: str) -> frozenset[R]:
        """The roles that may take step ``name`` in ``state``; nobody if it does not leave it."""
        found = self._edges.get((state, name))
        return found.actors if found else frozenset()

    def available(self, state: S, role: R, *, by_proxy: bool = False) -> tuple[Step[S, R, F], ...]:
        """The steps that ``role`` may try in ``state``, the main one first."""
        steps = (line for line in self.leaving(state) if _may(line, role, by_proxy=by_proxy))
        return tuple(sorted(steps, key=lambda line: not line.main))

    def check(
        self, state: S, name: str, role: R, facts: F, *, by_proxy: bool = False
    ) -> Step[S, R, F]:
        """The step, or the refusal: ``NotFound`` (no such step), ``Forbidden`` (not for this role)
        or ``Conflict`` (not from this state, or guards do not hold: all of them are named).
        """
        namesakes = [line for line in self.steps if line.name == name]
        if not namesakes:
            raise NotFound
        if not any(_may(line, role, by_proxy=by_proxy) for line in namesakes):
            raise Forbidden(N_("“{step}” is not for your role.", step=namesakes[0].label))
        found = self._edges.get((state, name))
        if found is None:
            raise Conflict(
                N_(
                    "“{step}” is not possible now: the status is “{state}”.",
                    step=namesakes[0].label,
                    state=self.labels[state],
                )
            )
        if not _may(found, role, by_proxy=by_proxy):
            raise Forbidden(N_("“{step}” is not for your role.", step=found.label))
        if failing := found.failing(facts):
            raise Conflict(N_("“{step}” is not possible yet.", step=found.label), reasons=failing)
        return found

    def diagram(self) -> str:
        """The life as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{s.value}" as {_id(s)}' for s in sorted(self.states)]
        for line in self.steps:
            who = ", ".join(sorted(actor.value for actor in line.actors))
            lines += [
                f"    {_id(source)} --> {_id(line.target)} : {line.name} ({who})"
                for source in sorted(line.sources)
            ]
        lines += [f"    {_id(state)} --> [*]" for state in sorted(self.terminal)]
        return "\n".join(lines) + "\n"


def _may(line: Step[S, R, F], role: R, *, by_proxy: bool) -> bool:
    return role in (line.proxies if by_proxy else line.actors)


def _id(state: StrEnum) -> str:
    return state.value.replace("-", "_")
