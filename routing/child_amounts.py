"""What a scheme pays for children, by their age (protocol A.16; S2, box 1)."""

from __future__ import annotations

from collections.abc import Collection

PER_CHILD = frozenset({"child", "child-once"})
"""Ways of paying that are counted by children: every month, or once."""


def children_counted(ages: Collection[int], age_from: int | None, age_to: int | None) -> int:
    """How many children are between two ages in full years, both included; no bound: any age."""
    return sum(
        (age_from is None or age >= age_from) and (age_to is None or age <= age_to) for age in ages
    )
