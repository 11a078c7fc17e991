"""When a file may be opened in an emergency, what is shown, and how it is reviewed (trust.md C.4.1).

To add a reason, add an entry to ``REASONS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction

from directory.core.text import N_, Text
from routing.priorities import URGENT, Priority

MINUTES = 60
SHORTEST_REASON = 30
"""Letters; blanks at the ends do not count."""
REVIEW_WORKING_DAYS = 1
REASONS: dict[str, Text] = {
    "life-danger": N_("The person's life is in danger"),
    "violence-now": N_("Violence is happening or announced"),
    "medical-emergency": N_("Medical emergency"),
    "acute-mental-crisis": N_("Acute mental crisis"),
    "child-alone": N_("A child is alone or missing"),
}
VERDICTS: dict[str, Text] = {
    "justified": N_("Justified"),
    "not-justified": N_("Not justified"),
    "incident": N_("Incident: the opening is investigated"),
}
SUBSET = frozenset({"born", "sex", "languages", "accessibility", "residence"})
"""Facts shown at once: what help on the spot needs (protocol A.5, column ●). With them come the name
and the safe contacts; the rest only for a second reason.
"""
WHEREABOUTS = frozenset({"residence", "location"})
"""Never shown for somebody who is in a place whose address is hidden, whatever the reason."""


def shown_facts(*, widened: bool, hidden_place: bool, known: Iterable[str]) -> frozenset[str]:
    """Which of the known facts an opening shows."""
    found = frozenset(known) if widened else frozenset(known) & SUBSET
    return found - WHEREABOUTS if hidden_place else found


def opening_problems(priority: Priority | None, code: str, reason: str) -> dict[str, Text]:
    """What is missing before a file may be opened, by field."""
    problems: dict[str, Text] = {}
    if priority not in URGENT:
        problems["priority"] = N_("Only an immediate danger or an emergency opens a file.")
    if code not in REASONS:
        problems["reason_code"] = N_("Please choose a reason.")
    if not is_reason(reason):
        problems["reason"] = N_(
            "Say what is happening, in at least {letters} letters.", letters=SHORTEST_REASON
        )
    return problems


def is_reason(text: str) -> bool:
    """Whether a reason says enough."""
    return len(text.strip()) >= SHORTEST_REASON


def share_on_time(reviewed_on_time: int, due: int) -> Fraction | None:
    """Share of the reviews that were due which came on time; nothing when none was due."""
    return Fraction(reviewed_on_time, due) if due else None


def closes_at(opened_at: dt.datetime) -> dt.datetime:
    """When the file closes by itself."""
    return opened_at + dt.timedelta(minutes=MINUTES)
