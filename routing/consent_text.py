"""What is read to a person before they agree that something about them is shared."""

from __future__ import annotations

import datetime as dt

from directory.categories import CATEGORIES
from directory.core.text import N_, Text


def consent_sentences(organisation: str, category: str, until: dt.date) -> list[Text]:
    """The sentences, for one organisation and one kind of help."""
    return [
        N_("We would like to ask {organisation} to help you with this: {need}.",
           organisation=organisation, need=CATEGORIES[category].label),
        N_("If you agree, they first see a few things about you, without your name. Only if they "
           "accept, they see the rest that is listed here."),
        N_("You can strike things from the list. You can say no to one of them or to all: we go on "
           "helping you all the same."),
        N_("They may use it only to help you with this, until {date} at the latest.", date=until),
        N_("You can take your yes back at any time: at any office, by telephone, or with the code "
           "on your receipt. Within an hour they see nothing any more."),
    ]  # fmt: skip
