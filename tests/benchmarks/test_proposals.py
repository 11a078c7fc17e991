"""P1 to P4: one proposal, against PostGIS with the best index it has, in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from directory.core.actor import Actor, Grant
from directory.roles import ROLES
from routing.answers import Answer
from routing.eligibility import Verdict
from routing.proposals import NeedAsked, Proposals
from routing.queries.candidates import search
from routing.queries.explanations import Found
from routing.queries.proposals import propose
from tests.benchmarks import loading, synthetic
from tests.benchmarks.conftest import Promises
from tests.benchmarks.synthetic import TODAY, Person, World
from tests.benchmarks.timing import Times, in_turn

ACTOR = Actor(None, "bench", (Grant("RC", ROLES["RC"].permissions),))
ELIGIBLE = frozenset({Verdict.ELIGIBLE})
CASES = 500


def engine_call(session: Session, person: Person) -> Callable[[], list[Found]]:
    """Facts in, five eligible listings with their distance out; the version is checked."""
    need, facts = NeedAsked(person.category), person.facts()
    return lambda: search(session, facts, need, ACTOR, TODAY).nearest(Answer.YES.rank, need.k)


def whole_call(session: Session, person: Person) -> Callable[[], Proposals]:
    """The same with every finding and with the order explained, as a page shows them."""
    need = NeedAsked(person.category)
    return partial(
        propose, session, person.facts(), need, ACTOR, TODAY, only=ELIGIBLE, overview=False
    )


def postgis_call(session: Session, person: Person) -> Callable[[], list[Any]]:
    """The same five from one statement: index order, then re-ranked exactly."""
    cursor = session.connection().connection.cursor()
    asked = loading.asked(person)
    return lambda: cursor.execute(loading.NEAREST, asked, prepare=True).fetchall()


def same(found: list[Found], rows: list[Any]) -> bool:
    """The same listings in the same order of distance."""
    return [one.id for one in found] == [row[0] for row in rows]


@dataclass(frozen=True)
class Measured:
    """Times of both sides for people never met before."""

    mine: Times
    whole: Times
    postgis: Times
    """By the index on category and place."""
    planned: Times
    """By the plan that the server chooses."""
    differs: int
    """How often PostGIS found something else."""

    def note(self) -> str:
        return (
            f"engine {self.mine}; PostGIS {self.postgis}; it found other ids {self.differs} times"
        )


def measured(session: Session, strangers: list[Person], people: list[Person]) -> Measured:
    for person in strangers:
        whole_call(session, person)()
        postgis_call(session, person)()
    half = len(people) // 2
    engine = [engine_call(session, person) for person in people[:half]]
    whole = [whole_call(session, person) for person in people[half : 2 * half]]
    postgis = [postgis_call(session, person) for person in people[:half]]
    mine, all_of_it, planned = in_turn(engine, whole, postgis)
    with by_the_index(session):
        [theirs] = in_turn(postgis)
    differs = sum(not same(one(), other()) for one, other in zip(engine, postgis, strict=True))
    return Measured(mine, all_of_it, theirs, planned, differs)


@contextmanager
def by_the_index(session: Session) -> Iterator[None]:
    """Let PostGIS walk its index in the order of distance."""
    connection = session.connection()
    for setting in ("enable_seqscan", "enable_bitmapscan"):
        connection.exec_driver_sql(f"SET {setting} = off")
    yield
    for setting in ("enable_seqscan", "enable_bitmapscan"):
        connection.exec_driver_sql(f"SET {setting} = on")


def test_p1_mixed_cases(session: Session, world: World, promises: Promises) -> None:
    strangers, people = synthetic.people(CASES, world, seed=3), synthetic.people(2 * CASES, world)
    found = measured(session, strangers, people)
    faster = found.postgis.at(50) / found.mine.at(50)
    promises.keep("P1 speed", faster, "× as fast as PostGIS", least=1, note=found.note())
    promises.keep("P1 spread", found.mine.spread(), "p95 / p50 of its own work", most=5)
    faster = found.postgis.at(50) / found.whole.at(50)
    promises.tell("P1 with findings and ranking", faster, "× as fast as PostGIS", str(found.whole))
    faster = found.planned.at(50) / found.mine.at(50)
    promises.tell("P1 against the server's own plan", faster, "×", str(found.planned))
    promises.keep("P4 other ids than PostGIS", found.differs, f"of {CASES} lists", most=0)


def test_p2_one_in_ten_thousand(session: Session, world: World, promises: Promises) -> None:
    strangers = synthetic.people(40, world, seed=3, age=70)
    people = synthetic.people(160, world, age=70)
    found = measured(session, strangers, people)
    faster = found.postgis.at(50) / found.mine.at(50)
    promises.keep("P2 rare", faster, "× as fast as PostGIS", least=50, note=found.note())
    faster = found.postgis.at(50) / found.whole.at(50)
    promises.tell("P2 with findings and ranking", faster, "× as fast as PostGIS", str(found.whole))
    faster = found.planned.at(50) / found.mine.at(50)
    promises.tell("P2 against the server's own plan", faster, "×", str(found.planned))
