"""Conditions of a listing and the trees they form; equal conditions are one object."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from directory.core.errors import Invalid
from directory.core.text import N_, Text, Words
from routing.answers import Finding
from routing.criteria import KINDS
from routing.facts import Facts
from routing.kinds import Kind, Names
from routing.offer import NO_OFFER, Offer

NOBODY = "nobody"
FOCAL_POINT = "FP"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Clause:
    """What is judged: a kind with its parameters. Remember verdicts by it."""

    kind: Kind
    asks: Any

    @property
    def reads(self) -> Names:
        """Facts it reads."""
        return self.kind.reads_of(self.asks)

    @property
    def offer(self) -> Names:
        """Fields of the offer it reads; none: judged once for all listings."""
        return self.kind.offer_of(self.asks)

    def judge(self, facts: Facts, today: dt.date, offer: Offer = NO_OFFER) -> Finding:
        """What it says about a person."""
        return self.kind.judge(facts, self.asks, offer, today)

    def describe(self) -> Text:
        """In plain words."""
        text: Text = self.asks.describe()
        return text


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Condition:
    """A clause as one listing uses it. Make them with ``condition``."""

    clause: Clause
    hard: bool = True
    """A soft one only moves the rank."""
    flexible_by: str = NOBODY
    """Who may waive it: ``nobody``, ``FP``, or the key of a written agreement."""
    source: str = ""

    @property
    def kind(self) -> str:
        """Code of the kind."""
        return self.clause.kind.name

    @property
    def asks(self) -> Any:
        """Parameters."""
        return self.clause.asks

    @property
    def is_flexible(self) -> bool:
        """Somebody may waive it in writing."""
        return self.flexible_by != NOBODY


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts must hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the parts must hold; whether a part is soft does not matter here."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold. Prefer ``not_in`` parameters where a kind has them."""

    part: Node


Node = Condition | Every | Some | Not
NOTHING_ASKED = Every(())

_clauses: WeakValueDictionary[tuple[object, ...], Clause] = WeakValueDictionary()
_conditions: WeakValueDictionary[tuple[object, ...], Condition] = WeakValueDictionary()


def clause(kind: str, asks: Mapping[str, object] | None = None) -> Clause:
    """The one clause of this kind and these parameters; raises ``Invalid``."""
    if kind not in KINDS:
        raise Invalid({"kind": N_("There is no kind of criterion “{kind}”.", kind=kind)})
    read = KINDS[kind].read(asks or {})
    return _clauses.setdefault((kind, read), Clause(KINDS[kind], read))


def condition(
    kind: str,
    asks: Mapping[str, object] | None = None,
    *,
    hard: bool | None = None,
    flexible_by: str = NOBODY,
    source: str = "",
) -> Condition:
    """The one condition with these contents; raises ``Invalid`` (unknown kind or parameter)."""
    found = clause(kind, asks)
    contents = (
        found,
        found.kind.hard if hard is None else hard,
        flexible_by or NOBODY,
        source,
    )
    return _conditions.setdefault(contents, Condition(*contents))


def tree(rows: Sequence[Mapping[str, Any]]) -> Every:
    """A listing's conditions from rows or JSON; all of them must hold.

    A row is ``{"kind", "asks", "hard", "flexible_by", "source"}``, or a node
    ``{"kind": "all" | "any" | "not", "parts": [rows]}``. Raises ``Invalid`` whose fields say which
    row is wrong: ``2.asks.min``.
    """
    problems: dict[str, Text] = {}
    parts = tuple(_node(row, f"{number}", problems) for number, row in enumerate(rows))
    if problems:
        raise Invalid(problems)
    return Every(tuple(part for part in parts if part is not None))


def _node(row: object, at: str, problems: dict[str, Text]) -> Node | None:
    if not isinstance(row, Mapping):
        problems[at] = N_("A condition has a kind and parameters.")
        return None
    kind = str(row.get("kind", ""))
    if kind not in ("all", "any", "not"):
        return _leaf(kind, row, at, problems)
    rows = row.get("parts") or ()
    made = [_node(part, f"{at}.{place}", problems) for place, part in enumerate(rows)]
    parts = tuple(part for part in made if part is not None)
    if kind == "all":
        return Every(parts)
    if not rows or (kind == "not" and len(rows) != 1):
        problems[at] = (
            N_("“not” needs exactly one part.")
            if kind == "not"
            else N_("“any” needs at least one part.")
        )
        return None
    if kind == "any":
        return Some(parts)
    for presuming in (leaf for part in parts for leaf in leaves(part) if leaf.clause.kind.presumes):
        label = presuming.clause.kind.label
        problems[at] = N_("“{label}” cannot be turned round.", label=label)
    return Not(parts[0]) if parts else None


def _leaf(
    kind: str, row: Mapping[str, Any], at: str, problems: dict[str, Text]
) -> Condition | None:
    asks = row.get("asks") or {}
    if not isinstance(asks, Mapping):
        problems[f"{at}.asks"] = N_("Parameters have names.")
        return None
    try:
        return condition(
            kind,
            asks,
            hard=row.get("hard"),
            flexible_by=str(row.get("flexible_by") or NOBODY),
            source=str(row.get("source") or ""),
        )
    except Invalid as error:
        for name, reason in error.fields.items():
            problems[f"{at}.{name}" if name == "kind" else f"{at}.asks.{name}"] = reason
        return None


def rows(node: Node) -> dict[str, Any]:
    """The node as JSON, which ``tree`` reads."""
    if isinstance(node, Condition):
        return {
            "kind": node.kind,
            "asks": node.clause.kind.write(node.asks),
            "hard": node.hard,
            "flexible_by": node.flexible_by,
            "source": node.source,
        }
    name = {Every: "all", Some: "any", Not: "not"}[type(node)]
    return {"kind": name, "parts": [rows(part) for part in parts_of(node)]}


def parts_of(group: Every | Some | Not) -> tuple[Node, ...]:
    """The nodes directly below."""
    return (group.part,) if isinstance(group, Not) else group.parts


def leaves(node: Node) -> Iterator[Condition]:
    """Every condition of the tree, in order."""
    if isinstance(node, Condition):
        yield node
    else:
        for part in parts_of(node):
            yield from leaves(part)


def items(node: Node) -> Iterator[Node]:
    """The conditions and groups that must all hold: nested ``all`` nodes are opened."""
    if isinstance(node, Every):
        for part in node.parts:
            yield from items(part)
    else:
        yield node


def is_hard(node: Node) -> bool:
    """A group is hard unless all its conditions are soft."""
    return any(leaf.hard for leaf in leaves(node))


T = TypeVar("T")


def fold(
    node: Node,
    leaf: Callable[[Condition], T],
    every: Callable[[Sequence[T]], T],
    some: Callable[[Sequence[T]], T],
    opposite: Callable[[T], T],
) -> T:
    """The tree worked out from its leaves: over findings, answers or arrays of ranks."""
    if isinstance(node, Condition):
        return leaf(node)
    if isinstance(node, Not):
        return opposite(fold(node.part, leaf, every, some, opposite))
    parts = [fold(part, leaf, every, some, opposite) for part in node.parts]
    return every(parts) if isinstance(node, Every) else some(parts)


def describe(node: Node) -> Text:
    """The tree in plain words."""
    return fold(
        node,
        lambda leaf: leaf.clause.describe(),
        lambda parts: N_("all of: {parts}", parts=Words(parts)),
        lambda parts: N_("one of: {parts}", parts=Words(parts)),
        lambda part: N_("not: {part}", part=part),
    )
