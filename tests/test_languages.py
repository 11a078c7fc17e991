"""Every sentence of the product exists in every shipped language, with the same values in it."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from directory.core.i18n import LANGUAGES
from tests.databases import ROOT

SOURCE = "en"
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)
PACKAGES = ("directory", "routing", "maps", "seeds")
VALUES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
"""What is put into a sentence: ``%(name)s`` in pages, ``{name}`` in rules."""


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make translations` would collect today."""
    template: Path = tmp_path_factory.mktemp("languages") / "messages.pot"
    command = [
        sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml",
        "-k", "N_", "--no-location", "-o", str(template), *PACKAGES,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    with template.open("rb") as file:
        return read_po(file)


@cache
def shipped(language: str) -> Catalog:
    path = ROOT / "directory" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """A sentence, or its singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def key_of(message: Message) -> str:
    return forms(message.id)[0]


def test_the_sources_are_collected(sentences: Catalog) -> None:
    assert sentences.get("Find a service") is not None
    assert sentences.get("Too far from the site") is not None


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str, sentences: Catalog) -> None:
    known = shipped(language)
    missing = [
        key_of(message)
        for message in sentences
        if message.id and not is_translated(known.get(key_of(message)), language)
    ]
    assert missing == []


def is_translated(message: Message | None, language: str) -> bool:
    if message is None or message.fuzzy:
        return False
    texts = forms(message.string)
    wanted = shipped(language).num_plurals if len(forms(message.id)) > 1 else 1
    return len(texts) == wanted and all(text.strip() for text in texts)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_hold_the_same_values(language: str) -> None:
    different = [
        (message.id, message.string)
        for message in shipped(language)
        if message.id
        and all(forms(message.string))
        and values(message.string) != values(message.id)
    ]
    assert different == []


def values(text: str | tuple[str, ...] | list[str]) -> set[str]:
    return {value for form in forms(text) for value in VALUES.findall(form)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_kept_that_no_page_says(language: str, sentences: Catalog) -> None:
    unused = [
        key_of(message)
        for message in shipped(language)
        if message.id and sentences.get(key_of(message)) is None
    ]
    assert unused == []
