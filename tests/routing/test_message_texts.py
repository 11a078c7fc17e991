"""C-T40: what messages say, in each language: one text message each, and nothing about anybody.

F10: people were not told what happens next and whom to call; the first message says both.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask

from directory.categories import CATEGORIES
from directory.core.i18n import LANGUAGES, translate_into
from directory.gsm import ONE_MESSAGE, plain_sms, sms_length
from routing.clocks import CLOCKS
from routing.complaint_levels import LADDER
from routing.message_texts import TEXTS, text_for_telephone, text_of
from routing.operations.inbound import CONSEQUENCES
from routing.operations.messages import AFTER_STEP
from routing.queries.message_words import in_words

LONGEST_HOTLINE = "+224 620 12 34 56"
VALUES = {"code": "WWW-WWW", "day": "2026-12-31", "hour": "20:30"}
TO_PEOPLE = sorted(name for name, text in TEXTS.items() if text.to_person)
TO_ACCOUNTS = sorted(set(TEXTS) - set(TO_PEOPLE))
REVEALING = re.compile(
    r"\b(hiv|vih|sida|aids|psych\w*|santé|health|viol\w*|abus\w*|traite|trafi\w*|refuge|shelter|"
    r"clini\w*|hôpital|hopital|hospital|avocat|lawyer|police|formation|training|emploi|job|oim|iom)\b",
    re.IGNORECASE,
)
"""Words that would tell whoever looks over a shoulder."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TO_PEOPLE)
@pytest.mark.parametrize("hotline", [LONGEST_HOTLINE, ""])
def test_a_text_to_a_person_fits_into_one_message(
    app: Flask, name: str, language: str, hotline: str
) -> None:
    _, text = in_words(name, language, VALUES, hotline)
    assert sms_length(text) <= ONE_MESSAGE, text
    assert plain_sms(text) == text
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_text_names_no_service(app: Flask, name: str, language: str) -> None:
    subject, body = in_words(name, language, VALUES, LONGEST_HOTLINE)
    said = f"{subject} {body}"
    labels = [translate_into(language, category.label) for category in CATEGORIES.values()]
    assert [label for label in labels if label.casefold() in said.casefold()] == []
    assert REVEALING.findall(said) == []


@pytest.mark.parametrize("name", [*TO_PEOPLE, *TO_ACCOUNTS])
def test_french_is_not_english(app: Flask, name: str) -> None:
    french, english = (in_words(name, language, VALUES, "")[1] for language in ("fr", "en"))
    assert french != english


def test_accents_that_telephones_have_are_kept(app: Flask) -> None:
    _, text = in_words("reply-arrived", "fr", {}, LONGEST_HOTLINE)
    assert text == f"Passerelle: merci, c'est noté. Une question ? Appelez {LONGEST_HOTLINE}."


def test_the_first_message_says_by_when_and_whom_to_call(app: Flask) -> None:
    """F10."""
    _, text = in_words("person-received", "en", VALUES, LONGEST_HOTLINE)
    assert text == (
        "Passerelle WWW-WWW: your request is sent. An answer is due by 31 Dec 2026. "
        f"If you hear nothing, please call {LONGEST_HOTLINE}."
    )


def test_other_languages_are_written_in_french(app: Flask) -> None:
    assert in_words("person-please-call", "ff", VALUES, "") == in_words(
        "person-please-call", "fr", VALUES, ""
    )


def test_everything_that_is_queued_has_a_text() -> None:
    queued = {template for entries in AFTER_STEP.values() for template, _ in entries}
    queued |= {one.template for one in CONSEQUENCES.values()}
    queued |= {rung.template for rung in LADDER}
    queued |= {f"{action}-{clock}" for clock in CLOCKS for action in ("remind", "escalate")}
    assert queued <= set(TO_ACCOUNTS)
    assert text_of("unheard-of").says.template == "There is something new"


def test_a_telephone_never_gets_a_text_that_was_written_for_accounts() -> None:
    assert text_for_telephone("person-please-call") == "person-please-call"
    assert text_for_telephone("referral-received") == "contact-please-call"
    assert text_for_telephone("unheard-of") == "contact-please-call"


def test_an_account_is_told_what_happened_and_where_to_look(app: Flask) -> None:
    subject, body = in_words("referral-received", "en", {"code": "K7Q-4DN"}, "")
    assert subject == "Passerelle: A referral has come for your organisation"
    assert body.startswith(
        "A referral has come for your organisation. Referral K7Q-4DN. Open Passerelle"
    )
    assert "Referral" not in in_words("listing-check-end", "en", {"code": ""}, "")[1]
