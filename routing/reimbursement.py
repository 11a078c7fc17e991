"""The promise to pay people back what they have advanced (protocol A.10): states and dates."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from directory.core.text import N_, Text


class State(StrEnum):
    """Where the money is."""

    CLAIMED = "claimed"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


LABELS: dict[State, Text] = {
    State.CLAIMED: N_("Claimed"),
    State.APPROVED: N_("Approved, not paid yet"),
    State.PAID: N_("Paid back"),
    State.REFUSED: N_("Refused"),
}
OPEN = frozenset({State.CLAIMED, State.APPROVED})
"""The person still waits for money or an answer."""
STEPS: dict[State, frozenset[State]] = {
    State.CLAIMED: frozenset({State.APPROVED, State.REFUSED}),
    State.APPROVED: frozenset({State.PAID, State.REFUSED}),
    State.PAID: frozenset(),
    State.REFUSED: frozenset(),
}
KINDS: dict[str, Text] = {
    "transport": N_("Transport"),
    "care": N_("Consultation or care"),
    "medicine": N_("Medicines"),
    "lodging": N_("Night away from home"),
    "meals": N_("Meals"),
    "fee": N_("Fee or deposit"),
    "escort": N_("Costs of the person who came along"),
    "other": N_("Something else"),
}


def due_at(claimed_at: dt.datetime, days: int) -> dt.datetime:
    """When the money must be back; stored, and not moved when the listing changes."""
    return claimed_at + dt.timedelta(days=days)


def is_late(state: State, due: dt.datetime, now: dt.datetime) -> bool:
    """Whether the person should have had it by now; what is refused or paid is never late."""
    return state in OPEN and now > due


def may_become(state: State, target: State) -> bool:
    """Whether the step exists."""
    return target in STEPS[state]
