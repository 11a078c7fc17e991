"""Fewer bytes over a poor line: public answers are compressed, browsers keep versioned files."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

YEAR_SECONDS = 31_536_000
SMALLEST = 1_000
"""Below so many bytes compression gains nothing."""
LARGEST = 8_000_000
"""Above so many bytes an answer is sent piece by piece as it is, never whole in memory."""
TEXT = frozenset({
    "text/css", "text/html", "text/javascript", "application/javascript", "application/json",
    "application/geo+json", "image/svg+xml",
})  # fmt: skip


def init_app(app: Flask) -> None:
    """Install both."""
    app.after_request(keep_versioned)
    app.after_request(lambda response: compress(response, app.config["SESSION_COOKIE_NAME"]))


def keep_versioned(response: Response) -> Response:
    """A static file asked for with its fingerprint never changes.

    Private, not public: the same answer may carry a session cookie.
    """
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
        response.cache_control.private = True
        response.cache_control.no_cache = None
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
    return response


def compress(response: Response, session_cookie: str) -> Response:
    """Gzip for browsers that accept it, never for a page of somebody who is signed in.

    A compressed page that mixes a secret (form token) with what somebody else made the browser
    send leaks the secret through its length (BREACH); public files and pages hold none.
    """
    if (
        response.mimetype not in TEXT
        or response.status_code != 200
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) > LARGEST
    ):
        return response
    may_hold_secrets = response.mimetype in ("text/html", "application/json")
    if may_hold_secrets and session_cookie in request.cookies:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if not request.accept_encodings["gzip"] or (response.content_length or SMALLEST) < SMALLEST:
        return response
    response.direct_passthrough = False
    response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, _weak = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)
    return response
