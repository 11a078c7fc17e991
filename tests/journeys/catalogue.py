"""The sentences of the product by their English original, as readers of each language see them."""

from __future__ import annotations

from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.databases import ROOT

CATALOGUE = ROOT / "directory" / "translations" / "{language}" / "LC_MESSAGES" / "messages.po"


@cache
def catalogue(language: str) -> Catalog:
    """What the shipped catalogue of a language says; English needs none."""
    path = str(CATALOGUE).format(language=language)
    with open(path, "rb") as file:  # noqa: PTH123 -- babel wants a file
        return read_po(file, locale=language)


def said(language: str, english: str) -> str:
    """The sentence in ``language``; English where nobody has translated it, as on the page."""
    if language == "en":
        return english
    message = catalogue(language).get(english)
    if message is None or not message.string:
        return english
    return message.string if isinstance(message.string, str) else message.string[0]
