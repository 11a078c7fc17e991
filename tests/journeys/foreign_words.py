"""English on a page in another language: sentences that were not translated, and words that slipped in.

What the directory holds as somebody wrote it (names of institutions, sources, notes) is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import yaml

from tests.databases import ROOT
from tests.journeys.catalogue import TRANSLATED, catalogue

VALUE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
LETTERS = re.compile(r"[^\W\d_]")
FEW_LETTERS = 6
"""A template with fewer letters beside its values is found in any language."""
ENGLISH = re.compile(
    r"\b(the|and|of|with|your|this|that|these|from|which|are|was|were|have|has|been|you|they|their|"
    r"will|must|should|not|please|today|yes|nobody|somebody|nothing|unknown|known)\b",
    re.IGNORECASE,
)
"""Words that French does not have."""


def english_in(texts: Iterable[str]) -> list[str]:
    """The texts that are English, or hold English."""
    return sorted({text for text in texts if _is_english(text)})


@cache
def _is_english(text: str) -> bool:
    if not LETTERS.search(text):
        return False
    own = _without_data(text)
    english, other = (_closest(own, language) for language in ("en", TRANSLATED))
    return english > other or (other == 0 and bool(ENGLISH.search(own)))


def _closest(text: str, language: str) -> int:
    """Letters that the text shares with the sentence of the product that it is."""
    return max(
        (letters for letters, pattern in _templates()[language] if pattern.fullmatch(text)),
        default=0,
    )


@cache
def _templates() -> dict[str, list[tuple[int, re.Pattern[str]]]]:
    """What a sentence of the product looks like, in either language, with its own letters."""
    found: dict[str, list[tuple[int, re.Pattern[str]]]] = {"en": [], TRANSLATED: []}
    for message in catalogue(TRANSLATED):
        if not message.id:
            continue
        for english, other in zip(_forms(message.id), _forms(message.string), strict=False):
            if english != other and _says_something(english):
                found["en"].append(_pattern(english))
            if _says_something(other):
                found[TRANSLATED].append(_pattern(other))
    return found


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _says_something(template: str) -> bool:
    own = _letters(template)
    return own >= FEW_LETTERS or (own > 0 and not VALUE.search(template))


def _letters(template: str) -> int:
    return len(LETTERS.findall(VALUE.sub("", template)))


def _pattern(template: str) -> tuple[int, re.Pattern[str]]:
    parts = [re.escape(part) for part in VALUE.split(" ".join(template.split()))]
    return _letters(template), re.compile(".+?".join(parts))


def _without_data(text: str) -> str:
    for words in _data():
        if words in text:
            text = text.replace(words, "")
    return " ".join(text.split())


@cache
def _data() -> tuple[str, ...]:
    """Everything that the curated directory says in words of its own, the longest first."""
    texts = {
        " ".join(text.split())
        for path in (ROOT / "seeds" / "directory").glob("*.yaml")
        for text in _texts(yaml.safe_load(path.read_text("utf-8")))
    }
    return tuple(sorted((text for text in texts if len(text) > 3), key=len, reverse=True))


def _texts(node: Any) -> Iterator[str]:
    """Every text below, except English that has a translation beside it."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for part in node:
            yield from _texts(part)
    elif isinstance(node, dict):
        for name, part in node.items():
            if not (name == "en" and TRANSLATED in node):
                yield from _texts(part)
