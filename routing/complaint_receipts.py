"""The sixteen digits that somebody who complains takes home: shown once, kept nowhere."""

from __future__ import annotations

import re
import secrets

DIGITS = 16
"""As GlobaLeaks does (protocol A.12): of a million guesses none in ten thousand million hits."""
GROUP = 4


def new_receipt() -> str:
    """Random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def receipt_from(digest: str) -> str:
    """Digits made of a keyed hash (hexadecimal): the same form sent twice gives the same receipt."""
    return f"{int(digest, 16) % 10**DIGITS:0{DIGITS}}"


def read_receipt(text: str) -> str | None:
    """The digits that somebody typed, with any blanks or dashes; nothing when they are not sixteen."""
    digits = re.sub(r"[\s\-.]", "", text)
    return digits if re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) else None


def grouped(receipt: str) -> str:
    """As people read it aloud: four by four."""
    return " ".join(receipt[start : start + GROUP] for start in range(0, DIGITS, GROUP))
