"""To accounts: a case changes hands, or was opened in an emergency."""

from __future__ import annotations

from directory.core.text import N_
from routing.message_texts import TEXTS, MessageText

for text in (
    MessageText("case-yours", N_("A case waits for you in your caseload")),
    MessageText("transfer-offered", N_("Another organisation offers you a case")),
    MessageText("transfer-accepted", N_("The other organisation has taken over the case")),
    MessageText("transfer-declined", N_("The other organisation does not take over the case")),
    MessageText("transfer-withdrawn", N_("The offer of a case was taken back")),
    MessageText("transfer-late", N_("Late: nobody has answered the offer of a case")),
    MessageText(
        "transfer-call-back",
        N_("Please call back: it is urgent, about a case that was transferred"),
    ),
    MessageText("referral-new-caseworker", N_("Somebody else accompanies the person now")),
    MessageText("consent-withdrawn", N_("A consent was withdrawn: do not use these data any more")),
    MessageText("emergency-opened", N_("A file was opened in an emergency: look at it")),
    MessageText("emergency-widened", N_("A file was opened further in an emergency: look at it")),
    MessageText(
        "emergency-review-late", N_("Late: nobody has looked at what was opened in an emergency")
    ),
    MessageText("packet-submitted", N_("Somebody is announced from another country: prepare")),
    MessageText("packet-acknowledged", N_("Somebody whom you announced has been received")),
    MessageText("packet-unacknowledged", N_("Late: nobody has received somebody who has arrived")),
    MessageText("confirmation-asked", N_("Before a journey: is your care there? Please answer")),
):
    TEXTS.add(text)
