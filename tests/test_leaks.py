"""What was said by one person is nowhere it should not be: canaries in every personal field (C-T21)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.core.config import ROOT
from directory.core.db import Base, db
from directory.core.encryption import Encrypted
from directory.roles import ROLES
from tests import world
from tests.printing import read_print
from tests.routing.stories import NAME, NUMBER
from tests.visitors import Visitors, visiting
from tests.world import ANONYMOUS

MINE, THEIRS = "kanari-mine", "kanari-theirs"
PRIVATE = (MINE, NAME, NUMBER, "canary detail", "canary hours")
"""What only those may see who accompany the person or have been sent the referral."""
SHELTER = f"{MINE} hidden_address"
"""The true address of a hidden service: on no page that can be opened twice, for nobody."""
STRANGERS = (ANONYMOUS, "PA", "RCO", "NC", "PDC", "CH", "PSEA", "ADMIN")
"""Roles that no fact about a person is for."""
LINKS = re.compile(r"""(?:href|action|src|hx-[a-z]+)=["']([^"']*)""")
STORAGE = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open")


@pytest.fixture
def visitors(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitors]:
    """Two sides whose people carry canaries."""
    monkeypatch.setitem(shared_app.config, "WTF_CSRF_ENABLED", False)
    with visiting(shared_app) as found:
        with shared_app.app_context():
            put_canaries(db.session, found)
        yield found


def put_canaries(session: Session, visitors: Visitors) -> None:
    """Words in every encrypted column that holds words, per side; facts are codes and dates."""
    for side, canary in ((visitors.mine, MINE), (visitors.theirs, THEIRS)):
        case, member = side.ids["case"], side.ids["member"]
        owners = {
            "case_id": case,
            "member_id": member,
            "id": side.ids["route"],
            "site_id": side.ids["site"],
        }
        for mapper in Base.registry.mappers:
            for column in mapper.columns:
                if isinstance(column.type, Encrypted) and mapper.local_table.name != "fact":
                    mark(session, mapper.class_, column.key, owners, canary)
    session.commit()


def mark(
    session: Session, kind: type[Base], name: str, owners: dict[str, object], canary: str
) -> None:
    for owner, key in owners.items():
        if not hasattr(kind, owner):
            continue
        for row in session.scalars(select(kind).where(getattr(kind, owner) == key)):
            if isinstance(getattr(row, name), str):
                setattr(row, name, f"{canary} {kind.__tablename__} {name}")


def marked_columns(session: Session) -> set[str]:
    """Which columns hold a canary: the scan is worth what it covers."""
    found = set()
    for mapper in Base.registry.mappers:
        for column in mapper.columns:
            if isinstance(column.type, Encrypted):
                values = session.scalars(select(getattr(mapper.class_, column.key)))
                if any(isinstance(value, str) and MINE in value for value in values):
                    found.add(f"{mapper.local_table.name}.{column.key}")
    return found


@pytest.mark.slow
def test_pages_logs_and_addresses_hold_no_canary_where_none_belongs(
    visitors: Visitors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    leaks, seen = [], 0
    for rule, method in world.routes(visitors.app):
        if method != "GET":
            continue
        for role in (ANONYMOUS, *ROLES):
            answer = visitors.visit(role, rule, "GET", visitors.mine.ids)
            where = f"{role} {rule.rule}"
            text = words_of(answer)
            if THEIRS in text:
                leaks.append(f"{where}: of the other side")
            if SHELTER in text:
                leaks.append(f"{where}: true address")
            if any(word in text for word in PRIVATE):
                seen += 1
                leaks += [f"{where}: {problem}" for problem in problems_with(answer, role)]
            leaks += [f"{where}: link {link}" for link in links(text) if "kanari" in link]
            leaks += [f"{where}: header" for _, value in answer.headers if "kanari" in value]

    assert leaks == []
    assert seen >= 2  # how the person is reached, for caseworker and supervisor
    assert "kanari" not in caplog.text


def words_of(answer: TestResponse) -> str:
    """What a person reads in the answer: a page, or what is printed."""
    if answer.mimetype == "application/pdf":
        return read_print(answer.data).text
    return answer.text


def links(page: str) -> list[str]:
    """Addresses on a page that are sent to a server; a telephone dials by itself."""
    return [
        link for link in LINKS.findall(page) if not link.startswith(("tel:", "mailto:", "sms:"))
    ]


def problems_with(answer: TestResponse, role: str) -> list[str]:
    """What is wrong with a page that shows a canary."""
    found = []
    if role in STRANGERS:
        found.append("not for this role")
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("kept by the browser")
    return found


def test_database_holds_no_canary_in_clear(visitors: Visitors) -> None:
    with visitors.app.app_context():
        covered = marked_columns(db.session)
        connection = db.session.connection()
        rows = {
            name: repr(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all())  # noqa: S608 -- our own names
            for name in inspect(connection).get_table_names()
            if name in Base.metadata.tables
        }

    assert {
        "case_member.name",
        "contact_route.value",
        "contact_route.hours",
        "need.detail",
        "hidden_address.address",
        "vault_opening.reason",
    } <= covered
    assert [name for name, content in rows.items() if "kanari" in content] == []


def test_what_is_sent_by_a_form_is_neither_logged_nor_put_into_an_address(
    visitors: Visitors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    rc, ids = visitors.browsers["RC"], visitors.mine.ids
    calls = [
        (
            "/api/v1/cases",
            {"organisation": str(ids["sender"]), "country": "GN", "name": "kanari-new"},
        ),
        ("/api/v1/cases/find", {"phone": "kanari-new"}),
        (
            f"/api/v1/members/{ids['member']}/routes",
            {"kind": "email", "value": "kanari-new@example.org"},
        ),
        (
            f"/api/v1/members/{ids['member']}/needs",
            {"category": "training", "detail": "kanari-new"},
        ),
        (f"/api/v1/members/{ids['member']}/facts", {"facts": {"education": "kanari-new"}}),
        (f"/api/v1/referrals/{ids['referral']}/inform", {"channel": "kanari-new"}),
    ]
    answers = [rc.post(path, json=body) for path, body in calls]
    forms = [
        ("/cases/new", {"name": "kanari-new"}), ("/cases", {"code": "kanari-new"}),
        (f"/cases/{ids['case']}/members", {"name": "kanari-new"}),
        (f"/people/{ids['member']}/needs", {"detail": "kanari-new"}),
        (f"/people/{ids['member']}/routes", {"value": "kanari-new"}),
        (f"/people/{ids['member']}/facts/education", {"value": "kanari-new"}),
    ]  # fmt: skip
    answers += [rc.post(path, data=body) for path, body in forms]

    assert 201 in {answer.status_code for answer in answers}
    assert all(answer.status_code < 500 for answer in answers)
    assert [
        answer.headers["Location"]
        for answer in answers
        if "kanari" in answer.headers.get("Location", "")
    ] == []
    assert "kanari" not in caplog.text


def test_browser_is_never_asked_to_remember() -> None:
    scripts = [*(ROOT / "directory/static/js").glob("*.js"), *(ROOT / "maps").rglob("*.js")]
    assert scripts
    assert [path.name for path in scripts if STORAGE.search(path.read_text())] == []


def test_no_address_takes_a_fact_about_a_person(shared_app: Flask) -> None:
    """Variables of addresses are ids, codes of steps and layers, words of the directory."""
    names = {
        variable.name for rule, _ in world.routes(shared_app) for variable in world.variables(rule)
    }
    assert not names & {"phone", "email", "born", "tracking", "person", "number", "contact"}
