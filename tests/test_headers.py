"""What every answer tells the browser, and that nothing changes without a form token (C-T25)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from sqlalchemy import Connection, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from directory.core.config import Settings
from directory.core.db import Base
from directory.core.headers import POLICY, policy
from directory.core.security import access_of
from directory.core.web import is_for_programs
from directory.roles import ROLES
from tests import world
from tests.visitors import REACHED, Visitors, visiting
from tests.world import ANONYMOUS

pytestmark = pytest.mark.one_engine

HTTPS = "https://localhost"
FRAMED = frozenset({"maps.atlas_frame"})
"""Pages that our own pages show in a sandboxed frame, with a policy of their own."""
REMEMBERED = frozenset({"audit_chain", "audit_entry", "disclosure", "routing_run", "web_session"})
"""What reading leaves behind: who read what, what was proposed, when the session was last used."""
BY_SECRET = frozenset({"gateway.received"})
"""Called by the SMS gateway, which has no session: its secret is looked at by the view."""
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def visitors(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitors]:
    """Every role, over HTTPS, with form tokens as in production."""
    monkeypatch.setitem(shared_app.config, "WTF_CSRF_ENABLED", True)
    monkeypatch.setitem(shared_app.config, "SESSION_COOKIE_SECURE", True)
    with visiting(shared_app, HTTPS) as found:
        yield found


def problems_of(answer: TestResponse, endpoint: str, *, is_known: bool) -> list[str]:
    """What is missing in one answer; ``is_known`` is somebody who is signed in."""
    headers = answer.headers
    frames = "SAMEORIGIN" if endpoint in FRAMED else "DENY"
    kept = is_known and "no-store" not in headers.get("Cache-Control", "")
    hsts = headers.get("Strict-Transport-Security", "")
    checks = {
        "policy": is_strict(parsed(headers.get("Content-Security-Policy", "")), endpoint),
        "HSTS": hsts == "max-age=31536000; includeSubDomains",
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "frames": headers.get("X-Frame-Options") == frames,
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "kept by the browser": not kept,
    }
    cookies = [
        problem for text in headers.getlist("Set-Cookie") for problem in cookie_problems(text)
    ]
    return [name for name, is_right in checks.items() if not is_right] + cookies


def is_strict(policy: Mapping[str, str], endpoint: str) -> bool:
    """Nothing inline, nothing from elsewhere; a framed page is shut into its sandbox."""
    if endpoint in FRAMED:
        return "sandbox" in policy and policy.get("frame-ancestors") == "'self'"
    return policy == POLICY


def cookie_problems(text: str) -> Iterator[str]:
    for name, cookie in SimpleCookie(text).items():
        wanted = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}
        if {key: cookie[key] for key in wanted} != wanted:
            yield f"cookie {name}: {cookie.OutputString()}"


def parsed(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.slow
def test_every_answer_on_every_route_to_every_role_has_its_headers(visitors: Visitors) -> None:
    wrong, seen, given = [], 0, set()
    for rule, method in world.routes(visitors.app):
        for role in (ANONYMOUS, *ROLES):
            answer = visitors.visit(role, rule, method, visitors.mine.ids)
            seen += 1
            given |= {role} if "Set-Cookie" in answer.headers else set()
            is_known = role != ANONYMOUS
            wrong += [
                f"{role} {method} {rule.rule} {answer.status_code}: {problem}"
                for problem in problems_of(answer, rule.endpoint, is_known=is_known)
            ]

    assert sorted(set(wrong)) == []
    assert seen > 1500
    assert given == {ANONYMOUS, *ROLES}, "cookies of every role were looked at"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/no/such/page", "GET", 404), ("/cases", "DELETE", 405), ("/api/v1/nothing", "GET", 404)],
)
def test_errors_have_their_headers_too(
    visitors: Visitors, path: str, method: str, status: int
) -> None:
    answer = visitors.browsers["RC"].open(path, method=method, base_url=HTTPS)

    assert answer.status_code in (status, 403)
    assert problems_of(answer, "", is_known=True) == []


def test_file_has_its_headers_too(visitors: Visitors) -> None:
    with visitors.browsers[ANONYMOUS].get("/static/css/passerelle.css", base_url=HTTPS) as answer:
        assert problems_of(answer, "static", is_known=False) == []


def test_configured_tiles_are_the_only_other_origin() -> None:
    settings = Settings(tile_url="https://tiles.example/{z}/{x}/{y}.png")

    assert parsed(policy(settings)) == POLICY | {"img-src": "'self' data: https://tiles.example"}
    assert parsed(policy(Settings())) == POLICY


# ------------------------------------------------------------------------------------- form tokens


def unsafe_routes(app: Flask) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule, method in world.routes(app) if method != "GET"]


def answers_everybody(app: Flask, rule: Rule, method: str) -> bool:
    """The interface takes it from whoever asks: the body itself holds what proves who it is."""
    access = access_of(app, rule.endpoint, method)
    return access is not None and access.permission is None and not access.needs_account


@pytest.mark.slow
def test_nothing_changes_without_the_form_token(visitors: Visitors) -> None:
    wrong, tried = [], 0
    for rule, method in unsafe_routes(visitors.app):
        for role in (ANONYMOUS, *ROLES):
            answer = visitors.visit(role, rule, method, visitors.mine.ids, Referer=f"{HTTPS}/")
            tried += 1
            if role == ANONYMOUS and rule.endpoint in BY_SECRET:
                assert answer.status_code == 404
                continue
            is_program = role == ANONYMOUS and is_for_programs(rule.rule)
            if is_program and answers_everybody(visitors.app, rule, method):
                continue  # nothing that a browser would add by itself speaks for anybody
            if answer.status_code != (401 if is_program else 403) or REACHED in answer.headers:
                wrong.append(f"{role} {method} {rule.rule}: {answer.status_code}")

    assert wrong == []
    assert tried == len(unsafe_routes(visitors.app)) * (len(ROLES) + 1)


@pytest.mark.parametrize("token", ["", "forged", "IjEyMyI.aaaa.bbbb"])
def test_nothing_changes_with_a_token_that_is_none(visitors: Visitors, token: str) -> None:
    headers = {"Referer": f"{HTTPS}/", "X-CSRFToken": token}
    for rule, method in unsafe_routes(visitors.app):
        answer = visitors.visit("RC", rule, method, visitors.mine.ids, **headers)
        assert answer.status_code == 403, rule.rule
        assert REACHED not in answer.headers


def form_token(visitors: Visitors, role: str) -> str:
    page = visitors.browsers[role].get("/account", base_url=HTTPS).text
    found = TOKEN.search(page)
    assert found
    return found[1]


def test_own_token_is_accepted_and_that_of_another_session_is_not(visitors: Visitors) -> None:
    mine, other = form_token(visitors, "RC"), form_token(visitors, "RS")
    browser = visitors.browsers["RC"]

    def post(token: str, referrer: str) -> int:
        answer = browser.post(
            "/account/tokens/end", data={"csrf_token": token}, base_url=HTTPS,
            headers={"Referer": referrer},
        )  # fmt: skip
        return int(answer.status_code)

    assert post(other, f"{HTTPS}/account") == 403
    assert post(mine, "https://evil.example/") == 403
    assert post(mine, f"{HTTPS}/account") == 302


def test_access_token_beside_a_session_does_not_replace_the_form_token(visitors: Visitors) -> None:
    answer = visitors.browsers["RC"].post(
        "/account/tokens/end", base_url=HTTPS, headers={"Authentication-Token": "anything"}
    )

    assert answer.status_code == 403


# ------------------------------------------------------------------------- reading changes nothing


def fingerprint(connection: Connection) -> dict[str, str]:
    """Hash of the content of every table, but for what reading leaves behind."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in REMEMBERED:
            columns = [
                column for column in table.columns if column.type.__class__.__name__ != "Geometry"
            ]
            rows = connection.execute(select(*columns).order_by(*table.primary_key.columns)).all()
            found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


@pytest.mark.slow
def test_get_changes_nothing(visitors: Visitors) -> None:
    before = fingerprint(visitors.connection)
    changing = []
    for rule, method in world.routes(visitors.app):
        if method != "GET":
            continue
        for role in (ANONYMOUS, *ROLES):
            visitors.open(role, rule, "GET", visitors.mine.ids)
        after = fingerprint(visitors.connection)
        changing += [f"{rule.rule}: {name}" for name in after if after[name] != before[name]]
        before = after

    assert changing == []
