"""How often one address or account may ask."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Flask, Response, current_app, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from directory.core.encryption import KEYRING

SIGNED_IN = "600 per minute"
"""A browser asks for maps, suggestions and fragments; an office shares one address, not one
account."""
TRIES = (
    "security.login",
    "security.two_factor_token_validation",
    "security.mf_recovery",
    "security.verify",
)
"""Where passwords and codes are tried."""


EXPORTS = ("downloads.file", "api-exports.file")
"""Where whole lists are written into a file."""


def who_asks() -> str:
    """An account when signed in, else the address."""
    return str(current_user.id) if current_user.is_authenticated else str(get_remote_address())


def usual_limit() -> str:
    """The limit of ordinary pages, and that of files, which cost as much as many pages."""
    if request.endpoint in EXPORTS:
        return str(current_app.config["SETTINGS"].exports_per_minute)
    return (
        SIGNED_IN
        if current_user.is_authenticated
        else current_app.config["SETTINGS"].search_per_minute
    )


def who_tries() -> str:
    """The address together with the account that is tried; what is kept does not tell which one."""
    tried = request.form.get("email", "").strip().lower() or session.get("tf_user_id") or who_asks()
    return f"{get_remote_address()} {KEYRING.digest('sign-in', str(tried))}"


def failed(response: Response) -> bool:
    """Only failed sign-ins count: a hundred honest people may share one address."""
    return response.status_code != 302


limiter = Limiter(
    key_func=who_asks,
    default_limits=[usual_limit],
    headers_enabled=True,
    storage_uri="memory://",
)
by_account = limiter.shared_limit(
    lambda: current_app.config["SETTINGS"].login_per_minute,
    scope="sign-in",
    key_func=who_tries,
    methods=["POST"],
    deduct_when=failed,
    override_defaults=False,
)
by_address = limiter.shared_limit(
    lambda: current_app.config["SETTINGS"].login_per_address,
    scope="sign-in-address",
    key_func=get_remote_address,
    methods=["POST"],
    deduct_when=failed,
    override_defaults=False,
)


def was_taken(response: Response) -> bool:
    """Only what was done counts: whoever corrects a form does not use up anything."""
    return response.status_code < 400


def was_wrong(response: Response) -> bool:
    """Only what does not exist counts."""
    return response.status_code == 404


complaining = limiter.shared_limit(
    lambda: current_app.config["SETTINGS"].complaints_per_address,
    scope="complaints",
    key_func=get_remote_address,
    methods=["POST"],
    deduct_when=was_taken,
    override_defaults=False,
)
"""For views that take a complaint in, of pages and interface together."""
trying_receipts = limiter.shared_limit(
    lambda: current_app.config["SETTINGS"].receipts_per_address,
    scope="receipts",
    key_func=get_remote_address,
    methods=["POST"],
    deduct_when=was_wrong,
    override_defaults=False,
)
"""For views that look a complaint up by its receipt."""


codes_by_address = limiter.shared_limit(
    lambda: current_app.config["SETTINGS"].codes_per_address,
    scope="codes",
    key_func=get_remote_address,
    methods=["POST"],
    deduct_when=was_wrong,
    override_defaults=False,
)
codes_everywhere = limiter.shared_limit(
    lambda: current_app.config["SETTINGS"].codes_everywhere,
    scope="codes-everywhere",
    key_func=lambda: "everywhere",
    methods=["POST"],
    deduct_when=was_wrong,
    override_defaults=False,
)


def guessing_limited(view: Any) -> Any:
    """A view that takes a code without an account: wrong ones are counted, by address and in all."""
    return codes_everywhere(codes_by_address(view))


def init_app(app: Flask) -> None:
    """Limit every view; failed sign-ins and wrong codes more tightly."""
    limiter.init_app(app)
    for endpoint in TRIES:
        app.view_functions[endpoint] = limited(app.view_functions[endpoint])


@cache
def limited(view: Any) -> Any:
    """The view of Flask-Security with both limits; once, however many applications are made."""
    return by_address(by_account(view))
