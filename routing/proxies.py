"""Until when a provider confirms what the caseworker noted for them (protocol A.8, notes)."""

from __future__ import annotations

from routing.priorities import Priority
from routing.spans import Span, hours, working_days

CONFIRM_WITHIN: dict[Priority, Span] = {
    Priority.P0: hours(24),
    Priority.P1: hours(24),
    Priority.P2: working_days(5),
    Priority.P3: working_days(5),
}
