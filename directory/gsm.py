"""Text messages in the alphabet of GSM (3GPP TS 23.038): what fits into one, and how to fit.

One message holds 160 letters of that alphabet; some letters count twice. A single letter outside it
(``ê``, ``ç``, ``’``) turns the whole message into UCS-2, which holds 70 and costs several messages.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from gsm0338 import Codec

ONE_MESSAGE = 160
"""Letters of one message (3GPP TS 23.040, 9.2.3.24: 140 octets of seven bits each)."""
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...",
     "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE", "ç": "c"}
)  # fmt: skip
"""Typographic signs as a telephone writes them. The alphabet has Ç, but no ç."""


def plain_sms(text: str) -> str:
    """``text`` with nothing that the alphabet lacks: é, è, à, ù stay; ê becomes e."""
    return "".join(_plain(letter) for letter in " ".join(text.translate(PLAIN).split()))


def sms_length(text: str) -> int:
    """How many letters of the alphabet ``text`` takes; ``[``, ``€`` and a few others take two.

    Raises ``UnicodeEncodeError`` if a letter is not in the alphabet.
    """
    return len(_codec().encode(text)[0])


@cache
def _codec() -> Codec:
    return Codec()


@cache
def _plain(letter: str) -> str:
    if _has(letter):
        return letter
    bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return bare if bare and all(_has(one) for one in bare) else "?"


def _has(letter: str) -> bool:
    try:
        _codec().encode(letter)
    except UnicodeEncodeError:
        return False
    return True
