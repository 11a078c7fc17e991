from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_wsgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import func
from sqlalchemy.orm import Session

from directory.core.db import WGS84
from directory.core.web import may_write
from directory.hsds_taxonomies import ACCESS, CATEGORY, SECTOR, SPECIALTY, TAXONOMIES
from directory.models import Account, Listing
from directory.visibility import Precision
from tests import factories
from tests.directory.hsds_checking import BASE, HOST, LISTS, SCHEMAS, ids, page
from tests.directory.searching import publish, ready

NOBODY = UUID("00000000-0000-4000-8000-00000000dead")
"""Nothing has this identifier."""


@pytest.fixture
def training(session: Session) -> Listing:
    """Carpentry in Labé, edited and verified on 2 March 2026."""
    found = factories.Listing(sectors=["carpentry"])
    publish(session, found)
    return found


@pytest.fixture
def hospital(session: Session) -> Listing:
    """Surgery in Kankan, 350 km away, edited a month later."""
    found = factories.Listing(
        service=factories.Service(category="medical", name={"en": "Surgery", "fr": "Chirurgie"}),
        site=factories.Site(name="Kankan", lon=-9.3, lat=10.4, accessibility=["wheelchair"]),
        specialties=["surgery"],
        edited_at=factories.NOW + dt.timedelta(days=30),
    )
    publish(session, found)
    return found


def term(taxonomy: str, code: str) -> str:
    return f"taxonomy_term_id={TAXONOMIES[taxonomy].term_id(code)}"


def of(taxonomy: str) -> str:
    return f"taxonomy_id={TAXONOMIES[taxonomy].id}"


NEAR = "latitude=11.3167&longitude=-12.2833"
QUESTIONS: dict[str, str] = {
    "": "both",
    "search=menuisier": "training",
    "search=menuizerie": "training",
    "search=surgery": "hospital",
    "search=nothing-like-that": "none",
    term(CATEGORY, "training"): "training",
    term(SECTOR, "carpentry"): "training",
    term(SPECIALTY, "surgery"): "hospital",
    term(ACCESS, "wheelchair"): "hospital",
    term(ACCESS, "escort"): "none",
    f"taxonomy_term_id={NOBODY}": "none",
    of(CATEGORY): "both",
    of(SECTOR): "training",
    of(SPECIALTY): "hospital",
    of(ACCESS): "hospital",
    f"taxonomy_id={NOBODY}": "none",
    f"{of(CATEGORY)}&{term(SECTOR, 'carpentry')}": "none",
    f"{of(SECTOR)}&{term(SECTOR, 'carpentry')}": "training",
    f"organization_id={NOBODY}": "none",
    "modified_after=2026-03-02T09:00:00Z": "both",
    "modified_after=2026-03-02T09:00:00.000001Z": "hospital",
    "modified_after=2026-03-02T10:00:00%2B01:00": "both",
    "modified_after=2026-03-02T10:00:00+01:00": "both",
    "modified_after=2026-03-03": "hospital",
    "modified_after=2030-01-01": "none",
    f"{NEAR}&proximity=1000": "training",
    f"{NEAR}&proximity=1000000": "both",
    "latitude=0&longitude=0&proximity=1000": "none",
    f"{NEAR}&proximity=1000&search=surgery": "none",
    f"{NEAR}&proximity=1000&{term(SECTOR, 'carpentry')}&modified_after=2020-01-01": "training",
    f"{term(SPECIALTY, 'surgery')}&search=chirurgie&modified_after=2026-03-03": "hospital",
    "search=": "both",
}  # fmt: skip


@pytest.mark.parametrize("query", QUESTIONS)
@pytest.mark.parametrize("name", ["services", "service_at_locations", "organizations"])
def test_filters_combine(
    client: FlaskClient, training: Listing, hospital: Listing, query: str, name: str
) -> None:
    rows = {
        "training": [training],
        "hospital": [hospital],
        "both": [training, hospital],
        "none": [],
    }
    keys = {
        "services": lambda one: one.service_id,
        "service_at_locations": lambda one: one.id,
        "organizations": lambda one: one.service.organisation_id,
    }
    if name == "organizations" and ("modified" in query or "latitude" in query or "organ" in query):
        assert client.get(f"{BASE}/{name}?{query}").status_code == 422
        return

    assert ids(client, f"/{name}?{query}") == {
        str(keys[name](one)) for one in rows[QUESTIONS[query]]
    }


