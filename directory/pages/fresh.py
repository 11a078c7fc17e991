"""Something weighty is done only soon after the password was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import current_app, redirect, request, url_for
from flask_login import current_user
from flask_security.utils import check_and_update_authn_fresh, get_request_attr

View = TypeVar("View", bound=Callable[..., Any])


SIX_DIGITS = re.compile(r"[0-9]{6}")
CODE_SECONDS = 30
"""A code of the authenticator is taken so long before and after its time."""


def second_factor_is(code: str) -> bool:
    """Whether ``code`` is the account's second factor now; a code works once.

    Demo accounts, which are nobody outside a demonstration, have none and need none.
    """
    account = current_user
    if not account.has_second_factor:
        return bool(account.is_demo)
    if not SIX_DIGITS.fullmatch(code.strip()):
        return False
    totp = current_app.extensions["security"].totp_factory
    return bool(totp.verify_totp(code.strip(), account.tf_totp_secret, account, CODE_SECONDS))


def fresh(back_to: str) -> Callable[[View], View]:
    """Ask for the password again where that was long ago, then go on to the page ``back_to``."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            config = current_app.config
            recent = check_and_update_authn_fresh(
                config["SECURITY_FRESHNESS"],
                config["SECURITY_FRESHNESS_GRACE_PERIOD"],
                get_request_attr("fs_authn_via"),
            )
            if recent:
                return view(*args, **kwargs)
            here = request.path if request.method == "GET" else url_for(back_to)
            return redirect(url_for("security.verify", next=here))

        return guarded  # type: ignore[return-value]  # the same signature

    return guard
