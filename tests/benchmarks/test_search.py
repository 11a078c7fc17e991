"""P8 and P9: the search of the directory, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import perf_counter

import pytest
from geoalchemy2.shape import to_shape
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from directory.audience import Audience
from directory.core.config import load_settings
from directory.core.db import WRITING, make_engine
from directory.core.encryption import KEYRING
from directory.models import Listing, Service
from directory.queries.filters import Moment
from directory.queries.points import points
from directory.queries.search import found_listings
from directory.queries.snapshot import current
from directory.search_request import Box, Search
from tests.benchmarks import worded
from tests.benchmarks.conftest import LISTINGS, Promises
from tests.benchmarks.timing import Times, in_turn
from tests.databases import Databases

VIEWPORT = 5_000
ROUNDS = 5


@pytest.fixture(scope="module", params=["SpatiaLite", "PostGIS"])
def worded_session(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """A directory with words, on one engine after the other."""
    folder = tmp_path_factory.mktemp("worded")
    databases = Databases(folder) if request.param == "SpatiaLite" else Databases.chosen(folder)
    if request.param == "PostGIS" and databases.is_sqlite:
        pytest.skip("no PostGIS here: run it with `make bench`")
    with databases.migrated("worded") as address:
        settings = load_settings({"database_url": address, "environment": "test"})
        KEYRING.load(settings)
        engine, token = make_engine(settings), WRITING.set(True)
        with Session(engine, expire_on_commit=False) as session:
            begun = perf_counter()
            worded.load(session, LISTINGS)
            print(f"\n{request.param}: loaded and indexed in {perf_counter() - begun:.1f} s")
            worded.load_like(session)
            yield session
        WRITING.reset(token)
        engine.dispose()


def engine_of(session: Session) -> str:
    return "SpatiaLite" if session.get_bind().dialect.name == "sqlite" else "PostGIS"


def test_words_and_counts_against_like(worded_session: Session, promises: Promises) -> None:
    """P9: what people type, with the counts of every filter, against LIKE over one lean table."""
    session = worded_session

    def ours(words: str) -> int:
        search = Search(words=words)
        return len(
            found_listings(session, search, audience=Audience.EVERYBODY, moment=Moment(worded.NOW))
        )

    def process_begins() -> float:
        """Nobody has asked for any word; seconds of the first search, for none that exists."""
        current(session).base.forget(("directory.queries.postings", "postings"))
        begun = perf_counter()
        assert ours("xxxxxxxxxxxx") == 0
        return perf_counter() - begun

    begun = perf_counter()
    assert ours("menuiserie") >= worded.like(session, "menuiserie") > 0
    print(f"\nfirst search, snapshot included: {perf_counter() - begun:.2f} s")
    new, first = Times(), []
    for _ in range(ROUNDS):
        first.append(process_begins())
        new.add(in_turn([partial(ours, words) for words in worded.WORDS_A_QUERY])[0])
    [rare] = in_turn([partial(ours, town) for town in worded.towns()[50:100]])
    queries = list(worded.WORDS_A_QUERY) * ROUNDS
    found, baseline = in_turn(
        [partial(ours, words) for words in queries],
        [partial(worded.like, session, words) for words in queries],
    )
    engine = engine_of(session)
    promises.keep(
        f"P9 words + facets, {engine}", baseline.at(50) / found.at(50), "times faster than LIKE",
        least=5, note=f"{found}; LIKE: {baseline}",
    )  # fmt: skip
    promises.keep(
        f"P9 words never asked before, {engine}", baseline.at(50) / new.at(50), "times faster than LIKE",
        least=5, note=f"{new}; rare words: {rare}; first search of a process: {min(first):.2f} s",
    )  # fmt: skip


def test_viewport_against_the_orm(worded_session: Session, promises: Promises) -> None:
    """P8: 5,000 features of a part of the map, against loading rows and shapes with the ORM."""
    session = worded_session
    area = VIEWPORT / LISTINGS * 8 * 7
    box = Box(-12.0, 11.0, -12.0 + area**0.5, 11.0 + area**0.5)

    def ours() -> bytes:
        search = Search(box=box)
        moment = Moment(worded.NOW)
        found = found_listings(
            session, search, audience=Audience.EVERYBODY, moment=moment, facets=False
        )
        return points(
            session, found, language="fr", address=lambda key: f"/listings/{key}", notes={}
        )

    def orm() -> int:
        session.expunge_all()
        query = (
            select(Listing)
            .join(Listing.site)
            .where(
                Listing.site.property.mapper.class_.lon.between(box.west, box.east),
                Listing.site.property.mapper.class_.lat.between(box.south, box.north),
            )
            .options(
                joinedload(Listing.service).joinedload(Service.organisation),
                joinedload(Listing.site),
            )
        )
        return sum(1 for row in session.scalars(query) if to_shape(row.site.point).x)

    assert ours().count(b'"Feature"') == orm()
    found, baseline = in_turn([ours] * 10, [orm] * 10)
    promises.keep(
        f"P8 viewport of {orm()}, {engine_of(session)}", baseline.at(50) / found.at(50),
        "times faster than the ORM", least=5, note=f"{found} against {baseline}",
    )  # fmt: skip
