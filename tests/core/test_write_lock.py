"""SQLite's write lock is taken before a request reads what it will write about."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from directory.core.db import WRITING, db, transaction
from tests import factories
from tests.applications import application
from tests.routing.stories import Story


@pytest.fixture
def app(own_database: str) -> Iterator[Flask]:
    """An application whose transactions are real ones."""
    with application(own_database) as made:
        yield made


def signed_in(app: Flask, role: str) -> FlaskClient:
    """A browser of somebody with this role, second factor passed."""
    with app.app_context(), transaction() as session:
        factories.use(session)
        account = Story(session, dt.datetime.now(dt.UTC)).accounts[role]
        account.tf_primary_method, account.tf_totp_secret = "authenticator", "passed"
        account.mf_recovery_codes = []
        name = account.fs_uniquifier
    client = app.test_client()
    with client.session_transaction() as web:
        web["_user_id"], web["_fresh"], web["fs_paa"] = name, True, time.time()
    return client


@pytest.mark.parametrize(
    ("role", "path", "writes"), [("FP", "/inbox", True), ("RC", "/account", False)]
)
def test_whoever_writes_a_line_of_the_audit_begins_with_the_lock(
    app: Flask, role: str, path: str, *, writes: bool
) -> None:
    client = signed_in(app, role)
    begun: list[bool] = []
    with app.app_context():
        engine = db.engine

    def begins(_connection: object) -> None:
        begun.append(WRITING.get())

    event.listen(engine, "begin", begins)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "begin", begins)
    of_the_session, of_the_request = begun[:2]
    assert not of_the_session
    assert of_the_request is writes
