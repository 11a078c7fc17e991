"""The whole suite: on SpatiaLite, on PostGIS, then the browser journeys.

``python -m tests.all_runs``. The last line printed is the sum of all runs,
``N passed, N failed, N skipped``; an error counts as failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.databases import ROOT, VARIABLE

OUTPUT = ROOT / "test-output"
PYTEST = (sys.executable, "-m", "pytest", "-q")
PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-m")


@dataclass(frozen=True)
class Run:
    """One run of pytest, with the database it is about."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Count:
    """What became of the tests of one or several runs."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


RUNS = (
    Run("SpatiaLite", (*PYTEST, *PARALLEL, "not journey")),
    Run(
        "PostGIS",
        (sys.executable, "-m", "tests.databases", "--", *PYTEST, *PARALLEL, "not journey"),
    ),
    Run("Browser journeys", (*PYTEST, *PARALLEL, "journey")),
)


def counted(report: Path, exit_code: int) -> Count:
    """The tests in a JUnit report; a run that broke beside its tests counts one failure."""
    count = Count()
    if report.exists():
        root = ElementTree.parse(report).getroot()  # noqa: S314 -- written by pytest just now
        for suite in root.iter("testsuite"):
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            count += Count(int(suite.get("tests", 0)) - failed - skipped, failed, skipped)
    broken = exit_code != 0 and count.failed == 0
    return count + Count(failed=1) if broken else count


def run_all(runs: Iterable[Run], output: Path = OUTPUT) -> Count:
    """Run everything, whatever fails, and print one summary."""
    output.mkdir(exist_ok=True)
    lines, total = [], Count()
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    for run in runs:
        print(f"\n== {run.name} ==", flush=True)
        report = output / f"{run.name.lower().replace(' ', '-')}.xml"
        report.unlink(missing_ok=True)
        begun = time.monotonic()
        done = subprocess.run(
            [*run.command, f"--junitxml={report}"], cwd=ROOT, env=environment, check=False
        )
        count = counted(report, done.returncode)
        lines.append(f"{run.name:<18} {count} in {time.monotonic() - begun:.0f} s")
        total += count
    summary = "\n".join([*lines, str(total)])
    (output / "summary.txt").write_text(f"{summary}\n")
    print(f"\n== Summary ==\n{summary}", flush=True)
    return total


if __name__ == "__main__":
    sys.exit(1 if run_all(RUNS).failed else 0)
