"""Who may call what: every role on every route, its own objects, those of others and none (C-T16).

The routes are read from the application, so that a new one is tested without being named here; one
that declares no rule fails, and so does an object of a kind that ``tests.world`` does not know.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, LargeBinary, String, Text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from directory.core.db import Base
from directory.core.encryption import Encrypted
from directory.core.security import Access, access_of
from directory.core.web import is_for_programs
from directory.roles import READ_PROTECTION, ROLES
from tests import world
from tests.visitors import REACHED, Visitors, visiting
from tests.world import ANONYMOUS

SIGN_IN_PAGES = frozenset({
    "security.change_password", "security.login", "security.logout", "security.mf_recovery",
    "security.mf_recovery_codes", "security.tf_select", "security.two_factor_rescue",
    "security.two_factor_setup", "security.two_factor_setup_validate",
    "security.two_factor_token_validation", "security.verify",
})  # fmt: skip
"""Routes of Flask-Security: their rules are tested in tests/core/test_security_*.py."""
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
VOLATILE = re.compile(r'value="[^"]{40,}"|&#34;X-CSRFToken[^}]*|"X-CSRFToken[^}]*')


@pytest.fixture
def visitors(shared_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitors]:
    """Every role with its browser; form tokens are tested in tests/test_headers.py."""
    monkeypatch.setitem(shared_app.config, "WTF_CSRF_ENABLED", False)
    with visiting(shared_app) as found:
        yield found


def our_routes(app: Flask) -> list[tuple[Rule, str, Access]]:
    found = []
    for rule, method in world.routes(app):
        access = access_of(app, rule.endpoint, method)
        if rule.endpoint not in SIGN_IN_PAGES:
            assert access is not None, f"{method} {rule.rule} declares no access rule"
            found.append((rule, method, access))
    return found


def may(role: str, access: Access) -> bool:
    """What the table of roles says."""
    if access.permission is None:
        return role != ANONYMOUS or not access.needs_account
    return role != ANONYMOUS and access.permission in ROLES[role].permissions


def is_refused(answer: TestResponse, role: str) -> bool:
    """Refused for the role alone, before any object was looked at."""
    if REACHED in answer.headers:
        return False
    if role == ANONYMOUS:
        assert answer.status_code == 401 or "/sign-in" in answer.headers["Location"]
    else:
        assert answer.status_code == 403
    return True


# ------------------------------------------------------------------------------------ declarations


def test_every_route_declares_its_rule(app: Flask) -> None:
    undeclared = [
        f"{method} {rule.rule}"
        for rule, method in world.routes(app)
        if rule.endpoint not in SIGN_IN_PAGES and access_of(app, rule.endpoint, method) is None
    ]
    assert undeclared == []


def test_pages_of_the_library_are_the_ones_we_know(app: Flask) -> None:
    found = {
        rule.endpoint for rule, _ in world.routes(app) if rule.endpoint.startswith("security.")
    }
    assert found == SIGN_IN_PAGES


def test_every_rule_names_a_permission_that_some_role_has(app: Flask) -> None:
    held = {permission for role in ROLES.values() for permission in role.permissions}
    asked = {access.permission for _, _, access in our_routes(app)} - {None}
    assert asked <= held


def test_whoever_may_read_or_write_about_people_needs_a_second_factor() -> None:
    about_people = re.compile(r"routing:(case|referral|consent|complaint):")
    for role in ROLES.values():
        if any(about_people.match(permission) for permission in role.permissions):
            assert role.sees_people, role.name


def test_route_without_a_rule_opens_for_nobody(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgotten() -> str:
        return "secret"

    monkeypatch.setitem(visitors.app.view_functions, "caseload.view", forgotten)
    for role, browser in visitors.browsers.items():
        answer = browser.get("/cases", headers={"Accept-Language": "en"})
        assert answer.status_code == 403, role
        assert "secret" not in answer.text


# ------------------------------------------------------------------------------------ role × route


@pytest.mark.slow
def test_every_role_on_every_route(visitors: Visitors) -> None:
    mine = visitors.mine
    wrong: list[str] = []
    cells: Counter[str] = Counter()
    for rule, method, access in our_routes(visitors.app):
        for role in (ANONYMOUS, *ROLES):
            answer = visitors.visit(role, rule, method, mine.ids)
            allowed = may(role, access)
            cells["allowed" if allowed else "refused"] += 1
            if is_refused(answer, role) is allowed or answer.status_code >= 500:
                wrong.append(
                    f"{role} {method} {rule.rule}: {answer.status_code}, allowed={allowed}"
                )

    assert wrong == []
    assert cells.total() == len(our_routes(visitors.app)) * (len(ROLES) + 1)
    assert min(cells["allowed"], cells["refused"]) > 200


def test_what_is_hidden_could_be_seen(visitors: Visitors) -> None:
    """For each page about an object somebody sees it: the tests below compare more than refusals."""
    mine = visitors.mine
    unseen = [
        rule.rule
        for rule, method, access in our_routes(visitors.app)
        if method == "GET" and world.kinds_in(rule)
        if not any(
            visitors.visit(role, rule, method, mine.ids).status_code in (200, 302, 409)
            for role in ROLES
            if may(role, access)
        )
    ]
    assert unseen == []


@pytest.mark.slow
def test_object_of_others_is_answered_like_one_that_does_not_exist(visitors: Visitors) -> None:
    theirs = visitors.theirs
    wrong, compared = [], 0
    unknown = world.unknown_ids()
    for rule, method, access in our_routes(visitors.app):
        if not set(world.kinds_in(rule)) - world.PUBLIC_KINDS:
            continue
        for role in (role for role in ROLES if may(role, access)):
            other, none = (visitors.visit(role, rule, method, ids) for ids in (theirs.ids, unknown))
            compared += 1
            if told(other) != told(none) or other.status_code < 400:
                wrong.append(f"{role} {method} {rule.rule}: {other.status_code} {none.status_code}")

    assert wrong == []
    assert compared > 100


def test_hidden_service_is_answered_like_one_that_does_not_exist(visitors: Visitors) -> None:
    mine = visitors.mine
    hidden = mine.ids | {"listing": mine.ids["hidden"]}
    unknown = mine.ids | {"listing": world.unknown_ids()["listing"]}
    wrong, seen = [], 0
    for rule, method, access in our_routes(visitors.app):
        if method != "GET" or "listing" not in world.kinds_in(rule) or access.permission:
            continue
        for role in (ANONYMOUS, *ROLES):
            there, not_there = (
                visitors.visit(role, rule, method, ids) for ids in (hidden, unknown)
            )
            protected = not is_for_programs(rule.rule) and (
                role != ANONYMOUS and READ_PROTECTION in ROLES[role].permissions
            )
            seen += there.status_code == 200
            if protected is (told(there) == told(not_there)):
                wrong.append(f"{role} {rule.rule}: {there.status_code}")

    assert wrong == []
    assert seen


def told(answer: TestResponse) -> tuple[int, str, str]:
    """What somebody outside could compare: status, kind, body without the ids asked for."""
    body = VOLATILE.sub("", UUIDS.sub("ID", answer.text))
    return answer.status_code, answer.mimetype, body


# -------------------------------------------------------------------------------------- the tables

CAREFUL = {"PERSONAL", "SENSITIVE", "VAULT"}
SHORT = 60
"""A text so short holds a code or the name of a step, never what a person said."""
CODES: dict[str, str] = {
    "case_transfer.struck": "names of parts of a file",
    "complaint.receipt_digest": "keyed hash",
    "complaint_event.digest": "hash",
    "complaint_event.idempotency_key": "hash",
    "complaint_event.previous": "hash",
    "consent.fields_excluded": "names of fields",
    "consent.fields_extra": "names of fields",
    "contact_route.value_digest": "keyed hash",
    "inbound_statement.same": "keyed hash",
    "inbound_statement.sender_digest": "keyed hash",
    "outbox_message.recipient_digest": "keyed hash",
    "outbox_message.subject": "table and id",
    "outbox_message.template": "name of a text",
    "person_answer.idempotency_key": "random",
    "referral.payload_digest": "hash",
    "referral_event.digest": "hash",
    "referral_event.idempotency_key": "random",
    "referral_event.previous": "hash",
    "routing_run.counts": "numbers",
    "routing_run.facts_digest": "keyed hash",
    "routing_run.rules": "version of the rules",
    "tracking_code.digest": "keyed hash",
    "web_session.data": "language, form token, name of the session's account",
    "web_session.device": "of the account, not of a person accompanied",
    "web_session.id": "hash",
}
"""Long columns in clear of tables about people, each with what it holds instead."""


@pytest.mark.parametrize("table", sorted(Base.metadata.tables), ids=str)
def test_every_table_says_how_careful_one_must_be(table: str) -> None:
    mapped = [mapper.class_ for mapper in Base.registry.mappers if mapper.local_table.name == table]
    classes = {getattr(kind, "data_class", None) for kind in mapped}
    assert classes <= {"PUBLIC", "PARTNER", *CAREFUL}
    assert len(classes) == 1


def test_what_people_said_is_encrypted() -> None:
    clear = {
        f"{column.table.name}.{column.name}"
        for mapper in Base.registry.mappers
        if mapper.class_.data_class in CAREFUL
        for column in mapper.local_table.columns
        if is_free(column) and not column.foreign_keys
    }

    assert clear == set(CODES)


def is_free(column: Column[Any]) -> bool:
    """Whether anything could be written there, and be read by whoever has the database."""
    kind = column.type
    if isinstance(kind, Encrypted):
        return False
    if isinstance(kind, String):
        return isinstance(kind, Text) or (kind.length or SHORT + 1) > SHORT
    return isinstance(kind, JSON | LargeBinary)
