"""The manual speaks of what is there: a page for every role, the words of the buttons, the pictures."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from directory.roles import ROLES
from tests.databases import ROOT
from tests.journeys.manual_pictures import PICTURES

MANUAL = ROOT / "docs" / "manual"
LANGUAGES = ("en", "fr")
PAGES = sorted(path.name for path in (MANUAL / "en").glob("*.md"))
PAGE_OF_ROLE = {
    "RC": "caseworker", "FP": "provider", "PW": "provider", "RS": "supervisor", "PA": "editor",
    "RCO": "coordination", "NC": "coordination", "CH": "complaints", "PSEA": "complaints",
    "DPO": "data-protection", "ADMIN": "administrator", "MHP": "specialists", "CPA": "specialists",
    "PDC": "specialists",
}  # fmt: skip
WORDS = re.compile(r"\*\*([^*]+)\*\*")
"""Words of the screen stand in bold."""
NAMED = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
LARGEST = 250_000
"""Bytes of a picture: the manual is read over a poor line."""


@cache
def sentences(language: str) -> frozenset[str]:
    """Everything that a screen says in a language, without what is put into it."""
    path = ROOT / "directory" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="fr") if message.id]
    found = (message.id if language == "en" else message.string for message in messages)
    return frozenset(
        plain(text) for one in found for text in ([one] if isinstance(one, str) else one)
    )


def plain(text: str) -> str:
    """Without the difference between spaces."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


def read(language: str, page: str) -> str:
    return (MANUAL / language / page).read_text()


def test_every_role_has_a_page_in_both_languages() -> None:
    assert set(PAGE_OF_ROLE) == set(ROLES)
    assert {f"{page}.md" for page in PAGE_OF_ROLE.values()} | {"person.md"} == set(PAGES)
    assert sorted(path.name for path in (MANUAL / "fr").glob("*.md")) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_say_the_same_number_of_things(page: str) -> None:
    shapes = [
        [re.match(r"#*|[-*] |\d+\.|!", line)[0] for line in read(language, page).splitlines()]  # type: ignore[index]
        for language in LANGUAGES
    ]
    marks = [[mark for mark in shape if mark.strip()] for shape in shapes]
    assert marks[0] == marks[1]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_bold_stand_on_a_screen(language: str, page: str) -> None:
    quoted = {plain(text) for text in WORDS.findall(read(language, page))}
    assert sorted(quoted - sentences(language)) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_there_and_light(language: str, page: str) -> None:
    for name in NAMED.findall(read(language, page)):
        path = (MANUAL / language / name).resolve()
        assert path.parent == MANUAL / "images" / language
        assert path.stem in PICTURES
        assert path.stat().st_size < LARGEST, name


def test_every_picture_that_is_kept_is_shown() -> None:
    shown = {
        (language, Path(name).stem)
        for language in LANGUAGES
        for page in PAGES
        for name in NAMED.findall(read(language, page))
    }
    kept = {(path.parent.name, path.stem) for path in (MANUAL / "images").rglob("*.png")}
    assert shown == kept
