"""Pseudonyms that people can read out on the phone: they say nothing about the person."""

from __future__ import annotations

import secrets

ALPHABET = "23479ACDEFGHJKMNPQRTUVWXY"
"""Without what is confused by eye or ear: 0 O, 1 I L, 5 S, 6 B, 8, Z."""
HALF = 3


def new_code() -> str:
    """A random code like ``K7Q-4DN``, one of 244 million."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(2 * HALF))
    return f"{letters[:HALF]}-{letters[HALF:]}"


def read_code(text: str) -> str:
    """The code that somebody typed, as it is stored."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    return f"{letters[:HALF]}-{letters[HALF:]}"
