from __future__ import annotations

import gzip

import pytest
from flask import Flask, Response, session
from flask.testing import FlaskClient

from directory.core import compression

LONG = "être " * 1000


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("compressed")
    app.config.update(SECRET_KEY="x" * 40, SESSION_COOKIE_NAME="sid")
    compression.init_app(app)
    app.add_url_rule("/page", view_func=lambda: LONG, endpoint="page")
    app.add_url_rule("/short", view_func=lambda: "short", endpoint="short")
    app.add_url_rule("/image", view_func=lambda: Response(LONG, mimetype="image/png"), endpoint="i")
    app.add_url_rule(
        "/layer", view_func=lambda: Response(LONG, mimetype="application/geo+json"), endpoint="l"
    )
    app.add_url_rule("/missing", view_func=lambda: (LONG, 404), endpoint="missing")

    @app.get("/sign-in")
    def sign_in() -> str:
        session["who"] = "somebody"
        return "in"

    return app.test_client()


PACKED = {"Accept-Encoding": "br, gzip"}


def test_public_page_is_compressed(client: FlaskClient) -> None:
    answer = client.get("/page", headers=PACKED)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == LONG
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.content_length == len(answer.data)


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/page", {}), ("/page", {"Accept-Encoding": "gzip;q=0"}), ("/short", PACKED),
        ("/image", PACKED), ("/missing", PACKED),
    ],
    ids=["not accepted", "refused", "short", "already small", "an error"],
)  # fmt: skip
def test_answer_stays_as_it_is(client: FlaskClient, address: str, headers: dict[str, str]) -> None:
    assert "Content-Encoding" not in client.get(address, headers=headers).headers


def test_page_of_somebody_with_a_session_is_never_compressed(client: FlaskClient) -> None:
    client.get("/sign-in")

    assert "Content-Encoding" not in client.get("/page", headers=PACKED).headers
    assert client.get("/layer", headers=PACKED).headers["Content-Encoding"] == "gzip"
