"""Written agreements between an organisation that sends people and one that receives them."""

from __future__ import annotations

import datetime as dt
import math
from enum import StrEnum

from directory.core.text import N_, Text


class Payment(StrEnum):
    """Whether the partner is paid as agreed (protocol A.10, A.19 F33)."""

    NONE = "none"
    ON_TIME = "on-time"
    LATE = "late"
    SUSPENDED = "suspended"


PAYMENTS: dict[Payment, Text] = {
    Payment.NONE: N_("Nothing is paid under it"),
    Payment.ON_TIME: N_("Paid on time"),
    Payment.LATE: N_("Payments are late"),
    Payment.SUSPENDED: N_("Payments are suspended"),
}
UNPAID = frozenset({Payment.LATE, Payment.SUSPENDED})
"""A partner that is not paid may stop receiving people without saying so."""


def in_force(signed_on: dt.date, ends_on: dt.date | None, today: dt.date) -> bool:
    """Whether an agreement binds its parties on that day, its last day included."""
    return signed_on <= today and (ends_on is None or today <= ends_on)


def payment_warning(
    payment: Payment, since: dt.date | None, expected_on: dt.date | None
) -> Text | None:
    """What a caseworker must know before sending somebody to an unpaid partner; else nothing."""
    if payment not in UNPAID:
        return None
    if since is None:
        return N_(
            "{state}. Ask whether the service still receives people.", state=PAYMENTS[payment]
        )
    if expected_on is None:
        return N_(
            "{state} since {since}. Ask whether the service still receives people.",
            state=PAYMENTS[payment], since=since,
        )  # fmt: skip
    return N_(
        "{state} since {since}; expected on {expected}. "
        "Ask whether the service still receives people.",
        state=PAYMENTS[payment], since=since, expected=expected_on,
    )  # fmt: skip


def still_needed(share: int, accepted: int, of_group: int) -> int | None:
    """How many of the group must be the next ones accepted for it to reach its ``share`` in percent.

    ``max(0, ⌈(q·n − k) / (1 − q)⌉)`` of indicator I-26. Nothing when no number is enough: the whole
    is asked for one group, and somebody else was accepted.
    """
    missing = share * accepted - 100 * of_group
    if missing <= 0:
        return 0
    return None if share >= 100 else math.ceil(missing / (100 - share))
