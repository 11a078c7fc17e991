from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

HTML_LANGUAGE = re.compile(r'<html lang="(\w+)"')


def language_of(client: FlaskClient) -> str:
    found = HTML_LANGUAGE.search(client.get("/maps/atlas", headers={"Accept-Language": "fr"}).text)
    assert found is not None
    return found.group(1)


def test_chosen_language_stays(client: FlaskClient) -> None:
    assert language_of(client) == "fr"

    client.get("/language/en")

    assert language_of(client) == "en"


def test_visitor_comes_back_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/language/en", query_string={"next": "/maps/atlas?country=GN&q=a%20b"})

    assert answer.status_code == 302
    assert answer.location == "/maps/atlas?country=GN&q=a%20b"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example", "evil", "",
        "/\t/evil.example", "/a\nSet-Cookie: x=y", "javascript:alert(1)", "/a\\..\\b",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(client: FlaskClient, elsewhere: str) -> None:
    answer = client.get("/language/en", query_string={"next": elsewhere})

    assert answer.location == "/"


def test_unknown_language_is_not_found(client: FlaskClient) -> None:
    assert client.get("/language/xx").status_code == 404
