"""Signing in: Flask-Security with Argon2, second factor, recovery codes and sessions that can be revoked."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask import session as web_session
from flask_login import user_logged_in
from flask_security import FSQLALiteUserDatastore, Security, user_authenticated, user_failed_authn

from directory.core.clock import now
from directory.core.config import Settings, derived_key
from directory.core.db import db, transaction
from directory.core.security import TOKEN_HEADER, csrf
from directory.models import Account, AccountRole
from directory.operations.accounts import count_failure, forget_failures
from directory.pages.web_sessions import DatabaseSessions

security = Security()


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its sign-in pages, sessions and form tokens."""
    secure = settings.secure_cookies or settings.environment == "production"
    app.config.update(
        SESSION_COOKIE_NAME="__Host-sid" if secure else "sid",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=dt.timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        **_flask_security(settings),
    )
    app.session_interface = DatabaseSessions(app, settings)
    csrf.init_app(app)
    security.init_app(app, FSQLALiteUserDatastore(db, Account, AccountRole))
    user_failed_authn.connect(_on_failure, app)
    user_authenticated.connect(_on_success, app)
    user_logged_in.connect(_new_identifier, app)


def _on_failure(_app: Flask, user: Account, **_rest: object) -> None:
    """Count in a transaction of its own: the answer to a wrong password may roll back."""
    with transaction(db.get_session("web_sessions")) as session:
        count_failure(session, user.id, now=now())


def _on_success(_app: Flask, user: Account, **_rest: object) -> None:
    with transaction(db.get_session("web_sessions")) as session:
        forget_failures(session, user.id)


def _new_identifier(app: Flask, **_rest: object) -> None:
    """A session known before sign-in must not be the one after it."""
    app.session_interface.regenerate(web_session)


def _flask_security(settings: Settings) -> dict[str, object]:
    return {
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        # OWASP: Argon2id with 19 MiB, two passes, one lane (performance.md section 5)
        "SECURITY_PASSLIB_OPTIONS": {
            "argon2__time_cost": 2, "argon2__memory_cost": 19_456, "argon2__parallelism": 1,
        },
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_PASSWORD_COMPLEXITY_CHECKER": None,
        "SECURITY_CSRF_PROTECT_MECHANISMS": ["session", "basic"],
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_REQUIRED": False,
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TOTP_SECRETS": _totp_secrets(settings),
        "SECURITY_TOTP_ISSUER": "Passerelle",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_TRACKABLE": False,
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_REDIRECT_VALIDATE_MODE": ["absolute", "regex"],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_TOKEN_AUTHENTICATION_HEADER": TOKEN_HEADER,
        "SECURITY_TOKEN_MAX_AGE": 12 * 3600,
        "SECURITY_REGISTERABLE": False,
    }


def _totp_secrets(settings: Settings) -> dict[str, str]:
    pairs = [entry.split(":", 1) for entry in settings.totp_keys.split(",") if ":" in entry]
    return {number: secret for number, secret in pairs} or {"1": derived_key(settings, "totp")}
