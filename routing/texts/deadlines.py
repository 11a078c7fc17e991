"""To accounts: what is due soon and what is late, one text for each clock."""

from __future__ import annotations

from directory.core.text import N_
from routing.clocks import CLOCKS
from routing.message_texts import TEXTS, MessageText

for rule in CLOCKS.values():
    TEXTS.add(MessageText(f"remind-{rule.name}", N_("To do: {what}", what=rule.label)))
    TEXTS.add(MessageText(f"escalate-{rule.name}", N_("Late: {what}", what=rule.label)))
TEXTS.add(
    MessageText("escalate-countersign", N_("Late: a second signature for an exception is missing"))
)
