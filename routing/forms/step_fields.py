"""What must be said with each step of a referral: one table, from which pages and API read values.

To give a step another question, add a ``StepField`` to its line in ``STEP_FIELDS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from routing.drop_outs import DROP_OUTS
from routing.fact_table import FACTS
from routing.follow_ups import ASKERS, STATEMENTS
from routing.follow_ups import SATISFACTION as ANSWERS
from routing.guards.returning import EXCEPTIONAL_REASONS, RECALL_REASONS
from routing.operations.consents import CHANNELS as WITHDRAWAL_CHANNELS
from routing.operations.informing import CHANNELS
from routing.reasons import REASONS


class Control(StrEnum):
    """How a field is shown and read."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    DATE = "date"
    TICK = "tick"
    CHOICE = "choice"
    CHOICES = "choices"
    DETAIL = "detail"
    """The structured detail of a reason; shown by ``REASONS[code].details``."""
    ID = "id"


@dataclass(frozen=True, slots=True)
class StepField:
    """One thing to say with a step."""

    name: str
    label: Text
    control: Control = Control.TEXT
    required: bool = True
    choices: Mapping[str, Text] | None = None


SATISFACTION: dict[str, Text] = {
    **ANSWERS,
    "no-answer": N_("Could not be reached after three attempts"),
}
CHANNEL_LABELS: dict[str, Text] = {
    "phone": N_("Telephone"), "visit": N_("Visit"), "office": N_("At the office"),
    "sms": N_("Text message"), "email": N_("E-mail"),
    "trusted-contact": N_("Through the trusted contact"), "hotline": N_("Hotline"),
    "sms-code": N_("Code by text message"), "tracking-code": N_("Code of the receipt"),
    "in-writing": N_("In writing"),
}  # fmt: skip
GAP_CAUSES: dict[str, Text] = {
    "no-service": N_("No such service exists"),
    "too-far": N_("Services exist, but too far away"),
    "conditions": N_("The conditions of all services exclude the person"),
    "no-place": N_("No service has a place"),
    "cost": N_("Nobody pays"),
    "safety": N_("No service would be safe"),
    "no-competence": N_("No service has the skill that is needed"),
}
SENDING_BACK: dict[str, Text] = {
    code: reason.label for code, reason in REASONS.items() if not reason.by_clock
}

F, C = StepField, Control
ACCEPTANCE = (
    F("start_on", N_("First day"), C.DATE),
    F("place", N_("Where the person goes")),
    F("to_bring", N_("What to bring")),
)
REJECTION = (
    F("code", N_("Reason"), C.CHOICE, choices=SENDING_BACK),
    F("detail", N_("Detail of the reason"), C.DETAIL, required=False),
    F("secondary", N_("Other reasons, at most two"), C.CHOICES, False, SENDING_BACK),
)
STATEMENT = F("statement", N_("What the person said"), C.LONG_TEXT, choices=STATEMENTS)
WHY = F("code", N_("Why"), C.CHOICE, choices=DROP_OUTS)
REASON = F("reason", N_("Reason"), C.LONG_TEXT)
TOLD = {name: CHANNEL_LABELS[name] for name in CHANNELS}
WITHDRAWN = {name: CHANNEL_LABELS[name] for name in WITHDRAWAL_CHANNELS}
PREPARATION = (
    F("affordability", N_("What was said about the cost"), C.LONG_TEXT, required=False),
    F("phone_check", N_("Call that confirmed the listing: who, when"), C.TEXT, required=False),
    F("single_stage", N_("The person agrees that the name goes at once"), C.TICK, required=False),
    F("by_phone", N_("I tell the provider everything by telephone now"), C.TICK, required=False),
    F("consent_id", N_("Consent"), C.ID, required=False),
)
FACT_LABELS = {name: fact.label for name, fact in FACTS.items()}

STEP_FIELDS: dict[str, tuple[StepField, ...]] = {
    "prepare": PREPARATION,
    "edit": (),
    "send": (),
    "cancel": (REASON,),
    "acknowledge": (),
    "accept": ACCEPTANCE,
    "offer": (*ACCEPTANCE, F("still_wanted", N_("The person, asked, still wants it"), C.TICK)),
    "reject": REJECTION,
    "provider-withdraws": REJECTION,
    "ask-info": (
        F("fields", N_("What you need to know"), C.CHOICES, choices=FACT_LABELS),
        F("question", N_("Your question, without names"), C.LONG_TEXT, required=False),
    ),
    "provide-info": (),
    "waitlist": (F("next_on", N_("Next date"), C.DATE),),
    "person-refuses": (STATEMENT, WHY),
    "first-contact": (
        F("channel", N_("How"), C.CHOICE, choices=TOLD),
        F("two_way", N_("The person has answered"), C.TICK),
    ),
    "dispute": (
        STATEMENT,
        F("asker", N_("Who asked"), C.CHOICE, choices=ASKERS),
        F("channel", N_("How"), C.CHOICE, choices=TOLD),
    ),
    "start": (F("started_on", N_("First day"), C.DATE),),
    "not-reached": (),
    "not-started": (
        F("code", N_("Why"), C.CHOICE, choices={**DROP_OUTS, **SENDING_BACK}),
        F("detail", N_("Detail of the reason"), C.DETAIL, required=False),
    ),
    "pause": (REASON, F("resume_on", N_("Goes on again on"), C.DATE)),
    "resume": (),
    "complete": (
        F("outcome", N_("How it ended"), C.LONG_TEXT),
        F("certificate", N_("Certificate"), C.TEXT, required=False),
    ),
    "drop-out": (WHY,),
    "close": (
        F("satisfaction", N_("Did it help?"), C.CHOICE, choices=SATISFACTION),
        F("asker", N_("Who asked"), C.CHOICE, choices=ASKERS),
        F("channel", N_("How"), C.CHOICE, choices=TOLD),
        F("needs_reviewed", N_("The open needs were looked through"), C.TICK),
    ),
    "reroute": (
        F("child_id", N_("The new referral"), C.ID),
        F("announce", N_("Tell the person by text message"), C.TICK, required=False),
    ),
    "direct-assist": (F("assistance", N_("What help was given"), C.LONG_TEXT),),
    "register-gap": (
        F("cause", N_("Why no service was found"), C.CHOICE, choices=GAP_CAUSES),
        F("review_on", N_("Look again on"), C.DATE),
    ),
    "person-declines": (
        STATEMENT,
        F("informed_of_options", N_("Knows what else there is, and may come back"), C.TICK),
    ),
    "lost": (),
    "contest": (F("evidence", N_("What contradicts the refusal"), C.LONG_TEXT),),
    "revoke": (F("channel", N_("How"), C.CHOICE, choices=WITHDRAWN),),
    "recall": (
        F("reason", N_("Reason"), C.CHOICE, choices=RECALL_REASONS),
        F("task_due_on", N_("Look after the need by"), C.DATE, required=False),
    ),
    "void": (REASON,),
    "exceptional-close": (F("code", N_("Reason"), C.CHOICE, choices=EXCEPTIONAL_REASONS),),
}
"""The steps that people take, with what each must say; the clock's steps ask nothing."""
PROXY_FIELDS = (
    F("by_proxy", N_("I spoke to the provider and note it for them"), C.TICK),
    F("proxy_contact", N_("Name and number of the person you spoke to")),
)
"""Asked too when a caseworker takes a step of the provider."""


def fields_of(step: str, *, by_proxy: bool = False) -> tuple[StepField, ...]:
    """What to ask for a step."""
    fields = STEP_FIELDS.get(step, ())
    return (*fields, *PROXY_FIELDS) if by_proxy else fields
