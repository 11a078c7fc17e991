"""What the sign-in pages say, in our words and in every language that we ship."""

from __future__ import annotations

from directory.core.text import N_, Text

REFUSED = N_(
    "Signing in did not work. The address or the password is wrong, or the account is closed. "
    "After six wrong attempts it opens again by itself a quarter of an hour later."
)
"""One sentence for every cause: nobody learns which addresses have an account."""

MESSAGES: dict[str, Text] = {
    "API_ERROR": N_("This cannot be used here."),
    "GENERIC_AUTHN_FAILED": REFUSED,
    "DISABLED_ACCOUNT": REFUSED,
    "USER_DOES_NOT_EXIST": REFUSED,
    "INVALID_EMAIL_ADDRESS": REFUSED,
    "INVALID_PASSWORD": N_("This is not your password."),
    "EMAIL_NOT_PROVIDED": N_("Type your e-mail address."),
    "PASSWORD_NOT_PROVIDED": N_("Type a password."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two passwords are not the same."),
    "PASSWORD_IS_THE_SAME": N_("Choose a password that is not the one you had."),
    "PASSWORD_CHANGE": N_("Your password is changed. Other sessions and access tokens have ended."),
    "UNAUTHENTICATED": N_("Sign in first."),
    "REAUTHENTICATION_REQUIRED": N_("Type your password again: what follows is sensitive."),
    "REAUTHENTICATION_SUCCESSFUL": N_("Thank you. You can go on."),
    "ANONYMOUS_USER_REQUIRED": N_("You are signed in already."),
    "INVALID_REDIRECT": N_("This cannot be used here."),
    "TWO_FACTOR_INVALID_TOKEN": N_(
        "This code does not work. Each works once and for half a minute: wait for the next one."
    ),
    "INVALID_CODE": N_("This code does not work."),
    "INVALID_RECOVERY_CODE": N_("This recovery code does not work. Each one works once."),
    "NO_RECOVERY_CODES_SETUP": N_("You have no recovery codes yet."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("You are signed in."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_("Your second factor is set up."),
    "TWO_FACTOR_PERMISSION_DENIED": N_("This took too long. Sign in again."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Choose the authenticator app."),
    "TWO_FACTOR_DISABLED": N_("Your second factor is switched off."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("This took too long. Begin the set-up again."),
    "INVALID_INPUT": N_("This cannot be used here."),
    "INVALID_INPUT_LENGTH": N_("This is too long."),
}
"""Sentences of Flask-Security by their name there."""
