"""Lists that the forms of casework offer, each code with its label."""

from __future__ import annotations

from directory.categories import CATEGORIES
from directory.core.text import N_, Text
from directory.vocabulary import LANGUAGES
from routing.operations.consents import CHANNELS as WITHDRAWAL_CHANNELS
from routing.operations.consents import MODES as CONSENT_MODES
from routing.operations.informing import CHANNELS as INFORM_CHANNELS
from routing.priorities import PRIORITIES

CATEGORY_CHOICES = [(category.name, category.label) for category in CATEGORIES.values()]
PRIORITY_CHOICES = [(code.value, label) for code, label in PRIORITIES.items()]
LANGUAGE_CHOICES = list(LANGUAGES.items())

_MODE_LABELS: dict[str, Text] = {
    "signature": N_("Signature"),
    "thumbprint": N_("Thumbprint"),
    "oral-with-witness": N_("In words, before a witness"),
    "sms-code": N_("Code by SMS"),
}
MODES: dict[str, Text] = {code: _MODE_LABELS[code] for code in CONSENT_MODES}

_CHANNEL_LABELS: dict[str, Text] = {
    "phone": N_("By telephone"),
    "visit": N_("Visit"),
    "office": N_("At the office"),
    "sms": N_("By SMS"),
    "email": N_("By e-mail"),
    "trusted-contact": N_("Through the trusted contact"),
    "hotline": N_("Hotline"),
    "sms-code": N_("Code by SMS"),
    "tracking-code": N_("Code of the receipt"),
    "in-writing": N_("In writing"),
}
INFORM: dict[str, Text] = {code: _CHANNEL_LABELS[code] for code in INFORM_CHANNELS}
WITHDRAWAL: dict[str, Text] = {code: _CHANNEL_LABELS[code] for code in WITHDRAWAL_CHANNELS}

RELATIONS: dict[str, Text] = {
    "principal": N_("The person"),
    "spouse": N_("Husband or wife"),
    "child": N_("Child"),
    "other": N_("Other member of the household"),
}
ROUTE_KINDS: dict[str, Text] = {
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "visit": N_("Visit"),
    "trusted-contact": N_("Trusted contact"),
}
ROUTE_OWNERS: dict[str, Text] = {
    "self": N_("The person's own"),
    "relative": N_("A relative's"),
    "friend": N_("A friend's"),
    "peer": N_("Another returnee's"),
}
NEED_STATES: dict[str, Text] = {
    "open": N_("Open"),
    "met": N_("Met"),
    "gap": N_("No service exists: looked at again later"),
    "declined": N_("Not wanted any more"),
    "ended": N_("Ended"),
}

AFTER_STEP: dict[str, Text] = {
    "accept": N_("Accepted. The caseworker is told, and you now see how to reach the person."),
    "offer": N_("Accepted. The caseworker is told, and you now see how to reach the person."),
    "reject": N_("Thank you. The caseworker tells the person and looks for another service."),
    "provider-withdraws": N_(
        "Thank you. The caseworker tells the person and looks for another service."
    ),
    "ask-info": N_("The question is sent. Your time to answer stands still until it is answered."),
    "waitlist": N_("On the waiting list. The caseworker tells the person."),
    "acknowledge": N_("Receipt is confirmed."),
}
"""What is said once a step is taken."""
