from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from maps.map_layers import LAYERS
from tests.maps.ground import put_ground


@pytest.mark.parametrize("name", list(LAYERS))
def test_layer_is_public_geojson(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/maps/layers/{name}.geojson?country=GM")

    assert answer.status_code == 200
    assert answer.mimetype == "application/geo+json"
    assert answer.get_json(force=True)["type"] == "FeatureCollection"


def test_unknown_layer_is_not_found(client: FlaskClient) -> None:
    assert client.get("/maps/layers/secrets.geojson").status_code == 404


def test_layer_is_not_sent_twice(client: FlaskClient, session: Session) -> None:
    put_ground(session, "GM")
    first = client.get("/maps/layers/regions.geojson?country=gm")
    assert len(first.get_json(force=True)["features"]) == 6

    again = client.get(
        "/maps/layers/regions.geojson?country=gm", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert again.status_code == 304
    assert again.data == b""


def test_compressed_layer_is_not_sent_twice_either(client: FlaskClient, session: Session) -> None:
    put_ground(session, "GM")
    packed = {"Accept-Encoding": "gzip"}
    first = client.get("/maps/layers/regions.geojson?country=GM", headers=packed)
    assert first.headers["Content-Encoding"] == "gzip"

    again = client.get(
        "/maps/layers/regions.geojson?country=GM",
        headers=packed | {"If-None-Match": first.headers["ETag"]},
    )

    assert again.status_code == 304


def test_names_come_in_the_language_of_the_address(client: FlaskClient, session: Session) -> None:
    put_ground(session, "GM")

    def bridge(language: str) -> str:
        answer = client.get(f"/maps/layers/crossings.geojson?country=GM&lang={language}")
        features = answer.get_json(force=True)["features"]
        return next(one["properties"]["name"] for one in features if one["id"] == "basse-bridge")

    assert bridge("en") == "Samba Juma Bridge (Basse–Wuli)"
    assert bridge("fr") == "Pont Samba Juma (Basse–Wuli)"


@pytest.mark.parametrize("country", ["", "GAMBIA", "1'", "💥", "g"])
def test_senseless_country_is_the_installations_own(
    client: FlaskClient, session: Session, country: str
) -> None:
    put_ground(session, "GM", "SN")

    answer = client.get("/maps/layers/regions.geojson", query_string={"country": country})

    assert len(answer.get_json(force=True)["features"]) == 6


def test_ground_does_not_use_up_the_visitors_requests(client: FlaskClient) -> None:
    answers = [client.get("/maps/layers/towns.geojson?country=GM") for _ in range(130)]

    assert {answer.status_code for answer in answers} == {200}
