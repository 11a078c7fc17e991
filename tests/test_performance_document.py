"""docs/performance.md names every measurement and every promise that a measurement judges."""

from __future__ import annotations

import re
from pathlib import Path

from directory.core.config import ROOT

BENCHMARKS = sorted((ROOT / "tests" / "benchmarks").glob("test_*.py"))
DOCUMENT = (ROOT / "docs" / "performance.md").read_text("utf-8")


def promises(path: Path) -> set[str]:
    """The numbers of the promises that a file judges or tells."""
    return set(re.findall(r'f?"(P\d+) ', path.read_text("utf-8")))


def test_every_file_stands_beside_its_promises() -> None:
    assert BENCHMARKS
    for path in BENCHMARKS:
        (row,) = re.findall(rf"^\| `{path.name}` \|(.*?)\|", DOCUMENT, re.MULTILINE)
        assert set(re.findall(r"P\d+", row)) == promises(path), path.name


def test_every_promise_has_its_figures() -> None:
    shown = set(re.findall(r"^\| (P\d+) ", DOCUMENT, re.MULTILINE))
    assert shown == {number for path in BENCHMARKS for number in promises(path)}
