"""Fixtures: one migrated database per run, one undone transaction per test."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyproj  # noqa: F401 -- before anything loads mod_spatialite
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.core.db import WRITING, db
from directory.models import Account
from tests import factories
from tests.applications import application
from tests.databases import VARIABLE, Databases

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
"""A Monday morning."""
BENCHMARKS = Path(__file__).parent / "benchmarks"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests begin first, so that no worker is left alone with one at the end.

    On PostGIS only what meets the database runs: the rest has said the same on SpatiaLite.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if os.environ.get(VARIABLE, "").startswith("postgresql"):
        here = [item for item in items if meets_the_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(here)])
        items[:] = here


def meets_the_database(item: pytest.Item) -> bool:
    """Whether what the test shows could differ from one engine to the other; benchmarks do."""
    if item.path.is_relative_to(BENCHMARKS):
        return True
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return "databases" in fixtures and item.get_closest_marker("one_engine") is None


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Databases:
    """Maker of databases on the engine under test, shared by the parallel workers."""
    base = tmp_path_factory.getbasetemp()
    return Databases.chosen(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="session")
def database_url(databases: Databases, worker_id: str) -> Iterator[str]:
    """The migrated database of this worker; nothing committed to it stays."""
    with databases.migrated(f"shared_{worker_id}") as address:
        yield address


@pytest.fixture
def own_database(
    databases: Databases, worker_id: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A migrated database for one test that really commits, from several threads or processes."""
    with databases.migrated(f"own_{worker_id}_{abs(hash(request.node.nodeid)) % 10**8}") as address:
        yield address


@pytest.fixture(scope="session")
def shared_app(database_url: str) -> Iterator[Flask]:
    """The application on the shared database."""
    with application(database_url) as app:
        app.before_request_funcs.setdefault(None, []).insert(0, forget_last_request)
        yield app


def forget_last_request() -> None:
    """Requests of one test share its ``g``: the next must not pass for the last visitor's."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application; everything it commits is undone when the test ends."""
    token = WRITING.set(True)
    with shared_app.app_context(), db.test_isolation():
        yield shared_app
    WRITING.reset(token)


@pytest.fixture
def session(app: Flask) -> Session:
    """The database session of the test."""
    factories.use(db.session)
    return db.session


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser that nobody has signed in to."""
    return app.test_client()


@pytest.fixture
def sign_in(session: Session) -> Callable[[FlaskClient, Account], FlaskClient]:
    """Sign an account in to a client, second factor passed."""

    def do(client: FlaskClient, account: Account) -> FlaskClient:
        if account.needs_second_factor and not account.has_second_factor:
            account.tf_primary_method, account.tf_totp_secret = "authenticator", "passed"
            account.mf_recovery_codes = []
        session.commit()
        with client.session_transaction() as web:
            web["_user_id"] = account.fs_uniquifier
            web["_fresh"] = True
            web["fs_paa"] = time.time()
        return client

    return do


@pytest.fixture
def without_form_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers need no form token in this test; tests/test_headers.py shows that they do."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def now() -> dt.datetime:
    """The instant at which tests happen."""
    return NOW


@pytest.fixture
def shared_data() -> Path:
    """The real data beside the project; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder with real data is not beside this checkout")
    return folder
