"""P3 and P10: ten times the services, and what the arrays weigh; made in memory, without a database."""

from __future__ import annotations

import gc
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from routing.eligibility import Verdict
from routing.plan import Scope
from routing.proposals import NeedAsked, Proposals
from routing.queries.candidates import look_up
from routing.queries.proposals import answer
from routing.terms import Seeker
from tests.benchmarks import in_memory, synthetic
from tests.benchmarks.conftest import LISTINGS, SCALE, Promises
from tests.benchmarks.in_memory import Kept
from tests.benchmarks.synthetic import TODAY, Person
from tests.benchmarks.timing import in_turn
from tests.databases import ROOT

ELIGIBLE = frozenset({Verdict.ELIGIBLE})
CASES = 400
MEGABYTE = 2**20


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def propose(kept: Kept, person: Person) -> Proposals:
    """What ``propose`` does once the version is checked."""
    facts = person.facts()
    seeker = Seeker(facts, TODAY, "", person.lon, person.lat)
    category = kept.picture.vocabulary.category.find(person.category)
    found = look_up(kept.picture, kept.parts, seeker, category, Scope(0))
    return answer(found, NeedAsked(person.category), ELIGIBLE, overview=False)


WEIGH = """
import gc, sys
from tests.benchmarks import in_memory, synthetic
from tests.benchmarks.test_scale import propose, resident
world = synthetic.world(int(sys.argv[1]))
people = synthetic.people(50, world)
gc.collect()
before = resident()
kept = in_memory.kept(world)
for person in people:
    propose(kept, person)
gc.collect()
print(resident() - before)
"""


@pytest.mark.parametrize(("size", "most"), [(LISTINGS, 50), (SCALE, 250)])
def test_p10_memory(size: int, most: int, promises: Promises) -> None:
    """Weighed in a process of its own, where nothing else grows or shrinks."""
    command = [sys.executable, "-c", WEIGH, str(size)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    promises.keep(f"P10 {size:,} services", int(done.stdout) / MEGABYTE, "MB", most=most)


@pytest.fixture(scope="module")
def both() -> tuple[Kept, Kept]:
    """The same world at two sizes."""
    small, large = (in_memory.kept(synthetic.world(size)) for size in (LISTINGS, SCALE))
    gc.collect()
    gc.freeze()
    return small, large


def test_p3_ten_times_the_services(both: tuple[Kept, Kept], promises: Promises) -> None:
    small, large = both
    for kept in both:
        for person in synthetic.people(CASES, kept.world, seed=3):
            propose(kept, person)
    people = synthetic.people(CASES, small.world)
    here = [partial(propose, small, person) for person in people]
    there = [partial(propose, large, person) for person in synthetic.people(CASES, large.world)]
    few, many = in_turn(here, there)
    note = f"{LISTINGS:,}: {few}; {SCALE:,}: {many}; in memory, without the check of the version"
    promises.keep("P3 growth", many.at(50) / few.at(50), "× the p50", most=2, note=note)
