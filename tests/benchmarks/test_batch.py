"""P5: ten thousand people at once, against one LATERAL join in PostGIS, in the same run."""

from __future__ import annotations

import csv
import gc
import io
from time import perf_counter
from typing import Any

from sqlalchemy.orm import Session

from directory.core.actor import Actor, Grant
from directory.roles import ROLES
from routing.commands.people_rows import AnswerRows
from routing.commands.proposals import AT_ONCE, answer_some
from routing.forms.people_file import PeopleFile, PersonRow
from routing.queries.batch import nearest_for_people
from tests.benchmarks import loading, synthetic
from tests.benchmarks.conftest import PEOPLE, Promises
from tests.benchmarks.synthetic import TODAY, World
from wsgi import create_app

ACTOR = Actor(None, "bench", (Grant("RC", ROLES["RC"].permissions),))
ROUNDS = 3


def people_file(world: World) -> tuple[str, list[synthetic.Person]]:
    """The people as a CSV file."""
    people = synthetic.people(PEOPLE, world, seed=5)
    text = io.StringIO()
    writer = csv.DictWriter(text, ["person", *people[0].cells()])
    writer.writeheader()
    writer.writerows({"person": f"P{n}", **person.cells()} for n, person in enumerate(people))
    return text.getvalue(), people


def read(text: str) -> list[PersonRow]:
    return list(PeopleFile(io.StringIO(text), today=TODAY, need={"k": 5}))


def whole_job(session: Session, text: str) -> list[list[str]]:
    """Read the file, propose, put reasons into words, store, audit, commit, write the answer."""
    answer = io.StringIO()
    writer = AnswerRows(session, csv.writer(answer), 5)
    rows = read(text)
    for start in range(0, len(rows), AT_ONCE):
        answer_some(session, rows[start : start + AT_ONCE], writer, ACTOR, keep=True)
    return list(csv.reader(io.StringIO(answer.getvalue())))


def test_p5_ten_thousand_people(
    session: Session, world: World, promises: Promises, address: str
) -> None:
    text, people = people_file(world)
    loading.load_people(session, people)
    asked = [(row.facts, need) for row in read(text) for need in row.needs]
    nearest_for_people(session, asked[:200], ACTOR, TODAY)
    app = create_app({"database_url": address, "environment": "test"})
    best: dict[str, float] = {}
    with app.test_request_context():
        for _ in range(ROUNDS):
            kernel = timed(best, "kernel", lambda: nearest_for_people(session, asked, ACTOR, TODAY))
            session.commit()
            lateral = timed(best, "lateral", lambda: lateral_rows(session))
            session.commit()
            job = timed(best, "job", lambda: whole_job(session, text))
    expected: dict[int, list[Any]] = {}
    for n, key, _ in lateral:
        expected.setdefault(n, []).append(key)
    found = kernel.by_person()
    wrong = sum([one.id for one in mine] != expected.get(n, []) for n, mine in enumerate(found))
    assert len(job) == PEOPLE + 1
    speed = best["lateral"] / best["kernel"]
    note = (
        f"kernel {PEOPLE / best['kernel']:,.0f} people/s, LATERAL {PEOPLE / best['lateral']:,.0f} people/s, "
        f"whole job {best['job']:.2f} s against {best['lateral']:.2f} s; other ids for {wrong} of {PEOPLE}"
    )
    promises.keep("P5 kernel", speed, "× LATERAL", least=15, note=note)
    promises.keep("P5 whole job", best["lateral"] / best["job"], "× bare LATERAL", least=1)


def lateral_rows(session: Session) -> list[Any]:
    return list(session.connection().exec_driver_sql(loading.LATERAL).fetchall())


def timed(best: dict[str, float], name: str, call: Any) -> Any:
    """Run once; the fastest of the rounds counts for each side."""
    gc.collect()
    begun = perf_counter()
    found = call()
    best[name] = min(best.get(name, 1e9), perf_counter() - begun)
    return found
