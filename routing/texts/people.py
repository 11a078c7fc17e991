"""To the person, and to whoever they trust: one text message each, at most 160 letters of GSM."""

from __future__ import annotations

from directory.core.text import N_
from routing.message_texts import TEXTS, MessageText

for name, says in (
    (
        "person-received",
        N_("Passerelle {code}: your request is sent. An answer is due by {day}. "
           "If you hear nothing, please call {call}."),
    ),
    (
        "person-new-option",
        N_("Passerelle {code}: there is news for you. Please call {call}."),
    ),
    (
        "person-call-announced",
        N_("Passerelle {code}: we will call you on {day} at {hour}. "
           "Please keep your phone on, or call {call}."),
    ),
    (
        "person-please-call",
        N_("Passerelle {code}: please call {call}."),
    ),
    (
        "contact-please-call",
        N_("Passerelle: please call us, {call}. Thank you."),
    ),
    (
        "person-follow-up",
        N_("Passerelle {code}: has somebody contacted you? Reply ARRIVED {code} or "
           "NOT CONTACTED {code}. Help: {call}."),
    ),
    (
        "complaint-news",
        N_("Passerelle: there is an answer for you. Please use your receipt, or call {call}."),
    ),
    (
        "case-transferred",
        N_("Passerelle: somebody else accompanies you from now on and will call you. "
           "Please call {call} if nobody does."),
    ),
    (
        "case-closed",
        N_("Passerelle: your file is closed. You may come back at any time: please call {call}."),
    ),
    (
        "reply-arrived",
        N_("Passerelle: thank you, it is noted. Any question: please call {call}."),
    ),
    (
        "reply-not-contacted",
        N_("Passerelle: thank you, it is noted. Your caseworker looks into it. "
           "You may also call {call}."),
    ),
    (
        "reply-stop",
        N_("Passerelle: no more messages go to this phone. To talk to us, please call {call}."),
    ),
    (
        "reply-help",
        N_("Passerelle: please call {call}. Or reply ARRIVED, NOT CONTACTED or STOP "
           "with your code."),
    ),
    (
        "reply-unknown",
        N_("Passerelle: we do not know this code or this word. Please look again, "
           "or call {call}."),
    ),
):  # fmt: skip
    TEXTS.add(MessageText(name, says, to_person=True))
