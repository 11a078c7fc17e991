"""What is read to the person before they agree, in their language."""

from __future__ import annotations

import datetime as dt

from flask_babel import force_locale

from directory.categories import CATEGORIES
from directory.core.i18n import LANGUAGES, language, translate
from directory.core.text import N_, Text
from routing.models import Referral


def spoken(referral: Referral, *, until: dt.date) -> list[str]:
    """The sentences, in the person's language where we have it; else in that of the page."""
    sentences = _sentences(referral, until)
    with force_locale(readable_language(referral.member.language)):
        return [translate(sentence) for sentence in sentences]


def readable_language(code: str) -> str:
    """The person's language where we have it; else that of whoever reads it to them."""
    return code if code in LANGUAGES else language()


def must_be_interpreted(referral: Referral) -> bool:
    """The text does not exist in the person's language: whoever speaks it says it."""
    return referral.member.language not in LANGUAGES


def _sentences(referral: Referral, until: dt.date) -> list[Text]:
    need = CATEGORIES[referral.need.category].label
    organisation = referral.listing.service.organisation.name
    return [
        N_("We would like to ask {organisation} to help you with this: {need}.",
           organisation=organisation, need=need),
        N_("If you agree, they first see a few things about you, without your name. Only if they "
           "accept, they see the rest that is listed here."),
        N_("You can strike things from the list. You can say no to one of them or to all: we go on "
           "helping you all the same."),
        N_("They may use it only to help you with this, until {date} at the latest.", date=until),
        N_("You can take your yes back at any time: at any office, by telephone, or with the code "
           "on your receipt. Within an hour they see nothing any more."),
    ]  # fmt: skip
