"""To accounts: what became of a referral."""

from __future__ import annotations

from directory.core.text import N_
from routing.message_texts import TEXTS, MessageText

for text in (
    MessageText("referral-received", N_("A referral has come for your organisation")),
    MessageText("referral-accepted", N_("The provider has accepted")),
    MessageText("referral-question", N_("The provider asks something")),
    MessageText("referral-answered", N_("Your question is answered")),
    MessageText("referral-waitlisted", N_("The provider has put the person on its waiting list")),
    MessageText("referral-completed", N_("The provider says that it is completed")),
    MessageText("referral-disputed", N_("The person and the provider do not say the same")),
    MessageText("referral-contested", N_("The caseworker asks you to look at your answer again")),
    MessageText("referral-outdated", N_("Something has changed: look at the file again first")),
    MessageText("referral-returned", N_("A referral has come back: tell the person, then decide")),
    MessageText("referral-no-longer-yours", N_("A referral is over: do not use its data any more")),
    MessageText("referral-lost", N_("A person could not be found any more")),
    MessageText("draft-dropped", N_("A draft that nobody sent was dropped")),
    MessageText("sender-quality", N_("A referral came back because its sender did not answer")),
    MessageText("person-not-contacted", N_("The person says that nobody has contacted them yet")),
    MessageText("person-contradicts", N_("The person says something else than the provider")),
    MessageText("person-has-stopped", N_("The person says that they have stopped")),
    MessageText("paid-for-free-service", N_("The person says that they paid for what is free")),
    MessageText("statement-not-contacted", N_("The person says that nobody has contacted them")),
    MessageText("statement-arrived", N_("The person says that they have arrived")),
    MessageText("statement-stop", N_("The person wants no more messages on this telephone")),
    MessageText("statement-help", N_("The person asks for help")),
):
    TEXTS.add(text)
