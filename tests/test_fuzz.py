"""The JSON interface is asked everything its description allows, and much that it does not (C-T15)."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi import from_wsgi
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from directory.core.clock import now
from directory.core.db import WRITING, db
from directory.core.security import TOKEN_HEADER
from directory.models import Account
from directory.pages import limits
from tests import factories
from tests.applications import application
from tests.databases import Databases
from tests.world import ANONYMOUS, KINDS, Side

ROLES = ("RC", "RS", "FP", "PA", "DPO", ANONYMOUS)
"""Between them they reach every operation; the last reaches what is public."""
EXAMPLES = 10
"""Requests for an operation and a role: more than 2,000 in all."""
EXAMPLES_AGAIN = 4
"""The first of the same requests, on the second engine: more than 2,000 there too."""
LONGEST_SECONDS = 5.0
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PLAIN = {"Accept-Encoding": "identity"}
SPEC = "/api/v1/openapi.json"
BY_PROPERTY = {
    "organisation": "sender", "listing": "listing", "need": "need", "member": "member",
    "consent": "consent", "referral": "referral", "account": "account",
}  # fmt: skip
"""Which object a property of a body names."""


@dataclass
class Caller:
    """Somebody with an access token, and what came of the calls."""

    client: FlaskClient
    headers: dict[str, str]
    side: Side
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


@pytest.fixture(scope="module")
def fuzzed(databases: Databases, worker_id: str) -> Iterator[tuple[Flask, Side]]:
    """An application whose requests commit, with people and referrals in it."""
    with (
        databases.migrated(f"fuzz_{worker_id}") as address,
        application(address) as app,
        patch.object(limits.limiter, "enabled", False),
    ):
        with writing(app):
            factories.use(db.session)
            side = Side.made(db.session, now())
        yield app, side


@contextmanager
def writing(app: Flask) -> Iterator[None]:
    token = WRITING.set(True)
    with app.app_context():
        yield
    WRITING.reset(token)


def caller(app: Flask, side: Side, role: str) -> Caller:
    if role == ANONYMOUS:
        return Caller(app.test_client(), dict(PLAIN), side)
    with writing(app):
        token = str(db.session.get_one(Account, side.accounts[role]).get_auth_token())
    return Caller(app.test_client(), {TOKEN_HEADER: token, **PLAIN}, side)


def operations(app: Flask) -> list[APIOperation[Any, Any, Any, Any]]:
    schema = from_wsgi(SPEC, app)
    return [found.ok() for found in schema.get_all_operations()]


def with_known_objects(case: Case, side: Side, choice: int) -> None:
    """Three times in four the objects exist, so that requests come as far as they can."""
    if choice == 0:
        return
    before = re.findall(r"/([a-z-]+)/\{key\}", case.path)
    if before and "key" in case.path_parameters:
        case.path_parameters["key"] = str(side.ids[KINDS[before[0]]])
    if isinstance(case.body, dict):
        _put_known(case.body, side)


def _put_known(body: dict[str, Any], side: Side) -> None:
    for name, value in body.items():
        if name in BY_PROPERTY and isinstance(value, str):
            body[name] = str(side.ids[BY_PROPERTY[name]])
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _put_known(item, side)


def call(case: Case, who: Caller) -> None:
    """One request; what is wrong with the answer is kept, shortly."""
    start = time.perf_counter()
    response = case.call(headers=who.headers)
    seconds = time.perf_counter() - start
    who.slowest = max(who.slowest, seconds)
    who.statuses[response.status_code] += 1
    try:
        case.validate_response(response, checks=CHECKS, headers=who.headers)
    except FailureGroup as group:
        told = "; ".join(str(failure)[:400] for failure in group.exceptions)
        who.faults.append(f"{case.method} {case.path} {response.status_code}: {told}")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_interface_keeps_to_its_description(
    fuzzed: tuple[Flask, Side], databases: Databases, role: str
) -> None:
    app, side = fuzzed
    examples = EXAMPLES if databases.is_sqlite else EXAMPLES_AGAIN
    who = caller(app, side, role)
    for operation in operations(app):
        cases = st.one_of(
            operation.as_strategy(GenerationMode.POSITIVE),
            operation.as_strategy(GenerationMode.NEGATIVE),
        )

        @settings(
            max_examples=examples, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=cases, choice=st.integers(0, 3))
        def ask(case: Case, choice: int) -> None:
            with_known_objects(case, side, choice)
            call(case, who)

        ask()

    assert sorted(set(who.faults)) == []
    assert who.slowest < LONGEST_SECONDS
    assert who.statuses.total() >= len(operations(app)) * examples * 0.8
    print(role, who.statuses.total(), dict(sorted(who.statuses.items())), round(who.slowest, 2))


# --------------------------------------------------------------------------------------------- by hand

NASTY = {
    "sql": "'; DROP TABLE account; --",
    "script": "<script>alert(1)</script>\"'",
    "nul": "a\x00b",
    "surrogate": "\ud800",
    "right to left": "\u202eabc\u202c",
    "long": "x" * 200_000,
    "format": "{0.__class__} %s %(x)s ${7*7} {{7*7}}",
    "line": "a\r\nSet-Cookie: x=1",
    "digits": "9" * 400,
    "nothing": "",
}


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


BODIES: dict[str, tuple[str | bytes, str]] = {
    "no JSON": ("{", "application/json"),
    "deep": (deep(100_000), "application/json"),
    "a list": ("[]", "application/json"),
    "a word": ('"x"', "application/json"),
    "null": ("null", "application/json"),
    "not a number": ('{"n": NaN}', "application/json"),
    "bytes": (b"\xff\xfe\x00", "application/json"),
    "other kind": ("a=b", "application/x-www-form-urlencoded"),
    "twice": ('{"country": "GN", "country": "SN"}', "application/json"),
    "huge": ("[" + "0," * 4_000_000 + "0]", "application/json"),
    "huge number": ('{"n": 1e999999}', "application/json"),
}


def paths(app: Flask, side: Side) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every operation with objects that exist."""
    spec = app.test_client().get(SPEC).json
    assert spec is not None
    for template, methods in spec["paths"].items():
        path = template
        for before in re.findall(r"/([a-z-]+)/\{key\}", template):
            path = path.replace("{key}", str(side.ids[KINDS[before]]))
        path = re.sub(r"\{[a-z_]+\}", "close", path)
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), path, operation


