"""A browser for every role, and requests whose effects are undone."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from uuid import UUID

from flask import Flask, Response, g
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from directory.core.clock import now
from directory.core.db import WRITING, db
from directory.core.web import is_for_programs
from directory.pages import limits
from tests import factories, world
from tests.world import ANONYMOUS, Side

REACHED = "X-Reached"
"""Header of answers to requests that came as far as their view."""


@dataclass
class Visitors:
    """Two sides, and a browser for every role of mine."""

    app: Flask
    connection: Connection
    mine: Side
    theirs: Side
    browsers: dict[str, FlaskClient]
    base_url: str = "http://localhost"

    def visit(
        self, role: str, rule: Rule, method: str, ids: Mapping[str, UUID], **headers: str
    ) -> TestResponse:
        """One request with the smallest body that is allowed; whatever it changes is undone."""
        savepoint = self.connection.begin_nested()
        try:
            return self.open(role, rule, method, ids, **headers)
        finally:
            savepoint.rollback()

    def open(
        self, role: str, rule: Rule, method: str, ids: Mapping[str, UUID], **headers: str
    ) -> TestResponse:
        """The same, and what it changes stays until the end of the test."""
        more: dict[str, Any] = {"base_url": self.base_url, "headers": headers}
        if method != "GET":
            body = world.body_of(self.app, rule, method, self.mine, role)
            more |= {"json": body} if is_for_programs(rule.rule) else {"data": body}
        path = world.address(self.app, rule, ids)
        return self.browsers[role].open(path, method=method, **more)


@contextmanager
def visiting(app: Flask, base_url: str = "http://localhost") -> Iterator[Visitors]:
    """Each request has a context of its own, as for real; everything is undone at the end."""
    token = WRITING.set(True)
    with db.test_isolation(), marked(app), patch.object(limits.limiter, "enabled", False):
        with app.app_context():
            factories.use(db.session)
            mine, theirs = Side.made(db.session, now()), _others(now())
            connection = db.session.connection()
        browsers = {role: app.test_client() for role in (ANONYMOUS, *mine.people)}
        for role, name in mine.people.items():
            with browsers[role].session_transaction(base_url=base_url) as web:
                web["_user_id"], web["_fresh"], web["fs_paa"] = name, True, time.time()
                web["language"] = "en"
            browsers[role].get("/account", base_url=base_url)  # as after a first page
        yield Visitors(app, connection, mine, theirs, browsers, base_url)
    WRITING.reset(token)


def _others(at: dt.datetime) -> Side:
    return Side.made(db.session, at, complains_in="SN")


@contextmanager
def marked(app: Flask) -> Iterator[None]:
    """Answers say whether the request came as far as its view."""

    def reached() -> None:
        g.reached = True

    def tell(response: Response) -> Response:
        if g.pop("reached", False):
            response.headers[REACHED] = "yes"
        return response

    app.before_request_funcs[None].append(reached)
    app.after_request_funcs[None].append(tell)
    yield
    app.before_request_funcs[None].remove(reached)
    app.after_request_funcs[None].remove(tell)
