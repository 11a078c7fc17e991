"""Who may keep the true address of a hidden service, and how two people open it (protocol A.17).

The numbers marked [P] are choices of this software, not of a source.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from directory.core.actor import Grant
from directory.core.text import N_, Text
from directory.roles import EDIT_LISTING, OPEN_VAULT, READ_PROTECTION

SHORTEST_REASON = 30
"""Letters, as for an opening in an emergency; blanks at the ends do not count."""
LONGEST_TEXT = 500
"""Letters of a reason or of an address with its way described [P]."""
WAITING_TIME = dt.timedelta(hours=24)
"""A request that nobody has answered by then is over [P]."""
READING_TIME = dt.timedelta(minutes=15)
"""So long after the approval the address can be read, once [P]."""
PROVIDER_ROLES = frozenset({"PA", "FP"})
"""Their grants reach their own organisation only, whatever else a country adds to them."""


class State(StrEnum):
    """How far a request has come."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    READ = "read"
    EXPIRED = "expired"


LABELS: dict[State, Text] = {
    State.WAITING: N_("Waiting for a second person"),
    State.APPROVED: N_("Approved, not read yet"),
    State.REFUSED: N_("Refused by the second person"),
    State.READ: N_("Read: used up"),
    State.EXPIRED: N_("The time is over"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the rules need to know of a request."""

    asked_by: UUID
    asked_at: dt.datetime
    decided_by: UUID | None = None
    decided_at: dt.datetime | None = None
    is_approved: bool | None = None
    read_at: dt.datetime | None = None

    def state(self, now: dt.datetime) -> State:
        """How far it has come; what is over does not come back."""
        if self.read_at is not None:
            return State.READ
        if self.decided_at is None:
            return State.WAITING if now < self.asked_at + WAITING_TIME else State.EXPIRED
        if not self.is_approved:
            return State.REFUSED
        return State.APPROVED if now < self.decided_at + READING_TIME else State.EXPIRED

    def is_open(self, now: dt.datetime) -> bool:
        """Whether something can still come of it."""
        return self.state(now) in (State.WAITING, State.APPROVED)


def is_gatekeeper(grant: Grant) -> bool:
    """Whether the grant opens what is hidden in its region or country, of any organisation."""
    return grant.role not in PROVIDER_ROLES and {OPEN_VAULT, READ_PROTECTION} <= grant.permissions


def is_provider_staff(grant: Grant) -> bool:
    """Whether the grant opens what its own organisation hides."""
    return (
        grant.role in PROVIDER_ROLES
        and OPEN_VAULT in grant.permissions
        and grant.organisation_id is not None
    )


def may_keep(grant: Grant) -> bool:
    """Whether the grant, where it opens, also writes: editors and gatekeepers."""
    return is_gatekeeper(grant) or (is_provider_staff(grant) and EDIT_LISTING in grant.permissions)


def address_problems(address: str) -> dict[str, Text]:
    """What is wrong with an address to be kept, by field."""
    if not address.strip():
        return {"address": N_("Write the address, as you would tell it to a driver.")}
    return _too_long("address", address)


def reason_problems(reason: str) -> dict[str, Text]:
    """What is wrong with a reason for opening, by field."""
    if len(reason.strip()) < SHORTEST_REASON:
        return {
            "reason": N_(
                "Say why you need the address, in at least {letters} letters.",
                letters=SHORTEST_REASON,
            )
        }
    return _too_long("reason", reason)


def deciding_refusal(opening: Opening, decider: UUID | None, now: dt.datetime) -> Text | None:
    """Why ``decider`` may neither approve nor refuse now; None when they may."""
    if decider is None or decider == opening.asked_by:
        return N_("A second person decides: you have asked yourself.")
    if opening.state(now) is not State.WAITING:
        return N_("This request has been answered already, or its time is over.")
    return None


def reading_refusal(
    opening: Opening, reader: UUID | None, now: dt.datetime, *, approver_may: bool
) -> Text | None:
    """Why ``reader`` may not read now; None when they may.

    ``approver_may``: whoever approved still has the right to open this address, at this moment.
    """
    state = opening.state(now)
    if reader is None or reader != opening.asked_by:
        return N_("Only the person who has asked reads the address.")
    if state is State.READ:
        return N_("The address was shown once. Ask again if you still need it.")
    if state is not State.APPROVED or opening.decided_by in (None, opening.asked_by):
        return N_("No second person has approved this, or the time is over. Ask again.")
    if not approver_may:
        return N_("Whoever approved may not open this address any more. Ask somebody else.")
    return None


def _too_long(field: str, text: str) -> dict[str, Text]:
    if len(text.strip()) <= LONGEST_TEXT:
        return {}
    return {field: N_("At most {letters} letters, please.", letters=LONGEST_TEXT)}
