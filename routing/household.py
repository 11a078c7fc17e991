"""What one adult of a household may be shown of the others (protocol A.16).

Another adult's referrals are never shown: a violent partner must not learn of them. Help for the whole
household is everybody's; a child's is shown to the adults, but for what may concern violence at home.
"""

from __future__ import annotations

from dataclasses import dataclass

FOR_ALL = frozenset({"housing", "cash"})
"""Help that is for the household as a whole."""
NEVER_SHARED = frozenset({"protection", "child-protection", "psychosocial", "medical", "legal"})
"""Kinds of help that only the person themselves is shown."""


@dataclass(frozen=True, slots=True)
class Person:
    """One member, as far as the rule looks at them."""

    number: int
    is_child: bool


def may_be_shown(reader: Person, subject: Person, category: str) -> bool:
    """Whether a sheet for ``reader`` may show that ``subject`` needs, or was sent to, such help."""
    if reader.number == subject.number:
        return True
    if reader.is_child or category in NEVER_SHARED:
        return False
    return subject.is_child or category in FOR_ALL
