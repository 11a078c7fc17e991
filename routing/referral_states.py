"""Where a referral can be: the word that people read, who acts, and which clock runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import N_, Text
from directory.who import Who
from routing.clocks import Clock


class State(StrEnum):
    """A referral's place in its life; ``NEW`` is before it exists and is never stored."""

    NEW = "new"
    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"
    ACK = "ack"
    INFO_REQ = "info-req"
    WAITLIST = "waitlist"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    IN_SERVICE = "in-service"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    RETURNED = "returned"
    CLOSED = "closed"
    REROUTED = "rerouted"
    RESOLVED_DIRECT = "resolved-direct"
    UNMET = "unmet"
    DECLINED = "declined"
    LOST = "lost"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    VOID = "void"


class ReturnKind(StrEnum):
    """How a referral came back."""

    REJECTED = "rejected"
    NO_REPLY = "no-reply"
    NO_DECISION = "no-decision"
    INFO_TIMEOUT = "info-timeout"
    WAITLIST = "waitlist"
    PERSON_REFUSED = "person-refused"
    NOT_REACHED = "not-reached"
    NO_CONTACT = "no-contact"
    NOT_STARTED = "not-started"
    HOLD = "hold"
    DROP_OUT = "drop-out"
    PROVIDER_END = "provider-end"


RETURN_KINDS: dict[ReturnKind, Text] = {
    ReturnKind.REJECTED: N_("The provider said no"),
    ReturnKind.NO_REPLY: N_("The provider did not reply"),
    ReturnKind.NO_DECISION: N_("The provider received it and did not decide"),
    ReturnKind.INFO_TIMEOUT: N_("The provider's question was not answered"),
    ReturnKind.WAITLIST: N_("The wait was too long"),
    ReturnKind.PERSON_REFUSED: N_("The person did not want it"),
    ReturnKind.NOT_REACHED: N_("The provider could not reach the person"),
    ReturnKind.NO_CONTACT: N_("The provider did not contact the person"),
    ReturnKind.NOT_STARTED: N_("The service did not start"),
    ReturnKind.HOLD: N_("The pause was not ended"),
    ReturnKind.DROP_OUT: N_("The person stopped"),
    ReturnKind.PROVIDER_END: N_("The provider no longer offers it"),
}


@dataclass(frozen=True, slots=True)
class StateInfo:
    """What a state means."""

    word: Text
    """The status word, the same on every screen, in every message and on paper."""
    meaning: Text
    owner: Who | None = None
    """Who must act; nobody when it is over."""
    clocks: frozenset[Clock] = frozenset()
    """Clocks that run in it."""


TO_DO, CLOSED = N_("To do"), N_("Closed")


def _info(word: Text, meaning: Text, owner: Who, *clocks: Clock) -> StateInfo:
    return StateInfo(word, meaning, owner, frozenset(clocks))


STATES: dict[State, StateInfo] = {
    State.NEW: _info(TO_DO, N_("Not begun"), Who.RC),
    State.DRAFT: _info(TO_DO, N_("Being prepared"), Who.RC, Clock.DRAFT),
    State.READY: _info(TO_DO, N_("Ready to be sent"), Who.RC, Clock.SEND),
    State.SENT: _info(N_("Sent"), N_("With the provider, nobody has opened it"), Who.FP,
                      Clock.ACK, Clock.DECISION),
    State.ACK: _info(N_("Received"), N_("A named person at the provider has it"), Who.FP,
                     Clock.DECISION),
    State.INFO_REQ: _info(N_("Question"), N_("The provider has a question"), Who.RC, Clock.INFO),
    State.WAITLIST: _info(N_("Waiting list"), N_("Accepted in principle, not now"), Who.FP,
                          Clock.REVIEW, Clock.MAX_WAIT),
    State.ACCEPTED: _info(N_("Accepted"), N_("A place is taken"), Who.FP,
                          Clock.INFORM, Clock.CONTACT, Clock.START),
    State.CONTACTED: _info(N_("Contacted"), N_("The provider has spoken to the person"), Who.PW,
                           Clock.INFORM, Clock.START),
    State.IN_SERVICE: _info(N_("In service"), N_("The service has started"), Who.PW,
                            Clock.INFORM, Clock.EXPECTED_END, Clock.FOLLOW_UPS),
    State.ON_HOLD: _info(N_("On hold"), N_("Paused until a date"), Who.PW,
                         Clock.INFORM, Clock.EXPECTED_END, Clock.FOLLOW_UPS, Clock.RESUME),
    State.COMPLETED: _info(N_("Completed"), N_("Delivered; the person has not yet been asked"),
                           Who.RC, Clock.INFORM, Clock.SATISFACTION),
    State.RETURNED: _info(N_("Returned"), N_("Back with the caseworker"), Who.RC,
                          Clock.INFORM, Clock.NEXT_ACTION),
    State.CLOSED: StateInfo(CLOSED, N_("Done, and the person was asked")),
    State.REROUTED: StateInfo(CLOSED, N_("Another provider has it now")),
    State.RESOLVED_DIRECT: StateInfo(CLOSED, N_("Helped directly")),
    State.UNMET: StateInfo(CLOSED, N_("No service was found; the gap is recorded")),
    State.DECLINED: StateInfo(CLOSED, N_("The person does not want to go on")),
    State.LOST: StateInfo(CLOSED, N_("The person could not be found")),
    State.CANCELLED: StateInfo(CLOSED, N_("Cancelled by the caseworker")),
    State.REVOKED: StateInfo(CLOSED, N_("Consent was withdrawn")),
    State.VOID: StateInfo(CLOSED, N_("Entered in error")),
}  # fmt: skip

TERMINAL = frozenset(state for state, info in STATES.items() if info.owner is None)
LIVE = frozenset(STATES) - TERMINAL - {State.NEW}
READABLE = frozenset({
    State.SENT, State.ACK, State.INFO_REQ, State.WAITLIST, State.ACCEPTED, State.CONTACTED,
    State.IN_SERVICE, State.ON_HOLD, State.COMPLETED,
})  # fmt: skip
"""The recipient may read, while the consent is active."""
IDENTITY_SHOWN = frozenset({
    State.ACCEPTED, State.CONTACTED, State.IN_SERVICE, State.ON_HOLD, State.COMPLETED,
})  # fmt: skip
"""The recipient may read the second stage; where one stage is allowed, in all of ``READABLE``."""
OCCUPYING = frozenset({State.ACCEPTED, State.CONTACTED, State.IN_SERVICE, State.ON_HOLD})
"""A place is taken."""
HOLDING = frozenset({State.SENT, State.ACK, State.INFO_REQ})
"""A place is softly held."""
