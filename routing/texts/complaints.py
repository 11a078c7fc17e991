"""To whoever handles complaints; never what a complaint is about, nor whom it names."""

from __future__ import annotations

from directory.core.text import N_
from routing.message_texts import TEXTS, MessageText

for text in (
    MessageText("complaint-received", N_("A complaint waits for you")),
    MessageText("complaint-message", N_("Something was added to a complaint")),
    MessageText("complaint-due", N_("A complaint waits for its next step")),
    MessageText("complaint-late", N_("Late: a complaint waits for its next step")),
    MessageText("complaint-question", N_("You are asked something about a complaint")),
):
    TEXTS.add(text)
