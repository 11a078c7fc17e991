"""Help that would outlive the money that pays for it: told ninety days ahead (protocol F19)."""

from __future__ import annotations

import datetime as dt

AHEAD_DAYS = 90
"""How long before a programme ends its cases are listed (protocol A.19 F19, indicator I-28)."""


def last_day(
    offer_ends_on: dt.date | None, programme_ends_on: dt.date | None, margin_days: int = 0
) -> dt.date | None:
    """The last day that is paid for; nothing when no end is known.

    A programme that needs ``margin_days`` to settle its accounts pays until so many days before.
    """
    ends = [offer_ends_on] if offer_ends_on is not None else []
    if programme_ends_on is not None:
        ends.append(programme_ends_on - dt.timedelta(days=margin_days))
    return min(ends, default=None)


def expected_end(
    start_on: dt.date | None, duration_days: int | None, today: dt.date
) -> dt.date | None:
    """The day on which the help would be over; who has not begun begins today at the earliest."""
    if duration_days is None:
        return None
    return (start_on or today) + dt.timedelta(days=duration_days)


def runs_past(
    last: dt.date | None, expected: dt.date | None, today: dt.date, ahead_days: int = AHEAD_DAYS
) -> bool:
    """Whether the money ends soon and the help would still be needed; an unknown end counts as so."""
    if last is None or last > today + dt.timedelta(days=ahead_days):
        return False
    return expected is None or expected > last
