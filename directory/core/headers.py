"""Headers of every answer: what a browser may load, keep and tell others."""

from __future__ import annotations

from flask import Flask, Response, current_app, request, session

from directory.core.config import Settings
from directory.core.security import SIGN_IN, TOKEN_HEADER

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}
"""Nothing inline, nothing from elsewhere: no third party sees where people look."""
HSTS_SECONDS = 365 * 86_400


def init_app(app: Flask, settings: Settings) -> None:
    """Add the headers to every answer; a view that set its own policy keeps it."""
    app.config["CONTENT_SECURITY_POLICY"] = policy(settings)
    app.after_request(add_headers)


def policy(settings: Settings) -> str:
    """The policy as one line; the origin of configured map tiles is the only addition."""
    sources = dict(POLICY)
    if settings.tile_url:
        sources["img-src"] += " " + "/".join(settings.tile_url.split("/")[:3])
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def add_headers(response: Response) -> Response:
    """Protect one answer."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", current_app.config["CONTENT_SECURITY_POLICY"])
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault(
            "Strict-Transport-Security", f"max-age={HSTS_SECONDS}; includeSubDomains"
        )
    if request.endpoint != "static" and _may_be_personal():
        headers["Cache-Control"] = "no-store"
    return response


def _may_be_personal() -> bool:
    """Whether somebody is signed in or signing in, or sent something; the database is not asked."""
    is_account = "_user_id" in session or TOKEN_HEADER in request.headers
    return is_account or request.method == "POST" or request.blueprint == SIGN_IN