def test_services_of_an_organisation(
    client: FlaskClient, training: Listing, hospital: Listing
) -> None:
    key = hospital.service.organisation_id
    assert ids(client, f"/services?organization_id={key}") == {str(hospital.service_id)}
    assert ids(client, f"/services?organization_id={key}&search=menuiserie") == set()


SQUARE = "MULTIPOLYGON(((-13 11, -12 11, -12 12, -13 12, -13 11)))"


def test_what_is_known_by_its_region_is_found_in_the_region(
    client: FlaskClient, session: Session
) -> None:
    region = factories.Region(shape=func.ST_GeomFromText(SQUARE, WGS84))
    site = factories.Site(region=region, precision=Precision.REGION, lon=None, lat=None)
    publish(session, found := factories.Listing(site=site))

    assert ids(client, f"/services?{NEAR}&proximity=1000") == {str(found.service_id)}
    assert page(client, "/services?latitude=20&longitude=0&proximity=1000")["empty"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"), ("page=x", "page"), ("page=1.5", "page"), ("page=%D9%A3", "page"),
        ("per_page=0", "per_page"), ("per_page=101", "per_page"), ("per_page=9999999", "per_page"),
        ("per_page=-1", "per_page"), ("minimal=1&per_page=10001", "per_page"),
        ("format=xml", "format"), ("full=perhaps", "full"), ("taxonomy_id=1", "taxonomy_id"),
        ("taxonomy_term_id=training", "taxonomy_term_id"), ("organization_id=%00", "organization_id"),
        ("modified_after=yesterday", "modified_after"),
        ("modified_after=9999-12-31T23:00-14:00", "modified_after"),
        ("latitude=91&longitude=0&proximity=1", "latitude"),
        ("latitude=nan&longitude=0&proximity=1", "latitude"),
        ("latitude=1&longitude=1", "proximity"), ("proximity=5", "latitude"),
        ("latitude=1&longitude=1&proximity=0", "proximity"),
        ("postcode=1000", "postcode"), ("colour=red", "colour"), ("top_only=true", "top_only"),
        ("full=1&full=0", "full"), ("search=" + "x" * 201, "search"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(
    client: FlaskClient, session: Session, query: str, field: str
) -> None:
    answer = client.get(f"{BASE}/services?{query}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert field in answer.json["fields"]
    assert all(answer.json["fields"].values())


# ---------------------------------------------------------------------------------------- by a POST


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"search": "surgery", "full": "true"}},
        {"json": {"search": "surgery", "full": True}},
        {"json": {"full": True}, "query_string": {"search": "surgery"}},
        {"query_string": {"search": "surgery", "full": "true"}},
    ],
)
def test_a_post_asks_the_same_as_a_get(
    client: FlaskClient, training: Listing, hospital: Listing, sent: dict[str, Any]
) -> None:
    answer = client.post(f"{BASE}/services", **sent)
    assert answer.status_code == 200
    assert answer.json == page(client, "/services?search=surgery&full=true")
    assert answer.json["total_items"] == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"json": ["search"]}, "body"),
        ({"json": {"search": None}}, "search"),
        ({"json": {"search": ["x"]}}, "search"),
        ({"json": {"search": "\x00"}}, "search"),
        ({"json": {"page": 1.5}}, "page"),
        ({"json": {"page": 1}, "query_string": {"page": "2"}}, "page"),
        ({"data": {"name": "a new service"}}, "name"),
    ],
)
def test_a_body_that_asks_nothing_is_refused(
    client: FlaskClient, session: Session, sent: dict[str, Any], field: str
) -> None:
    answer = client.post(f"{BASE}/services", **sent)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


