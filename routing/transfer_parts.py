"""Parts of a file that a person may keep back when the case moves to another organisation.

Who the person is, where they live and how they can be reached safely always go: without them nobody
could help. To add a part, add an entry to ``PARTS``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.core.text import N_, Text


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the file."""

    label: Text
    facts: frozenset[str] = frozenset()
    """Facts that stay behind."""


ASSESSMENT, EARLIER_HELP = "assessment", "earlier-help"
PARTS: dict[str, Part] = {
    "return": Part(
        N_("The return: how, when, from where"),
        frozenset({"return-mode", "return-country", "returned-on", "government-request"}),
    ),
    "school-work": Part(
        N_("School, skills and wishes"),
        frozenset({
            "education", "literacy", "numeracy", "skills", "sector", "availability",
            "max-duration",
        }),
    ),
    "family-means": Part(
        N_("Family and means"),
        frozenset({"dependants", "child-ages", "income", "can-advance", "other-support"}),
    ),
    "health-protection": Part(
        N_("Health and protection"),
        frozenset({
            "accessibility", "vulnerability", "vulnerability-score", "medical",
            "specialty-needed", "conflicts",
        }),
    ),
    "papers": Part(
        N_("Papers and file"),
        frozenset({
            "documents", "dossier", "prior-assistance", "commitment", "funding-line", "group-size",
        }),
    ),
    ASSESSMENT: Part(N_("The first assessment and the plan")),
    EARLIER_HELP: Part(N_("Help that is over: earlier needs and where the person was sent")),
}  # fmt: skip
GROUNDS: dict[str, Text] = {
    "needs": N_("The other organisation can meet most of the needs"),
    "area": N_("The person moves to another area"),
    "age": N_("The person's age is outside our mandate"),
    "mandate": N_("Our mandate or programme does not allow us to go on"),
}
HANDOVERS: dict[str, Text] = {
    "meeting": N_("A meeting of both caseworkers"),
    "visit": N_("A joint visit to the person"),
    "call": N_("A call of both caseworkers"),
}
OFFERED, ACCEPTED, DECLINED, WITHDRAWN = "offered", "accepted", "declined", "withdrawn"
STATES: dict[str, Text] = {
    OFFERED: N_("Offered"),
    ACCEPTED: N_("Accepted"),
    DECLINED: N_("Declined"),
    WITHDRAWN: N_("Taken back"),
}


def kept_facts(struck: Iterable[str]) -> frozenset[str]:
    """The facts that stay behind when these parts are struck."""
    return frozenset(name for code in struck for name in PARTS[code].facts)
