"""How fast something must happen."""

from __future__ import annotations

from enum import StrEnum

from directory.core.text import N_, Text


class Priority(StrEnum):
    """P0 is the most urgent."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


PRIORITIES: dict[Priority, Text] = {
    Priority.P0: N_("Immediate danger"),
    Priority.P1: N_("Emergency, within 24 hours"),
    Priority.P2: N_("Urgent, within 72 hours"),
    Priority.P3: N_("Normal, within 14 days"),
}
URGENT = frozenset({Priority.P0, Priority.P1})
NOT_URGENT = frozenset({Priority.P2, Priority.P3})
EVERY = URGENT | NOT_URGENT
