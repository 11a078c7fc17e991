"""The summary of `make test` counts what happened, and a run that broke is never green."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.all_runs import Count, Run, counted, run_all

REPORT = """<testsuites>
  <testsuite tests="10" failures="2" errors="1" skipped="3"/>
  <testsuite tests="5" failures="0" errors="0" skipped="0"/>
</testsuites>"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(REPORT)
    return path


def test_errors_count_as_failed(report: Path) -> None:
    assert counted(report, exit_code=1) == Count(passed=9, failed=3, skipped=3)


def test_run_without_a_report_failed(tmp_path: Path) -> None:
    assert counted(tmp_path / "absent.xml", exit_code=3) == Count(failed=1)


def test_run_that_broke_beside_its_tests_failed(report: Path) -> None:
    report.write_text('<testsuites><testsuite tests="4" failures="0" errors="0"/></testsuites>')
    assert counted(report, exit_code=3) == Count(passed=4, failed=1)


def test_summary_ends_with_the_sum_of_all_runs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    writing = "import sys; open(sys.argv[-1].split('=')[1], 'w').write({!r})"
    good = '<testsuites><testsuite tests="4" failures="0" errors="0" skipped="1"/></testsuites>'
    runs = (
        Run("First", (sys.executable, "-c", writing.format(good))),
        Run("Second", (sys.executable, "-c", "raise SystemExit(2)")),
    )
    assert run_all(runs, tmp_path / "output").failed == 1
    assert capfd.readouterr().out.splitlines()[-1] == "3 passed, 1 failed, 1 skipped"
    summary = (tmp_path / "output" / "summary.txt").read_text().splitlines()
    assert len(summary) == 3
    assert summary[-1] == "3 passed, 1 failed, 1 skipped"
