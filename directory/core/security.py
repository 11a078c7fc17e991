"""Who may call what: every view declares its rule, one check before each request enforces it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from directory.core.actor import ANONYMOUS, Actor
from directory.core.errors import Forbidden
from directory.core.i18n import translate
from directory.core.text import N_
from directory.core.web import SAFE_METHODS, problem, wants_json

View = TypeVar("View", bound=Callable[..., Any])
TOKEN_HEADER = "Authentication-Token"  # noqa: S105 -- the name of a header
csrf = CSRFProtect()
SIGN_IN = "security"
"""Blueprint of Flask-Security: sign-in, second factor and sign-out have rules of their own."""
ALWAYS_OPEN = frozenset({"language.choose"})
"""What somebody may open who has still to choose a password or to set up the second factor."""
IP_PREFIX_BITS = {4: 16, 6: 32}


@dataclass(frozen=True, slots=True)
class Access:
    """Rule of one view: a permission, or nobody asked when ``permission`` is None."""

    permission: str | None
    audited: bool = False
    """The view writes an audit line even when it only reads."""
    needs_account: bool = False
    """Whoever is signed in, with any role or none."""
    only_reads: bool = False
    """The view changes nothing, by whatever method it is asked."""


def needs(permission: str, *, audited: bool = False) -> Callable[[View], View]:
    """The view is for accounts with ``permission``, whatever its scope: queries narrow to that."""
    return lambda view: _mark(view, Access(permission, audited))


def public(view: View) -> View:
    """The view is for everybody."""
    return _mark(view, Access(None))


def public_question(view: View) -> View:
    """The view is for everybody and only reads, also where a question too long for an address
    comes as the body of a POST.
    """
    return _mark(view, Access(None, only_reads=True))


def signed_in(view: View) -> View:
    """The view is for every account, whatever its roles: it shows and changes only itself."""
    return _mark(view, Access(None, needs_account=True))


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # a mark, read by access_of
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
        who = current_user.actor if _is_welcome() else ANONYMOUS
        g.actor = replace(who, ip_prefix=ip_prefix(request.remote_addr))
    actor: Actor = g.actor
    return actor


def ip_prefix(address: str | None) -> str:
    """The network of an address, wide enough not to follow a person; empty when unknown."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((known, IP_PREFIX_BITS[known.version]), strict=False))


def _is_welcome() -> bool:
    """Signed in, not a demo account outside a demonstration, nothing left to set up."""
    return _is_signed_in() and current_user.next_duty is None


def _is_signed_in() -> bool:
    if not current_user or not current_user.is_authenticated:
        return False
    return not current_user.is_demo or bool(current_app.config["SETTINGS"].demo)


def check_form_token() -> None:
    """Refuse a change that does not come from our own pages; an access token is proof enough."""
    if request.method in SAFE_METHODS or not current_app.config["WTF_CSRF_ENABLED"]:
        return
    if request.routing_exception is not None:
        return  # no view will run: the answer is "no such address" or "not like that"
    has_session = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if not has_session and (TOKEN_HEADER in request.headers or wants_json()):
        return  # a program: nothing that a browser would add by itself speaks for anybody
    try:
        csrf.protect()
    except CSRFError:
        raise Forbidden(
            N_("This form is too old or came from elsewhere. Open the page again and repeat.")
        ) from None


def enforce() -> ResponseReturnValue | None:
    """Deny by default: no rule, no answer."""
    if request.endpoint is None or request.endpoint.split(".")[-1] == "static":
        return None
    if request.blueprint == SIGN_IN:
        return None
    access = access_of_request()
    if access is None:
        raise Forbidden(N_("This page has no access rule, so nobody may open it."))
    if _is_signed_in() and current_user.next_duty and request.endpoint not in ALWAYS_OPEN:
        return _duty_first(current_user.next_duty)
    if access.permission is None and not access.needs_account:
        return None
    actor = current_actor()
    if actor.user_id is None:
        return _sign_in_first()
    if access.permission is not None and not actor.may(access.permission):
        raise Forbidden(N_("Your role does not include this."))
    return None


def _sign_in_first() -> ResponseReturnValue:
    if wants_json():
        return problem(401, "sign-in-first", translate(N_("Sign in or send an access token.")))
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(f"{SIGN_IN}.login", next=here))


def _duty_first(endpoint: str) -> ResponseReturnValue:
    if wants_json():
        title = N_("First choose your password and set up your second factor on the web pages.")
        return problem(403, "account-not-ready", translate(title))
    return redirect(url_for(endpoint))


def init_app(app: Flask) -> None:
    """Install the checks."""
    app.before_request(check_form_token)
    app.before_request(enforce)
    app.jinja_env.globals["actor"] = current_actor
