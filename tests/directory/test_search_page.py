from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.models import Listing, Place
from tests import factories
from tests.directory.searching import publish


@pytest.fixture
def carpentry(session: Session) -> Listing:
    listing = factories.Listing()
    publish(session, listing)
    return listing


def listed(page: str) -> list[str]:
    return re.findall(r'<li class="row-item" data-id="([0-9a-f-]+)"', page)


def test_first_page_shows_the_form_and_services_of_the_country(
    client: FlaskClient, carpentry: Listing
) -> None:
    answer = client.get("/?country=GN", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert listed(answer.text) == [str(carpentry.id)]


def test_listing_page(client: FlaskClient, carpentry: Listing) -> None:
    answer = client.get(f"/listings/{carpentry.id}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "Carpentry training" in answer.text


def test_organisation(client: FlaskClient, carpentry: Listing) -> None:
    answer = client.get(f"/organisations/{carpentry.service.organisation_id}")
    assert answer.status_code == 200


def test_place_in_another_country_takes_the_search_there(
    client: FlaskClient, session: Session, carpentry: Listing
) -> None:
    for name, country in (("Pita", "GN"), ("Basse", "GM")):
        place = Place(
            name=name,
            folded=name.lower(),
            country=country,
            alternate_names=[],
            lon=-12.4,
            lat=11.06,
        )
        session.add(place)
    session.commit()
    assert listed(client.get("/?near=Basse&country=GM").text) == []
    assert listed(client.get("/?near=Pita&country=GM").text) == [str(carpentry.id)]


def test_nothing(client: FlaskClient, carpentry: Listing) -> None:
    answer = client.get("/?q=plomberie&country=GN")
    assert answer.status_code == 200
    assert listed(answer.text) == []


def test_htmx(client: FlaskClient, carpentry: Listing) -> None:
    answer = client.get("/?q=menuiserie", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert listed(answer.text) == [str(carpentry.id)]


def test_geojson(client: FlaskClient, carpentry: Listing) -> None:
    answer = client.get("/listings.geojson?q=menuiserie")
    assert [one["id"] for one in answer.json["features"]] == [str(carpentry.id)]


def test_report(client: FlaskClient) -> None:
    assert client.get("/needs-without-service").status_code == 200
