"""Fixtures of the journeys: a served demonstration, Chromium, and people who look at it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.databases import ROOT, Databases
from tests.journeys.browsing import Person
from tests.journeys.serving import Installation, served

PICTURES = ROOT / "test-output" / "journeys"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--lang=en-US",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

FAILED = pytest.StashKey[bool]()
Meet = Callable[..., Person]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that what its people saw last is kept."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def installation(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Installation]:
    """The demonstration that all journeys walk through."""
    log = tmp_path_factory.mktemp("server") / "gunicorn.log"
    with (
        databases.migrated(f"journeys_{worker_id}") as address,
        served(address, log) as installation,
    ):
        yield installation


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; it ends with its file, or its event loop would stop the sessions of the next."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def meet(
    browser: Browser, installation: Installation, request: pytest.FixtureRequest
) -> Iterator[Meet]:
    """Meet somebody with a browser of their own; what went wrong in it is told when the test ends.

    Pictures of one test go to ``test-output/journeys/<story>/<language>-<width>/``.
    """
    story = re.sub(r"^test_", "", request.node.originalname).replace("_", "-")
    numbers: dict[Path, Iterator[int]] = {}
    met: list[Person] = []

    def do(language: str = "fr", width: int = 1280, *, javascript: bool = True) -> Person:
        folder = PICTURES / story / f"{language}-{width}"
        if folder not in numbers:
            shutil.rmtree(folder, ignore_errors=True)
            numbers[folder] = count(1)
        person = Person.with_browser(
            browser, installation.address, language, width, folder, javascript=javascript
        )
        person.numbers = numbers[folder]
        met.append(person)
        return person

    yield do
    for person in met:
        if request.node.stash.get(FAILED, False):
            person.last_sight()
        person.leave()
    problems = list(dict.fromkeys(problem for person in met for problem in person.problems))
    assert problems == [], f"{len(problems)} problems; the server's log is {installation.log}"
