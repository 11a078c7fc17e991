"""What signing in leaves behind: audit lines, counted failures, a session with a new name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask, Response, g, request
from flask import session as web_session
from flask_login import user_logged_in, user_logged_out
from flask_security import (
    password_changed,
    tf_code_confirmed,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_failed_authn,
)

from directory.core import audit
from directory.core.actor import Actor
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.core.errors import Unavailable
from directory.core.security import current_actor, ip_prefix
from directory.models import Account
from directory.operations import accounts
from directory.queries.web_sessions import end_sessions_of, end_stale_sessions

TRIES = frozenset(
    {
        "security.login",
        "security.two_factor_token_validation",
        "security.mf_recovery",
        "security.verify",
    }
)
"""Where passwords and codes are tried."""


def init_app(app: Flask) -> None:
    """Listen to Flask-Security and Flask-Login."""
    user_failed_authn.connect(_on_failure, app)
    user_logged_in.connect(_new_name, app)
    user_authenticated.connect(_on_sign_in, app)
    user_logged_out.connect(_on_sign_out, app)
    password_changed.connect(_on_new_password, app)
    tf_profile_changed.connect(_on_second_factor, app)
    tf_code_confirmed.connect(_on_first_code, app)
    tf_disabled.connect(_on_no_second_factor, app)
    app.after_request(_remember_refusal)


def _on_failure(_app: Flask, user: Account, **_rest: object) -> None:
    """Counted when the request's own transaction is over: on SQLite it holds the only lock."""
    g.failed_account = user.id


def _remember_refusal(response: Response) -> Response:
    """A refused attempt is counted and recorded whatever became of the request."""
    failed = g.pop("failed_account", None)
    tried = request.method == "POST" and request.endpoint in TRIES and response.status_code == 200
    if failed is None and not tried:
        return response
    with transaction(db.get_session("web_sessions")) as session:
        if failed is not None:
            accounts.count_failure(session, failed, now=now())
        subject = f"account:{failed or 'unknown'}"
        audit.record(session, current_actor(), "directory:session:refuse", subject, now=now())
    return response


def _on_sign_in(_app: Flask, user: Account, **_rest: object) -> None:
    """Signed in, second factor included; without its audit line nobody is."""
    end_stale_sessions(db.session, now=now())
    accounts.forget_failures(user)
    try:
        _record(user, "directory:session:start", _actor_of(user))
    except Unavailable:
        web_session.clear()
        g.pop("_login_user", None)
        raise


def _on_sign_out(app: Flask, user: Any, **_rest: object) -> None:
    if user.is_authenticated:
        _record(user, "directory:session:end", _actor_of(user))
    language = web_session.get("language")
    web_session.clear()
    if language:
        web_session["language"] = language
    _new_name(app)


def _on_new_password(_app: Flask, user: Account, **_rest: object) -> None:
    """Sessions of before are useless already: their rows go too."""
    accounts.own_password_chosen(db.session, user, actor=_actor_of(user), now=now())
    end_sessions_of(db.session, user.id)


def _on_second_factor(_app: Flask, user: Account, **_rest: object) -> None:
    _record(user, "directory:account:set-up-second-factor", _actor_of(user))


def _on_first_code(app: Flask, user: Account, **_rest: object) -> None:
    """A right code while signing in; the first one ends the set-up."""
    if web_session.get("tf_state") == "validating_profile":
        _on_second_factor(app, user)


def _on_no_second_factor(_app: Flask, user: Account, **_rest: object) -> None:
    _record(user, "directory:account:remove-second-factor", _actor_of(user))


def _new_name(app: Flask, **_rest: object) -> None:
    """A session known before sign-in must not be the one after it."""
    app.session_interface.regenerate(web_session)  # type: ignore[attr-defined]  # ours
    g.pop("actor", None)


def _record(account: Account, action: str, actor: Actor) -> None:
    subject, chain = f"account:{account.id}", accounts.chain_of(account)
    audit.record(db.session, actor, action, subject, now=now(), chain=chain)


def _actor_of(account: Account) -> Actor:
    return replace(account.actor, ip_prefix=ip_prefix(request.remote_addr))