@pytest.mark.parametrize("body", BODIES)
def test_body_that_is_none_is_refused_and_breaks_nothing(
    fuzzed: tuple[Flask, Side], body: str
) -> None:
    app, side = fuzzed
    who = caller(app, side, "RC")
    content, kind = BODIES[body]
    for method, path, _ in paths(app, side):
        if method == "POST":
            start = time.perf_counter()
            answer = who.client.post(path, data=content, content_type=kind, headers=who.headers)
            assert answer.status_code < 500, (path, answer.text)
            assert time.perf_counter() - start < LONGEST_SECONDS, path


@pytest.mark.parametrize("name", NASTY)
def test_nasty_text_is_taken_or_refused_and_breaks_nothing(
    fuzzed: tuple[Flask, Side], name: str
) -> None:
    app, side = fuzzed
    rc, fp = caller(app, side, "RC"), caller(app, side, "FP")
    value = NASTY[name]
    for method, path, operation in paths(app, side):
        for who in (rc, fp):
            for parameter in operation.get("parameters", []):
                if parameter.get("in") == "query":
                    asked = {parameter["name"]: value.encode("utf-8", "surrogatepass")[:60_000]}
                    answer = who.client.open(
                        path, method=method, query_string=asked, headers=who.headers
                    )
                    assert answer.status_code < 500, (path, parameter["name"], answer.text)
            if method == "POST":
                content = json.dumps(filled(app, operation, value))
                answer = who.client.post(
                    path, data=content, content_type="application/json", headers=who.headers
                )
                assert answer.status_code < 500, (path, answer.text)


def filled(app: Flask, operation: Mapping[str, Any], value: str) -> dict[str, Any]:
    """A body with ``value`` wherever a text is taken."""
    spec = app.test_client().get(SPEC).json
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    found = _filled(spec or {}, content["schema"], value) if content else {}
    return found if isinstance(found, dict) else {}


def _filled(spec: Mapping[str, Any], schema: Mapping[str, Any], value: str, level: int = 0) -> Any:
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        return _filled(spec, spec["components"]["schemas"][name], value, level + 1)
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {}) if level < 6 else {}
        return {name: _filled(spec, part, value, level + 1) for name, part in properties.items()}
    if kind == "array":
        return [_filled(spec, schema.get("items", {}), value, level + 1)]
    if "enum" in schema:
        return schema["enum"][0]
    return {"integer": 1, "number": 1.5, "boolean": True}.get(str(kind), value)
