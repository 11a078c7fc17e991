"""What a new password must be: long, not among those that are tried first, not about its owner."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from zxcvbn import zxcvbn

from directory.core.text import N_, Text

SHORTEST = 12
LONGEST = 128
LEAST_SCORE = 3
"""Of zxcvbn's 0 to 4: at least 10^8 guesses. It knows the 30,000 passwords most often leaked."""
LOCAL_WORDS = (
    "passerelle", "conakry", "kindia", "kankan", "guinee", "bamako", "kayes", "mali", "dakar",
    "senegal", "banjul", "gambie", "gambia", "afrique", "migrant", "retour", "motdepasse",
)  # fmt: skip
"""Words that everybody here would try first, and that the lists made elsewhere lack."""
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that are not mistaken for each other on paper."""


def weakness(password: str, about: Iterable[str] = ()) -> Text | None:
    """Why ``password`` is refused, or None; ``about`` are words that its owner is known by."""
    if len(password) < SHORTEST:
        return N_(
            "Use at least {number} characters: several words are easy to remember.", number=SHORTEST
        )
    if len(password) > LONGEST:
        return N_("Use at most {number} characters.", number=LONGEST)
    known = [*LOCAL_WORDS, *(word.lower() for word in about if word)]
    # zxcvbn reads 72 characters: what follows can only make a password better
    if zxcvbn(password[:72], user_inputs=known)["score"] < LEAST_SCORE:
        return N_(
            "This password would be tried early. Take several words that do not belong together."
        )
    return None


def temporary_password() -> str:
    """A password to hand over on paper: 20 characters in groups of five, 99 bits."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(5)) for _ in range(4))
    return "-".join(groups)
