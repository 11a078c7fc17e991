"""Answers that one tap gives to a question, exact enough to settle what waits for it."""

from __future__ import annotations

from directory.core.text import N_, Text
from routing.fact_table import FACTS, Fact
from routing.forms.fact_inputs import control_of

MOST = 6
"""More answers than that are chosen from a list."""
_CYCLES: dict[str, tuple[int, int]] = {"GN": (6, 10), "SN": (6, 10), "ML": (6, 9), "GM": (6, 9)}
"""Last years of primary and of lower secondary school (``routing.education``)."""
NUMBERS: dict[str, tuple[tuple[str, Text], ...]] = {
    "dependants": (
        ("0", N_("Nobody")), ("1..2", N_("1 or 2")), ("3..5", N_("3 to 5")),
        ("6..60", N_("6 or more")),
    ),
    "availability": (
        ("40", N_("Full time")), ("20..39", N_("More than half time")),
        ("10..19", N_("Half days")), ("0..9", N_("A few hours")),
    ),
    "max-duration": (
        ("30", N_("One month")), ("90", N_("Three months")), ("180", N_("Six months")),
        ("365", N_("A year")), ("1095", N_("Longer")),
    ),
    "can-advance": (("0", N_("Nothing")),),
    "other-support": (("0", N_("Nothing")),),
}  # fmt: skip


def quick_answers(name: str, country: str) -> list[tuple[str, Text]]:
    """Values with their labels; none where the answer has to be typed or chosen from a list."""
    fact = FACTS[name]
    if control_of(fact) == "level":
        return _school(country)
    if control_of(fact) == "yes-no":
        return [("yes", N_("Yes")), ("no", N_("No"))]
    if name in NUMBERS:
        return list(NUMBERS[name])
    return _choices(fact)


def _choices(fact: Fact) -> list[tuple[str, Text]]:
    choices = fact.shape.choices or {}
    is_short = control_of(fact) == "choice" and len(choices) <= MOST
    return list(choices.items()) if is_short else []


def _school(country: str) -> list[tuple[str, Text]]:
    """Never, primary, lower secondary, beyond: the steps at which most conditions stand."""
    if country not in _CYCLES:
        return [("none", N_("Never went")), ("isced:1", N_("Primary school completed"))]
    ladder, (primary, lower) = country.lower(), _CYCLES[country]
    return [
        ("none", N_("Never went")),
        (f"{ladder}:1..{ladder}:{primary}", N_("Years 1 to {last}", last=primary)),
        (
            f"{ladder}:{primary + 1}..{ladder}:{lower}",
            N_("Years {first} to {last}", first=primary + 1, last=lower),
        ),
        (f"{ladder}:{lower + 1}..isced:8", N_("Beyond year {last}", last=lower)),
    ]
