"""Forms of Flask-Security with what it leaves out: no remembering, nothing tried for ever."""

from __future__ import annotations

from typing import Any

from flask_security.forms import (
    LoginForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.utils import get_message
from wtforms import RadioField, SelectChoice


class SignInForm(LoginForm):
    """Address and password. A session ends by itself, so nothing is remembered on the device."""

    remember = None

    def validate(self, **kwargs: Any) -> bool:
        """The right password of a closed account is a failed attempt like any other."""
        self.email.data = (self.email.data or "").strip()
        valid: bool = super().validate(**kwargs)
        if not valid and self.user_authenticated and self.user is not None:
            self.user.track_failed_authn("closed")
        return valid


class SetupForm(TwoFactorSetupForm):
    """Which second factor to set up: there is one, and it can be switched off."""

    setup = RadioField(
        choices=[SelectChoice("authenticator"), SelectChoice("disable")], validate_choice=False
    )


class RescueForm(TwoFactorRescueForm):
    """Never shown: a lost telephone is replaced by a recovery code or by the administrator."""

    help_setup = RadioField(choices=[])


class CodeForm(TwoFactorVerifyCodeForm):
    """A code of the second factor."""

    def validate(self, **kwargs: Any) -> bool:
        """A closed account takes none, right or wrong, and does not say so."""
        return not _is_closed(self, "TWO_FACTOR_INVALID_TOKEN") and bool(super().validate(**kwargs))


class RecoveryForm(MfRecoveryForm):
    """A recovery code, however it was typed."""

    def validate(self, **kwargs: Any) -> bool:
        """As a code of the second factor; wrong ones are counted, which the library does not."""
        if _is_closed(self, "INVALID_RECOVERY_CODE"):
            return False
        self.code.data = (self.code.data or "").strip().lower()
        valid: bool = super().validate(**kwargs)
        if not valid and self.user is not None:
            self.user.track_failed_authn("code", True)
        return valid


def _is_closed(form: CodeForm | RecoveryForm, message: str) -> bool:
    if form.user is None or (form.user.active and not form.user.is_locked()):
        return False
    form.user.track_failed_authn("closed", True)
    form.code.errors = [get_message(message)[0]]
    return True
