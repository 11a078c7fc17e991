"""School grades of several countries on one ordered scale, through ISCED 2011.

Structures: Guinea and Senegal 6-4-3, The Gambia 6-3-3 (UNESCO ISCED mappings as reproduced by
gn.eduvodafrica.com and sn.eduvodafrica.com, WHED for Guinea, US Embassy Banjul for The Gambia);
Mali 6-3-3 (enseignement fondamental of nine years, then three; law 99-046). Within one ladder the
order is exact; across ladders a grade counts as the share of its ISCED level that is completed, so
that the end of a cycle is the end of a cycle everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from directory.core.text import N_, Text


@dataclass(frozen=True, slots=True)
class Grade:
    """A completed year of school, or a level."""

    code: str
    label: Text
    position: Fraction
    """Completed ISCED levels: 1 is all of primary school, 3/2 half of lower secondary."""


_NAMES: dict[str, tuple[Text, ...]] = {
    "gn": (
        *(N_("Year {number} (Guinea)", number=number) for number in range(1, 13)),
        N_("Terminale (Guinea)"),
    ),
    "sn": (
        N_("CI (Senegal)"), N_("CP (Senegal)"), N_("CE1 (Senegal)"), N_("CE2 (Senegal)"),
        N_("CM1 (Senegal)"), N_("CM2 (Senegal)"),
        N_("6e (Senegal)"), N_("5e (Senegal)"), N_("4e (Senegal)"), N_("3e (Senegal)"),
        N_("Seconde (Senegal)"), N_("Première (Senegal)"), N_("Terminale (Senegal)"),
    ),
    "ml": (
        *(N_("Year {number} (Mali)", number=number) for number in range(1, 12)),
        N_("Terminale (Mali)"),
    ),
    "gm": tuple(N_("Grade {number} (The Gambia)", number=number) for number in range(1, 13)),
}  # fmt: skip
_CYCLES: dict[str, tuple[int, int, int]] = {
    "gn": (6, 4, 3),
    "sn": (6, 4, 3),
    "ml": (6, 3, 3),
    "gm": (6, 3, 3),
}
_LEVELS: tuple[tuple[str, Text], ...] = (
    ("none", N_("No completed year of school")),
    ("isced:1", N_("Primary school completed")),
    ("isced:2", N_("Lower secondary school completed")),
    ("isced:3", N_("Upper secondary school completed")),
    ("isced:4", N_("Post-secondary training completed")),
    ("isced:5", N_("Short higher education completed")),
    ("isced:6", N_("Bachelor's degree")),
    ("isced:7", N_("Master's degree")),
    ("isced:8", N_("Doctorate")),
)


def _ladder(country: str) -> Iterator[Grade]:
    number = 0
    for level, years in enumerate(_CYCLES[country]):
        for year in range(1, years + 1):
            yield Grade(
                f"{country}:{number + 1}", _NAMES[country][number], level + Fraction(year, years)
            )
            number += 1


GRADES: dict[str, Grade] = {
    grade.code: grade
    for grade in (
        *(Grade(code, label, Fraction(level)) for level, (code, label) in enumerate(_LEVELS)),
        *(grade for country in _CYCLES for grade in _ladder(country)),
    )
}
"""Every grade by its code: ``gn:10`` is the Guinean 10ᵉ année, ``sn:10`` the Senegalese 3ᵉ."""

ALIASES: dict[str, str] = {
    "gn:terminale": "gn:13",
    "sn:terminale": "sn:13",
    "ml:terminale": "ml:12",
    "isced:0": "none",
}


def position(code: str) -> Fraction:
    """Where the grade stands on the common scale."""
    return GRADES[code].position
