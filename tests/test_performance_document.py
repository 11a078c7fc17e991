"""docs/performance.md names every measurement and every promise that a measurement judges."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from directory.core.config import ROOT
from tests.databases import VARIABLE

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


def test_measurements_run_where_the_suite_leaves_out_what_needs_no_database() -> None:
    """On PostGIS, as ``make bench`` does: none of them is taken for a test that has run already."""
    environment = {**os.environ, VARIABLE: "postgresql://nobody@127.0.0.1:1/none"}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", str(BENCHMARKS[0].parent)]

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    collected = {line.split("::")[0] for line in done.stdout.splitlines() if "::" in line}
    assert collected == {str(path.relative_to(ROOT)) for path in BENCHMARKS}
