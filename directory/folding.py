"""Text reduced to what people mean when they type it: no accents, no capitals, no punctuation."""

from __future__ import annotations

import re
import unicodedata

LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ŋ": "ng", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ƴ": "y"}
)
"""Letters of French and of the national languages that have no accent to take away."""
NOT_WORDS = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """``"N'Zérékoré – Nord"`` → ``"n zerekore nord"``."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    return NOT_WORDS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()
