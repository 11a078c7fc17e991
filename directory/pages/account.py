"""My account: who I am here, where I am signed in, second factor, access token."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import TOKEN_HEADER, current_actor, signed_in
from directory.core.web import render
from directory.models import Account, WebSession
from directory.operations.accounts import chain_of, withdraw_tokens
from directory.pages.account_words import scope_words
from directory.pages.accounts import TOKEN_HOURS
from directory.pages.fresh import fresh
from directory.pages.web_sessions import DatabaseSessions
from directory.queries.web_sessions import end_sessions_of, sessions_of
from directory.roles import ROLES

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@signed_in
def page() -> Response:
    """What the account is and where it is signed in."""
    return _show()


@blueprint.post("/sessions/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    ended = end_sessions_of(db.session, current_user.id, but=_this_session())
    _record("end-sessions", sessions=ended)
    flash(gettext("%(number)s other sessions have ended.", number=ended))
    return redirect(url_for("account.page"))


@blueprint.post("/token")
@signed_in
@fresh("account.page")
def make_token() -> Response:
    """Show a new access token, once."""
    _record("make-token")
    return _show(token=current_user.get_auth_token())


@blueprint.post("/tokens/end")
@signed_in
def end_tokens() -> ResponseReturnValue:
    """Access tokens given out so far stop working."""
    withdraw_tokens(db.session, _account(), actor=current_actor(), now=now())
    flash(gettext("All access tokens have ended."))
    return redirect(url_for("account.page"))


def _show(**more: Any) -> Response:
    account = _account()
    return render(
        "directory/account.html",
        account=account,
        held=[
            (ROLES[grant.role.name].label, scope_words(db.session, grant))
            for grant in account.grants
        ],
        sessions=_live_sessions(account),
        this_session=_this_session(),
        token_header=TOKEN_HEADER,
        token_hours=TOKEN_HOURS,
        **more,
    )


def _live_sessions(account: Account) -> list[WebSession]:
    idle = dt.timedelta(minutes=current_app.config["SETTINGS"].session_idle_minutes)
    found = sessions_of(db.session, account.id)
    return [row for row in found if row.ends_at > now() and row.seen_at + idle > now()]


def _this_session() -> str:
    interface = current_app.session_interface
    return interface.digest(session) if isinstance(interface, DatabaseSessions) else ""


def _account() -> Account:
    found: Account = current_user._get_current_object()  # noqa: SLF001 -- Flask's documented way
    return found


def _record(verb: str, **details: object) -> None:
    account = _account()
    audit.record(
        db.session, current_actor(), f"directory:account:{verb}", f"account:{account.id}",
        now=now(), chain=chain_of(account), **details,
    )  # fmt: skip
