"""What a listing asks, taken apart so that listings share what they have in common.

A listing's conditions, standing ones included, are its *lines*. Lines that say the same to everybody on
one day (places, windows, end of the programme) are ``fixed``; the others, in their order, are the
``recipe``, which many listings share; what the engine needs of it is the ``profile``: the hard lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from routing.answers import Answer, Finding
from routing.conditions import Condition, Every, Node, Not, is_hard, items, leaves
from routing.eligibility import finding_of
from routing.facts import Facts
from routing.offer import NO_OFFER, Offer, Reach
from routing.standing import standing_conditions
from routing.terms import Seeker, Terms, fields_read, term

OWN_FIELDS = ("key", "organisation", "region")
"""Fields of the offer that differ between listings whatever else they share."""
PLACES_FIELDS = frozenset({"places", "held", "taken", "next_place_on", "taken_by_group"})
FIXED = -1
"""In a recipe: the next fixed line of the listing stands here."""
ASIDE = -2
"""In a recipe, this number and those below: a line about the provider, made when somebody is concerned."""

T = TypeVar("T", bound=Hashable)


class Group(NamedTuple):
    """A node of a tree over numbers of terms."""

    kind: str
    """``every``, ``some`` or ``not``."""
    parts: tuple[Part, ...]


Part = int | Group


class Line(NamedTuple):
    """One condition or group of conditions of a listing."""

    node: Node
    hard: bool
    terms: tuple[int, ...]
    """Its terms in the order of its leaves."""
    is_single: bool
    """One condition, not a group."""


class Shared(NamedTuple):
    """What equal listings have in common; numbers are the loader's."""

    conditions: int
    template: int
    places: int


class Sketch(NamedTuple):
    """What is known of all listings with the same conditions and template."""

    own: tuple[str, ...]
    """Fields of its own that make another recipe."""
    by_places: bool
    """The places decide about people, not only about the day (quotas)."""


class Placed(NamedTuple):
    """A recipe with its fixed lines: made ones by number, those that read the places by node."""

    recipe: int
    fixed: tuple[int | Node, ...]


