"""What is read to the person before they agree, in their language."""

from __future__ import annotations

import datetime as dt

from flask_babel import force_locale

from directory.core.i18n import LANGUAGES, language, translate
from routing.consent_text import consent_sentences
from routing.models import Referral


def spoken(referral: Referral, *, until: dt.date) -> list[str]:
    """The sentences, in the person's language where we have it; else in that of the page."""
    organisation = referral.listing.service.organisation.name
    sentences = consent_sentences(organisation, referral.need.category, until)
    with force_locale(readable_language(referral.member.language)):
        return [translate(sentence) for sentence in sentences]


def readable_language(code: str) -> str:
    """The person's language where we have it; else that of whoever reads it to them."""
    return code if code in LANGUAGES else language()


def must_be_interpreted(referral: Referral) -> bool:
    """The text does not exist in the person's language: whoever speaks it says it."""
    return referral.member.language not in LANGUAGES
