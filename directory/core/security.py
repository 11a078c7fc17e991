"""Who may call what: every view declares its rule, and one check before each request enforces it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from directory.core.actor import ANONYMOUS, Actor
from directory.core.errors import Forbidden
from directory.core.text import N_
from directory.core.web import problem, wants_json

View = TypeVar("View", bound=Callable[..., Any])
OPEN_BLUEPRINTS = frozenset({"security", "_security"})
"""Sign-in, second factor and sign-out are Flask-Security's, with rules of their own."""


@dataclass(frozen=True, slots=True)
class Access:
    """Rule of one view: a permission, or nobody asked when ``permission`` is None."""

    permission: str | None
    audited: bool = False
    """The view writes an audit line even when it only reads."""


def needs(permission: str, *, audited: bool = False) -> Callable[[View], View]:
    """The view is for accounts with ``permission`` (whatever scope: the query narrows to what they may see)."""
    return lambda view: _mark(view, Access(permission, audited))


def public(view: View) -> View:
    """The view is for everybody."""
    return _mark(view, Access(None))


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined] -- a mark on the function, read by access_of
    return view


def access_of(app: Flask, endpoint: str, method: str) -> Access | None:
    """Declared rule of an endpoint for one HTTP method; None where it was forgotten."""
    view = app.view_functions.get(endpoint)
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        name = "get" if method in ("HEAD", "OPTIONS") else method.lower()
        view = getattr(view_class, name, None)
    access: Access | None = getattr(view, "access", None)
    return access


def access_of_request() -> Access | None:
    """Rule of the view that answers this request."""
    return access_of(current_app, request.endpoint, request.method) if request.endpoint else None


def current_actor() -> Actor:
    """Who is acting in this request."""
    if "actor" not in g:
        signed_in = current_user and current_user.is_authenticated
        g.actor = current_user.actor if signed_in else ANONYMOUS
    actor: Actor = g.actor
    return actor


def enforce() -> ResponseReturnValue | None:
    """Deny by default: no rule, no answer."""
    if request.endpoint is None or request.endpoint == "static" or request.endpoint.endswith(".static"):
        return None
    if request.blueprint in OPEN_BLUEPRINTS:
        return None
    access = access_of_request()
    if access is None:
        raise Forbidden(N_("This page has no access rule, so nobody may open it."))
    if access.permission is None:
        return None
    actor = current_actor()
    if actor.user_id is None:
        return _sign_in_first()
    if not actor.may(access.permission):
        raise Forbidden(N_("Your role does not include this."))
    return None


def _sign_in_first() -> ResponseReturnValue:
    if wants_json():
        return problem(401, "sign-in-first", "Sign in or send an access token.")
    return redirect(url_for("security.login", next=request.path if request.method == "GET" else None))


def init_app(app: Flask) -> None:
    """Install the check."""
    app.before_request(enforce)
    app.jinja_env.globals["actor"] = current_actor