@pytest.mark.parametrize("body", ["{", "[" * 100_000, b"\xff\xfe"], ids=["half", "deep", "bytes"])
@pytest.mark.parametrize("path", [f"{BASE}/services", "/api/v1/complaints"])
def test_a_body_that_is_none_is_refused(
    client: FlaskClient, session: Session, path: str, body: str | bytes
) -> None:
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("name", LISTS)
def test_a_post_takes_no_write_lock(app: Flask, name: str) -> None:
    """It only asks: many may at once, while somebody writes."""
    with app.test_request_context(f"{BASE}/{name}", method="POST"):
        assert not may_write()
    with app.test_request_context("/api/v1/complaints", method="POST"):
        assert may_write()


def test_a_page_of_another_site_cannot_ask_in_the_name_of_a_partner(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch,
    sign_in: Callable[[FlaskClient, Account], FlaskClient],
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert client.post(f"{BASE}/services").status_code == 200
    sign_in(client, ready("FP"))
    assert client.post(f"{BASE}/services").status_code == 403
    assert client.post(f"{BASE}/services", json={}).status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_can_be_changed(client: FlaskClient, training: Listing, method: str) -> None:
    for path in (f"{BASE}/services", f"{BASE}/services/{training.service_id}"):
        answer = getattr(client, method)(path)
        assert answer.status_code == 405
        assert answer.mimetype == "application/problem+json"
    assert client.post(f"{BASE}/services/{training.service_id}").status_code == 405


# ---------------------------------------------------------------------------------------- taxonomies


def test_taxonomies_and_terms_can_be_looked_through(client: FlaskClient, session: Session) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert page(client, "/taxonomies?search=trades")["total_items"] == 1
    terms = page(client, f"/taxonomy_terms?{of(CATEGORY)}&per_page=100")
    assert terms["total_items"] == len(TAXONOMIES[CATEGORY].terms)
    assert {one["taxonomy"] for one in terms["contents"]} == {"Kinds of services"}
    assert ids(client, "/taxonomy_terms?search=solar%20energy") == {
        str(TAXONOMIES[SECTOR].term_id("solar"))
    }
    every = page(client, "/taxonomy_terms")["total_items"]
    assert page(client, "/taxonomy_terms?top_only=true")["total_items"] == every
    assert page(client, f"/taxonomy_terms?parent_id={terms['contents'][0]['id']}")["empty"]
    assert page(client, f"/taxonomy_terms?taxonomy_id={NOBODY}")["empty"]


# ----------------------------------------------------------------------------------- its description


CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip


def test_every_path_is_described_and_every_described_path_answers(
    app: Flask, client: FlaskClient, training: Listing
) -> None:
    spec = client.get(f"{BASE}/openapi.json").json
    routes = {
        rule.rule.removeprefix(BASE).replace("<uuid:key>", "{id}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("hsds.")
    }
    files = {"/openapi.json", "/profile/<name>.json", "/schema/<name>.json"}
    assert set(spec["paths"]) == routes - files


@pytest.mark.slow
def test_answers_keep_to_the_description(
    app: Flask, client: FlaskClient, training: Listing
) -> None:
    asked: Counter[int] = Counter()
    spec = client.get(f"{BASE}/openapi.json").json
    spec["components"]["schemas"] |= {
        name: {key: value for key, value in schema.items() if key not in ("$id", "$schema")}
        for name, schema in SCHEMAS.items()
    }
    described = from_wsgi(f"{BASE}/openapi.json", app)
    described.raw_schema.update(_within(spec))
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=25, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(GenerationMode.POSITIVE))
        def ask(case: Case) -> None:
            response = case.call(headers={"Accept-Encoding": "identity"})
            case.validate_response(response, checks=CHECKS)
            asked[response.status_code] += 1

        ask()

    assert asked[200] > 80
    assert set(asked) <= {200, 404, 422}


def _within(part: Any) -> Any:
    """The description with its schemas in itself: the test has no server to fetch them from."""
    if isinstance(part, dict):
        return {name: _within(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_within(value) for value in part]
    if isinstance(part, str) and part.endswith(".json") and "/" in part.removeprefix(HOST):
        return f"#/components/schemas/{part.split('/')[-1].removesuffix('.json')}"
    if isinstance(part, str) and part.removesuffix(".json") in SCHEMAS and part.endswith(".json"):
        return f"#/components/schemas/{part.removesuffix('.json')}"
    return part
