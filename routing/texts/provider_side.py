"""About answers of providers: to confirm, contested, or beyond what anybody nearby can do."""

from __future__ import annotations

from directory.core.text import N_
from routing.message_texts import TEXTS, MessageText

for text in (
    MessageText("confirm-proxy", N_("An answer was noted by telephone for you: confirm it")),
    MessageText("proxy-denied", N_("The provider says that what you noted is not so")),
    MessageText("specialist-needed", N_("A provider cannot do what is needed: find a specialist")),
    MessageText("listing-check-intake", N_("Check when people can apply in one of your listings")),
    MessageText(
        "listing-unlisted-criteria", N_("A listing of yours is shown as applying other conditions")
    ),
):
    TEXTS.add(text)
