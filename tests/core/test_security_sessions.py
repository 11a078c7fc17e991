"""Sessions on the server: how long they last, who ends them, what their cookie says (C-T24)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie

import pytest
from flask import Flask, Response
from sqlalchemy import select, update

from directory.core.actor import SYSTEM
from directory.core.clock import now
from directory.core.config import Settings
from directory.models import WebSession
from directory.operations.accounts import (
    disable_account,
    enable_account,
    withdraw_role,
    withdraw_tokens,
)
from directory.queries.web_sessions import end_sessions_of
from tests import signing
from tests.applications import application
from tests.databases import Databases
from tests.production import production_settings
from tests.signing import OTHER_PASSWORD, PASSWORD, Browser, account_of, people

TOKEN_HEADER = "Authentication-Token"


@pytest.fixture(scope="module")
def real_app(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application whose requests commit, each in a context of its own."""
    with databases.migrated(f"sessions_{worker_id}") as address, application(address) as app:
        yield app


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """An address of this test's own."""
    return f"{request.node.name.removeprefix('test_')[:50]}@example.org"


@pytest.fixture
def browser(real_app: Flask, email: str) -> Browser:
    """An editor of listings who is signed in."""
    signing.make_account(real_app, email, "PA")
    found = Browser(real_app)
    found.sign_in(email)
    assert found.is_signed_in()
    return found


def change_session(app: Flask, browser: Browser, **values: object) -> None:
    digest = hashlib.sha256(str(browser.session_id).encode()).hexdigest()
    with people(app) as session:
        session.execute(update(WebSession).where(WebSession.id == digest).values(**values))


def token_of(browser: Browser) -> str:
    """An access token as the account page shows it."""
    browser.get("/account")
    page = browser.post("/account/token").text
    return page.split(f"{TOKEN_HEADER}: ")[1].split("<")[0]


# ---------------------------------------------------------------------------------------- how long


def test_session_ends_when_unused_for_half_an_hour(real_app: Flask, browser: Browser) -> None:
    change_session(real_app, browser, seen_at=now() - dt.timedelta(minutes=29))
    assert browser.is_signed_in()

    change_session(real_app, browser, seen_at=now() - dt.timedelta(minutes=31))
    assert not browser.is_signed_in()


def test_using_a_session_keeps_it(real_app: Flask, browser: Browser) -> None:
    change_session(real_app, browser, seen_at=now() - dt.timedelta(minutes=29))
    browser.get("/account")

    with people(real_app) as session:
        digest = hashlib.sha256(str(browser.session_id).encode()).hexdigest()
        assert session.get_one(WebSession, digest).seen_at > now() - dt.timedelta(minutes=1)


def test_session_ends_after_twelve_hours_however_used(real_app: Flask, browser: Browser) -> None:
    with people(real_app) as session:
        digest = hashlib.sha256(str(browser.session_id).encode()).hexdigest()
        row = session.get_one(WebSession, digest)
        assert row.ends_at - row.created_at == dt.timedelta(hours=12)

    change_session(real_app, browser, seen_at=now(), ends_at=now() - dt.timedelta(seconds=1))

    assert not browser.is_signed_in()


def test_session_has_a_new_name_after_sign_in_and_the_old_one_is_dead(
    real_app: Flask, email: str
) -> None:
    signing.make_account(real_app, email, "PA")
    browser = Browser(real_app)
    browser.get("/sign-in")
    before = browser.session_id

    browser.sign_in(email)

    assert before
    assert browser.session_id != before
    thief = Browser(real_app)
    thief.client.set_cookie("sid", before)
    assert not thief.is_signed_in()
    with people(real_app) as session:
        assert session.get(WebSession, hashlib.sha256(before.encode()).hexdigest()) is None


def test_name_of_a_session_is_never_chosen_by_the_browser(real_app: Flask) -> None:
    browser = Browser(real_app)
    browser.client.set_cookie("sid", "chosen-by-somebody-else")

    browser.get("/sign-in")

    assert browser.session_id != "chosen-by-somebody-else"


def test_database_does_not_hold_what_the_cookie_says(real_app: Flask, browser: Browser) -> None:
    with people(real_app) as session:
        assert browser.session_id not in session.scalars(select(WebSession.id)).all()
    assert len(str(browser.session_id)) >= 43  # 32 random bytes


# ---------------------------------------------------------------------------------------- who ends


def test_disabling_ends_sessions_and_tokens_at_the_next_request(
    real_app: Flask, browser: Browser, email: str
) -> None:
    token = token_of(browser)
    program = Browser(real_app)
    assert program.get("/account", headers={TOKEN_HEADER: token}).status_code == 200

    with people(real_app) as session:
        assert disable_account(session, account_of(session, email), actor=SYSTEM, now=now()) == 1

    assert not browser.is_signed_in()
    assert program.get("/account", headers={TOKEN_HEADER: token}).status_code == 302
    with people(real_app) as session:
        enable_account(session, account_of(session, email), actor=SYSTEM, now=now())
    assert not browser.is_signed_in()
    assert program.get("/account", headers={TOKEN_HEADER: token}).status_code == 302


