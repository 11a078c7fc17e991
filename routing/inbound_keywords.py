"""What people write to us by SMS: a few words, in French or English, however they are typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from directory.folding import fold
from routing.codes import ALPHABET, HALF, read_code
from routing.tracking_codes import is_whole, typed_code


class Said(StrEnum):
    """What a message says."""

    ARRIVED = "arrived"
    NOT_CONTACTED = "not-contacted"
    STOP = "stop"
    HELP = "help"
    UNKNOWN = "unknown"


WORDS: dict[Said, Text] = {
    Said.ARRIVED: N_("has arrived"),
    Said.NOT_CONTACTED: N_("has not been contacted"),
    Said.STOP: N_("wants no more messages"),
    Said.HELP: N_("asks for help"),
    Said.UNKNOWN: N_("something that the platform does not understand"),
}
"""What people read for it."""
FRENCH: dict[str, Said] = {
    "pas contacte": Said.NOT_CONTACTED,
    "pas contactee": Said.NOT_CONTACTED,
    "non contacte": Said.NOT_CONTACTED,
    "non contactee": Said.NOT_CONTACTED,
    "arrive": Said.ARRIVED,
    "arrivee": Said.ARRIVED,
    "arreter": Said.STOP,
    "arret": Said.STOP,
    "aide": Said.HELP,
}
ENGLISH: dict[str, Said] = {
    "not contacted": Said.NOT_CONTACTED,
    "no contact": Said.NOT_CONTACTED,
    "arrived": Said.ARRIVED,
    "stop": Said.STOP,
    "help": Said.HELP,
}
KEYWORDS = [
    (keyword, said, language)
    for language, table in (("fr", FRENCH), ("en", ENGLISH))
    for keyword, said in table.items()
]
"""As ``directory.folding.fold`` leaves them: no accents, no capitals."""
CODE = re.compile(rf"\b([{ALPHABET}]{{{HALF}}})[\s-]*([{ALPHABET}]{{{HALF}}})\b")

TRACKING = re.compile(r"(?=\b([0-9A-Z]{4}[\s-]*[0-9A-Z]{4}[\s-]*[0-9A-Z]{4})\b)")
"""Anything in the shape of a tracking code; whether it is one, its last sign tells."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A message as it was understood."""

    said: Said
    code: str = ""
    """Of a person or a referral, in its stored form; empty if none was given."""
    language: str = ""
    """Of the keyword; empty where both languages have it, or none."""


def read_statement(text: str) -> Statement:
    """The first keyword of a message, and the code that comes with it, in whichever order.

    ``STOP`` is French and English; the language is then that of the person.
    """
    plain = fold(text)
    found = [
        (match.start(), -len(keyword), keyword, said, language)
        for keyword, said, language in KEYWORDS
        if (match := re.search(rf"\b{keyword}\b", plain)) is not None
    ]
    if not found:
        return Statement(Said.UNKNOWN, _code(plain))
    _, _, keyword, said, language = min(found)
    rest = re.sub(rf"\b{keyword}\b", " ", plain, count=1)
    return Statement(said, _code(rest), "" if keyword == "stop" else language)


def _code(plain: str) -> str:
    """A tracking code as it is stored, else the code of a referral; empty if there is neither."""
    for found in TRACKING.finditer(plain.upper()):
        code = typed_code(found[1])
        if is_whole(code):
            return code
    match = CODE.search(plain.upper())
    return read_code(match[0]) if match else ""
