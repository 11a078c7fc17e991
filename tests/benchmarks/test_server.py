"""P6: requests per second of the JSON proposals, against answers that do nothing, on the same server."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.core.db import WRITING
from tests import factories
from tests.benchmarks import synthetic
from tests.benchmarks.conftest import Promises
from tests.benchmarks.synthetic import World
from tests.databases import ROOT
from wsgi import create_app

SECONDS = 4.0
ROUNDS = 3
FACTS = ("born", "education", "sex", "population-group", "languages")


@pytest.fixture(scope="module")
def token(session: Session, address: str) -> str:
    """The access token of a caseworker."""
    marked = WRITING.set(True)
    factories.use(session)
    account = factories.Account.with_role("RC", factories.Organisation(key="sender"))
    account.tf_primary_method, account.tf_totp_secret = "authenticator", "{}"
    account.mf_recovery_codes = []
    session.commit()
    WRITING.reset(marked)
    with create_app({"database_url": address, "environment": "test"}).app_context():
        found: str = account.get_auth_token()
        return found


@pytest.fixture(scope="module")
def port(address: str, output: Path) -> Iterator[int]:
    """One gunicorn worker serving the directory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    environment = os.environ | {
        "PASSERELLE_DATABASE_URL": address,
        "PASSERELLE_ENVIRONMENT": "test",
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{number}", "--workers", "1",
               "--timeout", "300", "tests.benchmarks.server:app()"]  # fmt: skip
    with (output / "bench-server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_for(number)
            yield number
        finally:
            server.terminate()
            server.wait(30)


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def bodies(world: World, **parts: Any) -> list[bytes]:
    """The requests of many people."""
    found = []
    for person in synthetic.people(300, world, seed=6):
        cells = person.cells()
        facts: dict[str, Any] = {name: cells[name] for name in FACTS}
        facts["languages"] = list(person.languages)
        facts["location"] = {"lon": person.lon, "lat": person.lat}
        need = {"category": person.category, "country": "GN"}
        found.append(json.dumps({"facts": facts, "need": need, **parts}).encode())
    return found


class Client:
    """One program that asks without pause."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.headers = {"Authentication-Token": token, "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request(method, path, body, self.headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        assert answer.status == 200, content
        return content

    def per_second(self, method: str, path: str, several: list[bytes]) -> float:
        """Answers in a second."""
        begun = time.perf_counter()
        for count, body in enumerate(cycle(several or [b""]), start=1):
            self.ask(method, path, body or None)
            if time.perf_counter() - begun > SECONDS:
                return count / (time.perf_counter() - begun)
        raise AssertionError


def test_p6_requests_per_second(port: int, token: str, world: World, promises: Promises) -> None:
    client = Client(port, token)
    brief = bodies(world, only=["eligible"], overview=False, findings=False)
    full = bodies(world)
    proposals = "/api/v1/proposals"
    answer = json.loads(client.ask("POST", proposals, full[0]))
    assert len(answer["eligible"]) == 5
    asked = {
        "hello": ("GET", "/api/v1/hello", []),
        "hello, signed in": ("GET", "/api/v1/hello-signed-in", []),
        "proposals, five eligible": ("POST", proposals, brief),
        "proposals, everything": ("POST", proposals, full),
    }  # fmt: skip
    rates = dict.fromkeys(asked, 0.0)
    for _ in range(ROUNDS):
        for name, (method, path, several) in asked.items():
            rates[name] = max(rates[name], client.per_second(method, path, several))
    note = "; ".join(f"{name} {rate:.0f}/s" for name, rate in rates.items())
    five = rates["proposals, five eligible"]
    promises.keep("P6 endpoint", 100 * five / rates["hello"], "% of hello", least=30, note=note)
    whole = rates["proposals, everything"]
    promises.tell(
        "P6 with counts, questions and every finding", 100 * whole / rates["hello"], "% of hello"
    )
