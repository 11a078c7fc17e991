"""The application with two answers that do nothing, for ``gunicorn 'tests.benchmarks.server:app()'``."""

from __future__ import annotations

from flask import Flask, Response

from directory.core.security import needs, public
from directory.pages.limits import limiter
from directory.roles import READ_CASE
from wsgi import create_app

HELLO = '{"hello": "world"}'


def app() -> Flask:
    """No limit of requests: the benchmark is one address that asks without pause."""
    found = create_app()
    limiter.enabled = False

    @found.get("/api/v1/hello")
    @public
    def hello() -> Response:
        return Response(HELLO, mimetype="application/json")

    @found.get("/api/v1/hello-signed-in")
    @needs(READ_CASE)
    def hello_signed_in() -> Response:
        return Response(HELLO, mimetype="application/json")

    return found
