"""To editors: what to look at in a listing; nothing about a person goes with it."""

from __future__ import annotations

from directory.core.text import N_
from routing.message_texts import TEXTS, MessageText

for text in (
    MessageText("listing-check-end", N_("Check when one of your listings ends")),
    MessageText("listing-propose-suspension", N_("Consider suspending one of your listings")),
    MessageText(
        "listing-correction", N_("A listing of yours says something else than your answer did")
    ),
):
    TEXTS.add(text)
