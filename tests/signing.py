"""A browser for tests of signing in: it keeps its cookies and sends the last form token."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from flask import Flask
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.core.actor import SYSTEM
from directory.core.db import transaction
from directory.models import Account, Organisation
from directory.operations.accounts import create_account, give_role, synchronise_roles
from directory.organisation_kinds import OrganisationKind

PASSWORD = "giraffe-umbrella-seventeen"
OTHER_PASSWORD = "lantern-teapot-mountain-4"
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask, *, address: str = "192.0.2.10", language: str = "en") -> None:
        self.app = app
        self.client = app.test_client()
        self.environ = {"REMOTE_ADDR": address}
        self.language = language
        self.token = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._keep(self.client.get(path, **self._with(more)))

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        form = {"csrf_token": self.token, **(data or {})}
        return self._keep(self.client.post(path, data=form, **self._with(more)))

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in?next=/", {"email": email, "password": password})

    @property
    def session_id(self) -> str | None:
        cookie = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return cookie.value if cookie else None

    def is_signed_in(self) -> bool:
        return self.get("/account").status_code == 200

    def _with(self, more: dict[str, Any]) -> dict[str, Any]:
        headers = {"Accept-Language": self.language, **more.pop("headers", {})}
        return {"environ_overrides": self.environ, "headers": headers, **more}

    def _keep(self, answer: TestResponse) -> TestResponse:
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self.token = unescape(found[1])
        return answer


@contextmanager
def people(app: Flask) -> Iterator[Session]:
    """A transaction in which accounts are made or looked at."""
    with app.app_context(), transaction() as session:
        synchronise_roles(session)
        yield session


def organisation(session: Session, key: str = "ngo", country: str = "GN") -> Organisation:
    """The organisation with this key, made where it is missing."""
    found = session.scalars(select(Organisation).where(Organisation.key == key)).one_or_none()
    if found is None:
        found = Organisation(
            key=key,
            name=key.upper(),
            alternate_names=[],
            kind=OrganisationKind.NGO,
            country=country,
            source={"citation": "test"},
        )
        session.add(found)
        session.flush()
    return found


def make_account(app: Flask, email: str, *roles: str, key: str = "ngo", **more: Any) -> str:
    """An account with ``roles`` in the organisation ``key``; its address."""
    with people(app) as session:
        account = create_account(
            session, email=email, name=email.split("@", maxsplit=1)[0], actor=SYSTEM,
            password_hash=hash_password(PASSWORD), now=more.pop("now", NOW), language="en", **more,
        )  # fmt: skip
        for role in roles:
            give_role(
                session, account, role, actor=SYSTEM, now=NOW,
                organisation_id=organisation(session, key).id,
            )  # fmt: skip
    return email


def account_of(session: Session, email: str) -> Account:
    return session.scalars(select(Account).where(Account.email == email)).one()


def code_of(app: Flask, secret: str) -> str:
    """What the authenticator app shows now."""
    with app.app_context():
        made: str = app.extensions["security"].totp_factory.generate_totp_password(secret)
        return made


def set_up_second_factor(browser: Browser) -> TestResponse:
    """From the page that asks for it to the end; the browser is then signed in."""
    browser.get("/account/second-factor")
    browser.post("/account/second-factor", {"setup": "authenticator"})
    return browser.post("/sign-in/code", {"code": code_of(browser.app, pending_secret(browser))})


def pending_secret(browser: Browser) -> str:
    """The secret behind the picture, as the session on the server holds it."""
    with browser.client.session_transaction(environ_overrides=browser.environ) as web:
        return str(web["tf_totp_secret"])
