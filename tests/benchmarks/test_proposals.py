"""P1 to P4: one proposal, against PostGIS with the best index it has, in the same run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from directory.core.actor import Actor, Grant
from directory.roles import ROLES
from routing.eligibility import Verdict
from routing.proposals import NeedAsked, Proposals
from routing.queries.proposals import propose
from tests.benchmarks import loading, synthetic
from tests.benchmarks.conftest import Promises
from tests.benchmarks.synthetic import TODAY, Person, World
from tests.benchmarks.timing import Times, in_turn

ACTOR = Actor(None, "bench", (Grant("RC", ROLES["RC"].permissions),))
ELIGIBLE = frozenset({Verdict.ELIGIBLE})
CASES = 500


def engine_call(session: Session, person: Person) -> Callable[[], Proposals]:
    """Facts in, five listings with distance, verdict and every finding out; the version is checked."""
    need = NeedAsked(person.category)
    return partial(
        propose, session, person.facts(), need, ACTOR, TODAY, only=ELIGIBLE, overview=False
    )


def postgis_call(session: Session, person: Person) -> Callable[[], list[Any]]:
    """The same five from one statement: index order, then re-ranked exactly."""
    cursor = session.connection().connection.cursor()
    asked = loading.asked(person)
    return lambda: cursor.execute(loading.NEAREST, asked, prepare=True).fetchall()


def same(found: Proposals, rows: list[Any]) -> bool:
    """The same listings in the same order of distance."""
    mine = sorted((one.distance.lo, one.listing_id) for one in found.eligible if one.distance)
    return [key for _, key in mine] == [row[0] for row in rows]


def measured(
    session: Session, strangers: list[Person], people: list[Person]
) -> tuple[Times, Times, int]:
    """Times of both sides for people never met before, and how often PostGIS found something else."""
    for person in strangers:
        engine_call(session, person)()
        postgis_call(session, person)()
    engine = [engine_call(session, person) for person in people]
    postgis = [postgis_call(session, person) for person in people]
    mine, theirs = in_turn(engine, postgis)
    differs = sum(not same(one(), other()) for one, other in zip(engine, postgis, strict=True))
    return mine, theirs, differs


def test_p1_mixed_cases(session: Session, world: World, promises: Promises) -> None:
    strangers, people = synthetic.people(CASES, world, seed=3), synthetic.people(CASES, world)
    mine, theirs, differs = measured(session, strangers, people)
    note = f"engine {mine}; PostGIS {theirs}; PostGIS found other ids in {differs} of {CASES}"
    promises.keep(
        "P1 speed", theirs.at(50) / mine.at(50), "× as fast as PostGIS", least=1, note=note
    )
    promises.keep("P1 spread", mine.at(95) / mine.at(50), "p95 / p50", most=5)


def test_p2_one_in_ten_thousand(session: Session, world: World, promises: Promises) -> None:
    strangers = synthetic.people(20, world, seed=3, age=70)
    people = synthetic.people(60, world, age=70)
    mine, theirs, differs = measured(session, strangers, people)
    note = f"engine {mine}; PostGIS {theirs}; other ids in {differs} of {len(people)}"
    promises.keep(
        "P2 rare", theirs.at(50) / mine.at(50), "× as fast as PostGIS", least=50, note=note
    )