class Numbers(Generic[T]):
    """Equal values under one number."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self._numbers: dict[T, int] = {}

    def number(self, value: T) -> int:
        """The number of ``value``, a new one if it was never met."""
        found = self._numbers.get(value)
        if found is None:
            found = self._numbers[value] = len(self.values)
            self.values.append(value)
        return found


@dataclass(slots=True, eq=False)
class Recipes:
    """The shared tables of a set of listings."""

    terms: Terms = field(default_factory=Terms)
    lines: Numbers[Line] = field(default_factory=Numbers)
    recipes: Numbers[tuple[int, ...]] = field(default_factory=Numbers)
    fixed: Numbers[tuple[int, ...]] = field(default_factory=Numbers)
    profiles: Numbers[tuple[Part, ...]] = field(default_factory=Numbers)
    profile_of: list[int] = field(default_factory=list)
    """Profile of each recipe."""
    aside: Numbers[Condition] = field(default_factory=Numbers)
    _sketches: dict[tuple[int, int], Sketch] = field(default_factory=dict)
    _placed: dict[Hashable, Placed] = field(default_factory=dict)
    _by_places: dict[Hashable, int] = field(default_factory=dict)
    _aside_lines: dict[tuple[int, str], Line] = field(default_factory=dict)

    def place(
        self,
        conditions: Every,
        shared: Shared,
        own: Callable[[str], Hashable],
        offer: Callable[[], Offer],
    ) -> tuple[int, int]:
        """Recipe and set of fixed lines of one listing; ``offer`` is only made for a new combination."""
        pair = shared.conditions, shared.template
        sketch = self._sketches.get(pair)
        if sketch is None:
            sketch = self._sketches[pair] = _sketch(conditions, offer())
        key = (*pair, shared.places if sketch.by_places else -1, *map(own, sketch.own))
        placed = self._placed.get(key)
        if placed is None:
            placed = self._placed[key] = self._take_apart(conditions, offer())
        fixed = tuple(
            one if isinstance(one, int) else self._line_by_places(one, shared.places, key, offer)
            for one in placed.fixed
        )
        return placed.recipe, self.fixed.number(fixed)

    def line(self, node: Node, offer: Offer) -> Line:
        """The node bound to one offer."""
        numbers = tuple(self.terms.number(term(leaf.clause, offer)) for leaf in leaves(node))
        return Line(node, is_hard(node), numbers, isinstance(node, Condition))

    def lines_of(self, recipe: int, fixed: int, organisation: str) -> Iterator[Line]:
        """All lines of a listing in their order."""
        rest = iter(self.fixed.values[fixed])
        for number in self.recipes.values[recipe]:
            if number == FIXED:
                yield self.lines.values[next(rest)]
            elif number <= ASIDE:
                yield self._aside_line(ASIDE - number, organisation)
            else:
                yield self.lines.values[number]

    def asides_of(self, recipe: int) -> tuple[Condition, ...]:
        """Conditions about the provider that a recipe leaves aside."""
        numbers = self.recipes.values[recipe]
        return tuple(self.aside.values[ASIDE - number] for number in numbers if number <= ASIDE)

    def _aside_line(self, number: int, organisation: str) -> Line:
        line = self._aside_lines.get((number, organisation))
        if line is None:
            line = self.line(self.aside.values[number], Offer(organisation=organisation))
            self._aside_lines[number, organisation] = line
        return line

    def _take_apart(self, conditions: Every, offer: Offer) -> Placed:
        recipe: list[int] = []
        fixed: list[int | Node] = []
        for node in _nodes(conditions, offer):
            if isinstance(node, Condition) and is_aside(node, offer):
                recipe.append(ASIDE - self.aside.number(node))
                continue
            line = self.line(node, offer)
            if not all(self.terms.terms[one].is_fixed for one in line.terms):
                recipe.append(self.lines.number(line))
                continue
            recipe.append(FIXED)
            by_places = any(PLACES_FIELDS & set(leaf.clause.offer) for leaf in leaves(node))
            fixed.append(node if by_places else self.lines.number(line))
        number = self.recipes.number(tuple(recipe))
        if number == len(self.profile_of):
            self.profile_of.append(self.profiles.number(self._profile(recipe)))
        return Placed(number, tuple(fixed))

    def _line_by_places(
        self, node: Node, places: int, rest: Hashable, offer: Callable[[], Offer]
    ) -> int:
        only_places = all(set(leaf.clause.offer) <= PLACES_FIELDS for leaf in leaves(node))
        key = (node, places) if only_places else (node, places, rest)
        number = self._by_places.get(key)
        if number is None:
            number = self._by_places[key] = self.lines.number(self.line(node, offer()))
        return number

    def _profile(self, recipe: Sequence[int]) -> tuple[Part, ...]:
        """The hard lines, each once, in an order of their own: equal sets share a profile."""
        lines = [self.lines.values[number] for number in recipe if number >= 0]
        parts = {part_of(line.node, iter(line.terms).__next__) for line in lines if line.hard}
        return tuple(sorted(parts, key=repr))


def line_finding(terms: Terms, line: Line, seeker: Seeker, reach: Reach | None) -> Finding:
    """What one line of a listing says to somebody."""
    say = terms.findings_for(seeker, reach)
    return say(line.terms[0]) if line.is_single else finding_of_group(line, seeker, say)


def finding_of_group(line: Line, seeker: Seeker, say: Callable[[int], Finding]) -> Finding:
    """What a group of conditions says, from what its terms say."""
    numbers = iter(line.terms)

    def judge(_leaf: Condition, _facts: Facts, _offer: Offer, _today: dt.date) -> Finding:
        return say(next(numbers))

    return finding_of(line.node, seeker.facts, NO_OFFER, seeker.today, judge)


def part_of(node: Node, next_term: Callable[[], int]) -> Part:
    """The node over numbers of terms."""
    if isinstance(node, Condition):
        return next_term()
    if isinstance(node, Not):
        return Group("not", (part_of(node.part, next_term),))
    parts = tuple(part_of(part, next_term) for part in node.parts)
    return Group("every" if isinstance(node, Every) else "some", parts)


def is_aside(node: Condition, offer: Offer) -> bool:
    """A condition about nothing but the provider, which holds until the person says otherwise."""
    clause = node.clause
    if not (node.hard and clause.kind.presumes and clause.offer == ("organisation",)):
        return False
    return clause.judge(Facts(), dt.date.max, offer).answer is Answer.YES


def _nodes(conditions: Every, offer: Offer) -> Iterator[Node]:
    yield from items(conditions)
    for node in standing_conditions(offer):
        yield from items(node)


def _sketch(conditions: Every, offer: Offer) -> Sketch:
    reads: set[str] = {"region"} if offer.is_hidden else set()
    by_places = False
    for node in _nodes(conditions, offer):
        if isinstance(node, Condition) and is_aside(node, offer):
            continue
        clauses = [leaf.clause for leaf in leaves(node)]
        for clause in clauses:
            reads |= fields_read(clause, offer)
        if any(PLACES_FIELDS & set(clause.offer) for clause in clauses):
            by_places |= not all(term(clause, offer).is_fixed for clause in clauses)
    return Sketch(tuple(name for name in OWN_FIELDS if name in reads), by_places)
