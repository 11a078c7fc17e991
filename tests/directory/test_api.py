from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.models import Account, Listing, Place
from directory.visibility import Precision, Visibility
from tests import factories
from tests.directory.searching import publish, ready


@pytest.fixture
def listing(session: Session) -> Listing:
    region = factories.Region()
    found = factories.Listing(site=factories.Site(region=region))
    factories.Condition(listing=found)
    publish(session, found)
    return found


def problem(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.mimetype == "application/problem+json"
    content: dict[str, Any] = answer.json
    assert content["status"] == answer.status_code
    return content


def test_a_search_answers_with_the_listing(client: FlaskClient, listing: Listing) -> None:
    answer = client.get("/api/v1/listings?q=menuizerie&near=11.3167,-12.2833&within=5")
    assert answer.status_code == 200
    (item,) = answer.json["items"]
    assert item["id"] == str(listing.id)
    assert item["metres"] == 0
    assert item["position"] == {"lon": -12.2833, "lat": 11.3167, "precision": "site"}
    assert answer.json["corrected"] == {"menuizerie": "menuiserie"}
    assert answer.json["facets"]["category"] == {"training": 1}


def test_a_listing_has_its_conditions_in_words(client: FlaskClient, listing: Listing) -> None:
    answer = client.get(f"/api/v1/listings/{listing.id}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert [one["sentence"] for one in answer.json["criteria"]] == ["18 to 35 years"]
    assert answer.json["region"] == "Labé"


def test_an_organisation_has_its_listings(client: FlaskClient, listing: Listing) -> None:
    answer = client.get(f"/api/v1/organisations/{listing.service.organisation_id}")
    assert [one["id"] for one in answer.json["listings"]] == [str(listing.id)]


def test_regions_are_listed(client: FlaskClient, listing: Listing) -> None:
    answer = client.get("/api/v1/regions?country=GN&level=1")
    assert [one["id"] for one in answer.json] == [str(listing.site.region_id)]
    assert client.get("/api/v1/regions?country=ML").json == []


def test_places_are_suggested(client: FlaskClient, session: Session) -> None:
    session.add(
        Place(
            country="GN", name="Labé", folded="labe", alternate_names=[], lon=-12.28, lat=11.32,
            population=200_000,
        )
    )  # fmt: skip
    session.commit()
    assert [one["name"] for one in client.get("/api/v1/places?near=lab").json] == ["Labé"]


NOBODY = "00000000-0000-4000-8000-000000000000"
"""An identifier that nothing has."""


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("colour=red", "colour"),
        ("category=cooking", "category.0"),
        ("page=0", "page"),
        ("page=99999999999999999999999", "page"),
        ("within=nan", "within"),
        ("within=inf", "within"),
        ("within=-1", "within"),
        ("within=0", "within"),
        ("organisation=1", "organisation"),
        ("country=Guinea", "country"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=-200,0,10,10", "bbox"),
        ("verified=1e9", "verified"),
        ("open_now=perhaps", "open_now"),
        ("sort=random", "sort"),
        ("page=1_0", "page"),
        ("page=%D9%A3", "page"),
        ("within=%201", "within"),
        ("open_now=1", "open_now"),
        ("organisation=%7Be3e70682-c209-1cac-a29f-6fbed82c07cd%7D", "organisation"),
        ("language=fran%C3%A7ais", "language.0"),
        ("region=%00", "region"),
        ("q=" + "x" * 201, "q"),
    ],
)
def test_what_cannot_be_read_is_named(client: FlaskClient, query: str, field: str) -> None:
    found = problem(client, f"/api/v1/listings?{query}")
    assert found["status"] == 422
    assert list(found["fields"]) == [field]


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%F0%9F%98%80", "near=%00", "q='--", "near=91,0", "near=nan,nan", "region=XX-YY"],
)
def test_nothing_that_is_typed_breaks_it(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/listings?{query}").status_code in {200, 404, 422}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/api/v1/listings/{NOBODY}", 404),
        ("/api/v1/listings/1", 404),
        (f"/api/v1/organisations/{NOBODY}", 404),
        ("/api/v1/listings?near=Xyzzyxa", 404),
        ("/api/v1/listings?region=GN-99", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/places", 422),
    ],
)
def test_refusals_are_problems(client: FlaskClient, address: str, status: int) -> None:
    assert problem(client, address)["status"] == status


def test_a_wrong_method_is_a_problem(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/listings")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_it_describes_itself(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    assert described["openapi"] == "3.1.0"
    assert {
        "/api/v1/listings",
        "/api/v1/listings/{key}",
        "/api/v1/open-now",
        "/api/v1/organisations/{key}",
        "/api/v1/places",
        "/api/v1/regions",
    } <= set(described["paths"])
    refused = described["components"]["responses"]["UNPROCESSABLE_ENTITY"]["content"]
    assert list(refused) == ["application/problem+json"]


@pytest.mark.parametrize(
    ("visibility", "role", "status"),
    [
        (Visibility.PUBLIC, None, 200),
        (Visibility.PARTNERS, None, 404),
        (Visibility.PARTNERS, "PDC", 200),
        (Visibility.PROTECTION_ONLY, None, 404),
        (Visibility.PROTECTION_ONLY, "RC", 404),
        (Visibility.HIDDEN_ADDRESS, "RC", 404),
    ],
)
def test_confidential_services_are_never_in_it(
    client: FlaskClient,
    session: Session,
    sign_in: Callable[[FlaskClient, Account], FlaskClient],
    visibility: Visibility,
    role: str | None,
    status: int,
) -> None:
    row = factories.Listing(visibility=visibility, site=factories.Site(precision=Precision.SITE))
    publish(session, row)
    if role is not None:
        sign_in(client, ready(role))
    assert client.get(f"/api/v1/listings/{row.id}").status_code == status
    total = client.get("/api/v1/listings").json["total"]
    assert total == (1 if status == 200 else 0)
