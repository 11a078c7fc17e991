"""One synthetic directory in PostGIS for all benchmarks, and the table of promises that they fill.

Sizes come from the environment, so that a small run is a smoke test::

    BENCH_LISTINGS=2000 BENCH_PEOPLE=200 BENCH_SCALE=20000 make bench
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyproj  # noqa: F401 -- before anything loads mod_spatialite
import pytest
from sqlalchemy.orm import Session

from directory.core.config import load_settings
from directory.core.db import WRITING, make_engine
from directory.core.encryption import KEYRING
from tests.benchmarks import loading, synthetic
from tests.benchmarks.synthetic import World
from tests.databases import Databases

LISTINGS = int(os.environ.get("BENCH_LISTINGS", "100000"))
SCALE = int(os.environ.get("BENCH_SCALE", "1000000"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "10000"))
IS_FULL_SIZE = LISTINGS >= 100_000
"""Ratios of a small run say nothing; they are printed and not judged."""


@dataclass
class Promises:
    """The figures of this run."""

    lines: list[str] = field(default_factory=list)

    def keep(
        self,
        name: str,
        figure: float,
        unit: str,
        *,
        least: float | None = None,
        most: float | None = None,
        note: str = "",
    ) -> None:
        """Print one figure with what was promised; fail when a full-size run does not keep it."""
        bound = f"≥ {least:g}" if least is not None else f"≤ {most:g}" if most is not None else ""
        kept = (least is None or figure >= least) and (most is None or figure <= most)
        word = "kept" if kept else "NOT KEPT"
        line = f"| {name} | {figure:.2f} {unit} | {bound} | {word} | {note} |"
        self.lines.append(line)
        print(f"\n{line}")
        assert kept or not IS_FULL_SIZE, line

    def tell(self, name: str, figure: float, unit: str, note: str = "") -> None:
        """Print a figure that nothing was promised about."""
        line = f"| {name} | {figure:.2f} {unit} | | told | {note} |"
        self.lines.append(line)
        print(f"\n{line}")


@pytest.fixture(scope="session")
def promises() -> Iterator[Promises]:
    """What the run found, printed together at its end."""
    found = Promises()
    yield found
    print("\n\n| promise | figure | bound | | measured |\n| --- | --- | --- | --- | --- |")
    print("\n".join(found.lines))


@pytest.fixture(scope="session")
def world() -> World:
    """The synthetic directory as arrays."""
    return synthetic.world(LISTINGS)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database in the run's own PostGIS cluster."""
    databases = Databases.chosen(tmp_path_factory.mktemp("databases"))
    if databases.is_sqlite:
        pytest.skip("the benchmarks compare with PostGIS: run them with `make bench`")
    with databases.migrated("bench") as address:
        yield address


@pytest.fixture(scope="session")
def session(address: str, world: World) -> Iterator[Session]:
    """The directory in the product's tables and in the one that PostGIS is measured on."""
    settings = load_settings({"database_url": address, "environment": "test"})
    KEYRING.load(settings)
    engine, token = make_engine(settings), WRITING.set(False)
    with Session(engine, expire_on_commit=False) as session:
        loading.load(session, world)
        loading.load_baseline(session, world)
        yield session
    WRITING.reset(token)
    engine.dispose()


@pytest.fixture(scope="session")
def output() -> Path:
    """Where pictures and logs of a run go."""
    folder = Path(__file__).resolve().parents[2] / "test-output"
    folder.mkdir(exist_ok=True)
    return folder
