"""The arrays say what the rules say: random listings of every kind, random people, brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import shelf as shelf_module
from routing.answers import BY_RANK
from routing.conditions import Every
from routing.eligibility import VERDICTS
from routing.facts import Facts, Source, Value
from routing.pending import pending
from routing.plan import Look, Scope
from routing.profiles import YES
from routing.recipes import Recipes, Shared, line_finding
from routing.shelf import Shelf, Stock, fixed_ranks
from routing.terms import Seeker
from routing.values import Place
from tests.routing import oracle, strategies
from tests.routing.oracle import Stand

TODAY = strategies.TODAY
POSITIONS = [(-12.29 + dx / 40, 11.32 + dy / 40) for dx in range(-6, 7) for dy in range(-6, 7)]
"""A grid of steps of 2.7 km around Labé: the limits of the strategies fall between its points."""


@st.composite
def stands(draw: st.DrawFn) -> list[Stand]:
    """Some listings; trees, positions and offers come again, as they do in life."""
    trees = draw(st.lists(strategies.trees(), min_size=1, max_size=5))
    offers = draw(st.lists(strategies.offers(), min_size=1, max_size=5))
    found = []
    for number in range(draw(st.integers(1, 25))):
        chosen = draw(st.lists(st.sampled_from(trees), max_size=3))
        offer = replace(
            draw(st.sampled_from(offers)), reach=None, travel=None, sender="", key=f"{number:03}"
        )
        lon, lat = draw(st.none() | st.sampled_from(POSITIONS)) or (None, None)
        radius = draw(st.sampled_from([0.0, 0.0, 3000.0, 40_000.0]))
        found.append(
            Stand(number, Every(tuple(chosen)), offer, lon, lat, 0.0 if offer.is_hidden else radius)
        )
    return found


@st.composite
def seekers(draw: st.DrawFn) -> Seeker:
    """Somebody, somewhere or nowhere, known exactly or roughly; a position needs a known location."""
    facts: Facts = draw(strategies.facts())
    if draw(st.booleans()):
        facts = facts.learning({"location": Value(Place(*POSITIONS[0]), Source.DECLARED, TODAY)})
    lon, lat, radius = None, None, draw(st.sampled_from([0.0, 0.0, 2500.0]))
    if not facts.known("location", TODAY).unknown:
        lon, lat = draw(st.none() | st.sampled_from(POSITIONS)) or (None, None)
    return Seeker(facts, TODAY, draw(st.sampled_from(["", "self", "org-a"])), lon, lat, radius)


def shelved(listings: list[Stand]) -> Shelf:
    """The listings as arrays, placed as the loader places them."""
    recipes, organisations = Recipes(), sorted({one.offer.organisation for one in listings})
    numbers: dict[object, int] = {}
    placed = []
    for one in listings:
        bare = replace(one.offer, key="", region=(), organisation="", places=None, held=0, taken=0,
                       next_place_on=None, taken_by_group=())  # fmt: skip
        places = (one.offer.places, one.offer.held, one.offer.taken, one.offer.next_place_on,
                  one.offer.taken_by_group)  # fmt: skip
        shared = Shared(
            *(numbers.setdefault(v, len(numbers)) for v in (one.conditions, bare, places))
        )
        placed.append(
            recipes.place(
                one.conditions, shared, lambda n, o=one.offer: getattr(o, n), lambda o=one.offer: o
            )
        )
    nobody = Seeker(Facts(), TODAY)
    ranks = np.array(
        [
            line_finding(recipes.terms, line, nobody, None).answer.rank
            if line.hard and all(recipes.terms.terms[t].is_fixed for t in line.terms)
            else YES
            for line in recipes.lines.values
        ],
        dtype=np.uint8,
    )
    fixed = np.array([fixed for _, fixed in placed], dtype=np.int32)
    count = len(listings)
    stock = Stock(
        recipes=recipes,
        category=np.zeros(count, dtype=np.int32),
        country=np.zeros(count, dtype=np.int32),
        audience=np.zeros(count, dtype=np.uint8),
        organisation=np.array(
            [organisations.index(one.offer.organisation) for one in listings], dtype=np.int32
        ),
        recipe=np.array([recipe for recipe, _ in placed], dtype=np.int32),
        fixed=fixed,
        fixed_rank=fixed_ranks(recipes.fixed.values, ranks)[fixed],
        lon=np.array([np.nan if one.lon is None else one.lon for one in listings]),
        lat=np.array([np.nan if one.lat is None else one.lat for one in listings]),
        radius=np.array([one.radius for one in listings]),
    )
    return Shelf(stock, np.arange(count))


def worst_of(shelf: Shelf, listings: list[Stand], seeker: Seeker) -> dict[int, int]:
    found = {}
    for condition in shelf.asides:
        for item, one in enumerate(listings):
            rank = condition.clause.judge(seeker.facts, TODAY, one.offer).answer.rank
            if rank < YES:
                found[item] = rank
    return found


@pytest.mark.parametrize("with_tree", [False, True])
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(listings=stands(), seeker=seekers(), number=st.integers(1, 6))
def test_arrays_agree_with_brute_force(
    with_tree: bool, listings: list[Stand], seeker: Seeker, number: int
) -> None:
    before = shelf_module.TREE_FROM
    shelf_module.TREE_FROM = 1 if with_tree else before
    try:
        shelf = shelved(listings)
    finally:
        shelf_module.TREE_FROM = before
    look = Look(shelf, seeker, Scope(0), None, worst_of(shelf, listings, seeker))
    expected = oracle.judged(listings, seeker)
    assert {VERDICTS[BY_RANK[rank]]: n for rank, n in enumerate(look.counts())} == oracle.counts(
        expected
    )
    assert pending(look) == oracle.pending(expected)
    for answer, verdict in VERDICTS.items():
        hits = [(hit.metres, hit.row) for hit in look.nearest(answer.rank, number)]
        assert hits == [(one.metres, one.id) for one in oracle.nearest(expected, verdict, number)]
