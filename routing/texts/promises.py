"""Messages about promises made to people."""

from __future__ import annotations

from directory.core.text import N_
from routing.message_texts import TEXTS, MessageText

TEXTS.add(MessageText("promise-broken", N_("A promise to a person was not kept in time")))
