"""The sentences of the product by their English original, as readers of each language see them."""

from __future__ import annotations

from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.databases import ROOT

TRANSLATED = "fr"
CATALOGUE = ROOT / "directory" / "translations" / "{language}" / "LC_MESSAGES" / "messages.po"


@cache
def catalogue(language: str) -> Catalog:
    """What the shipped catalogue of a language says; English needs none."""
    path = str(CATALOGUE).format(language=language)
    with open(path, "rb") as file:  # noqa: PTH123 -- babel wants a file
        return read_po(file, locale=language)


def said(language: str, english: str) -> str:
    """The sentence in ``language``; what nobody has translated yet stays English, as on the page."""
    message = catalogue(TRANSLATED).get(english)
    assert message is not None, f"no page says {english!r}"
    if language != TRANSLATED or not message.string:
        return english
    return message.string if isinstance(message.string, str) else message.string[0]