def test_role_taken_away_is_gone_at_the_next_request(real_app: Flask, email: str) -> None:
    signing.make_account(real_app, email, "ADMIN")
    browser = Browser(real_app)
    browser.sign_in(email)
    signing.set_up_second_factor(browser)
    browser.get("/account/recovery-codes")
    browser.post("/account/recovery-codes")
    assert browser.get("/accounts").status_code == 200

    with people(real_app) as session:
        grant = account_of(session, email).grants[0]
        withdraw_role(session, grant, actor=SYSTEM, now=now())

    assert browser.get("/accounts").status_code == 403


def test_own_sessions_are_listed_and_the_others_can_be_ended(
    real_app: Flask, browser: Browser, email: str
) -> None:
    other = Browser(real_app)
    other.sign_in(email)
    assert browser.get("/account").text.count("last used") == 2

    answer = browser.post("/account/sessions/end-others")

    assert answer.status_code == 302
    assert browser.is_signed_in()
    assert not other.is_signed_in()
    assert browser.get("/account").text.count("last used") == 1


def test_changing_the_password_ends_other_sessions_and_tokens(
    real_app: Flask, browser: Browser, email: str
) -> None:
    other = Browser(real_app)
    other.sign_in(email)
    token = token_of(browser)
    browser.get("/account/password")
    browser.post(
        "/account/password",
        {
            "password": PASSWORD,
            "new_password": OTHER_PASSWORD,
            "new_password_confirm": OTHER_PASSWORD,
        },
    )

    assert browser.is_signed_in()
    assert not other.is_signed_in()
    assert Browser(real_app).get("/account", headers={TOKEN_HEADER: token}).status_code == 302


def test_session_ended_while_a_page_is_made_stays_ended(
    real_app: Flask, browser: Browser, email: str
) -> None:
    """The page still writes the session at its end; it must not come back by that."""

    def end_it() -> None:
        with people(real_app) as session:
            end_sessions_of(session, account_of(session, email).id)

    with during_next_request(real_app, end_it):
        browser.post("/account/tokens/end")

    assert not browser.is_signed_in()


class during_next_request:  # noqa: N801 -- reads as a statement
    """Do something at the end of the next request, before its session is stored."""

    def __init__(self, app: Flask, action: Callable[[], None]) -> None:
        self.app, self.action = app, action

    def __enter__(self) -> None:
        self.app.after_request_funcs[None].insert(0, self._do)

    def __exit__(self, *_error: object) -> None:
        self.app.after_request_funcs[None].remove(self._do)

    def _do(self, response: Response) -> Response:
        self.action()
        return response


# ------------------------------------------------------------------------------------------ tokens


def test_token_works_in_its_header_only(real_app: Flask, browser: Browser) -> None:
    token = token_of(browser)
    program = Browser(real_app)

    assert program.get("/account", headers={TOKEN_HEADER: token}).status_code == 200
    assert program.get(f"/account?auth_token={token}").status_code == 302
    body = program.client.post("/account/tokens/end", json={"auth_token": token})
    assert body.status_code == 403


def test_ended_token_does_not_work(real_app: Flask, browser: Browser, email: str) -> None:
    token = token_of(browser)
    with people(real_app) as session:
        withdraw_tokens(session, account_of(session, email), actor=SYSTEM, now=now())

    assert Browser(real_app).get("/account", headers={TOKEN_HEADER: token}).status_code == 302


def test_forged_token_does_not_work(real_app: Flask, browser: Browser) -> None:
    token = token_of(browser)

    for forged in (token[:-2] + "xx", token.split(".")[0], "null", ""):
        answer = Browser(real_app).get("/account", headers={TOKEN_HEADER: forged})
        assert answer.status_code == 302


def test_token_of_an_account_that_lacks_its_second_factor_opens_nothing(
    real_app: Flask, email: str
) -> None:
    signing.make_account(real_app, email, "RC")
    with people(real_app) as session:
        token = str(account_of(session, email).get_auth_token())

    answer = Browser(real_app).get("/api/v1/cases", headers={TOKEN_HEADER: token})

    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["type"] == "urn:passerelle:problem:account-not-ready"


def test_token_cannot_change_password_or_second_factor(real_app: Flask, browser: Browser) -> None:
    token = token_of(browser)
    program = Browser(real_app)

    for path in ("/account/password", "/account/recovery-codes", "/account/verify"):
        assert program.get(path, headers={TOKEN_HEADER: token}).status_code in (302, 401), path


# -------------------------------------------------------------------------------------- the cookie


def session_cookie(app: Flask, base: str) -> dict[str, str]:
    answer = app.test_client().get("/sign-in", base_url=base)
    cookies = SimpleCookie(answer.headers["Set-Cookie"])
    name, morsel = next(iter(cookies.items()))
    return {"name": name, **{key: str(value) for key, value in morsel.items() if value}}


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(real_app: Flask) -> None:
    assert session_cookie(real_app, "http://localhost") == {
        "name": "sid",
        "path": "/",
        "httponly": "True",
        "samesite": "Lax",
    }


def test_cookie_in_production_belongs_to_this_host_over_https(
    databases: Databases, worker_id: str
) -> None:
    with (
        databases.migrated(f"production_{worker_id}") as address,
        application(**production_settings(database_url=address)) as app,
    ):
        assert session_cookie(app, "https://passerelle.example") == {
            "name": "__Host-sid",
            "path": "/",
            "httponly": "True",
            "secure": "True",
            "samesite": "Lax",
        }


def test_limits_of_sessions_are_the_documented_ones() -> None:
    assert (Settings().session_idle_minutes, Settings().session_hours) == (30, 12)
