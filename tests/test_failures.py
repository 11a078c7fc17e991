"""The failures F1 to F34 of protocol A.19: each has a test that carries its number."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

FAILURES = frozenset(range(1, 35))
NUMBERED = re.compile(r"^\s*def test_f(\d{2})_\w+", re.MULTILINE)
"""``test_f05_every_reason_is_named``: two digits, then what is shown."""


def numbered_tests() -> dict[int, list[str]]:
    """The files with tests of each failure."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for path in Path(__file__).parent.rglob("test_*.py"):
        for number in NUMBERED.findall(path.read_text()):
            found[int(number)].append(path.name)
    return dict(found)


def test_every_recurring_failure_has_its_test() -> None:
    assert sorted(FAILURES - set(numbered_tests())) == []


def test_no_test_carries_a_number_that_does_not_exist() -> None:
    assert sorted(set(numbered_tests()) - FAILURES) == []
