"""Signing in: Flask-Security with Argon2, second factor, recovery codes, revocable sessions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_security import FSQLALiteUserDatastore, PasswordUtil, Security, Totp
from passlib.exc import UsedTokenError
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.core.config import Settings, derived_key, totp_secrets
from directory.core.db import db
from directory.core.encryption import KEYRING
from directory.core.errors import NotFound
from directory.core.i18n import translate
from directory.core.security import TOKEN_HEADER, csrf
from directory.forms.sign_in import CodeForm, RecoveryForm, RescueForm, SetupForm, SignInForm
from directory.models import Account, AccountRole
from directory.operations.accounts import use_code
from directory.pages import sign_in_events
from directory.pages.sign_in_words import MESSAGES
from directory.pages.web_sessions import DatabaseSessions
from directory.passwords import weakness

FRESH_MINUTES = 15
"""How long after the password was typed something weighty may be done without typing it again."""
TOKEN_HOURS = 12
"""An access token ends like the longest session."""


class OneTimeCodes(Totp):
    """Codes of the second factor; each works once."""

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Use the code up, in one statement: of two requests with the same code one is refused."""
        if not use_code(db.session, user.id, tmatch.counter):
            raise UsedTokenError


class Passwords(PasswordUtil):
    """What a new password must be is a rule of ours (``directory.passwords``)."""

    def validate(
        self, password: str, is_register: bool, **known: Any
    ) -> tuple[list[str] | None, str]:
        """The refusals, if any, and the password as it is hashed."""
        normal = self.normalize(password)
        account = known.get("user")
        about = [account.name, *account.email.replace("@", ".").split(".")] if account else []
        refusal = weakness(normal, about)
        return ([translate(refusal)] if refusal else None), normal


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its sign-in pages, sessions and form tokens."""
    secure = settings.secure_cookies or settings.environment == "production"
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]  # Flask's documented way
    app.config.update(
        SESSION_COOKIE_NAME="__Host-sid" if secure else "sid",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=dt.timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        **_flask_security(settings),
        **{f"SECURITY_MSG_{name}": (str(text), "info") for name, text in MESSAGES.items()},
    )
    app.session_interface = DatabaseSessions(app, settings)
    csrf.init_app(app)
    security = Security(
        totp_cls=OneTimeCodes, password_util_cls=Passwords,
        login_form=SignInForm, two_factor_verify_code_form=CodeForm, mf_recovery_form=RecoveryForm,
        two_factor_setup_form=SetupForm,
        two_factor_rescue_form=RescueForm,
    )  # fmt: skip
    security.init_app(app, FSQLALiteUserDatastore(db, Account, AccountRole))
    security.want_json(lambda _request: False)  # programs use access tokens, never these pages
    app.view_functions["security.two_factor_setup_validate"] = _secret_in_address
    app.view_functions["security.two_factor_rescue"] = _only_recovery_codes
    app.view_functions["security.tf_select"] = _only_recovery_codes
    sign_in_events.init_app(app)


def _secret_in_address(**_address: str) -> NoReturn:
    """A second way to end the set-up, with the sealed secret in the address: not here."""
    raise NotFound


def _only_recovery_codes() -> ResponseReturnValue:
    """There is one second factor and one way around a lost telephone; no mail is ever sent."""
    return redirect(url_for("security.mf_recovery"))


def _flask_security(settings: Settings) -> dict[str, object]:
    return {
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        # OWASP: Argon2id with 19 MiB, two passes, one lane (performance.md section 5)
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__time_cost": 2,
            "argon2__memory_cost": 19_456,
            "argon2__parallelism": 1,
        },
        "SECURITY_I18N_DOMAIN": "messages",
        "SECURITY_I18N_DIRNAME": [str(Path(__file__).parents[1] / "translations")],
        "SECURITY_CSRF_PROTECT_MECHANISMS": ["session", "basic"],
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        # one half minute before and after, for clocks that are not exact
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account/recovery-codes",
        "SECURITY_TOTP_SECRETS": totp_secrets(settings) or {"1": derived_key(settings, "totp")},
        "SECURITY_TOTP_ISSUER": "Passerelle",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [text.encode() for text in KEYRING.texts],
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_CHANGE_VIEW": "/account",
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_CHANGE_URL": "/account/password",
        "SECURITY_VERIFY_URL": "/account/verify",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/account/second-factor",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/help",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/method",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_FRESHNESS": dt.timedelta(minutes=FRESH_MINUTES),
        "SECURITY_FRESHNESS_GRACE_PERIOD": dt.timedelta(minutes=FRESH_MINUTES),
        "SECURITY_FRESHNESS_ALLOW_AUTH_TOKEN": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_TOKEN_AUTHENTICATION_HEADER": TOKEN_HEADER,
        # None: never from an address or a body, where it would end in logs and forms
        "SECURITY_TOKEN_AUTHENTICATION_KEY": None,
        "SECURITY_TOKEN_MAX_AGE": dt.timedelta(hours=TOKEN_HOURS),
    }
