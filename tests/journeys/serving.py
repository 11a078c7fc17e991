"""The application as people meet it: gunicorn on a seeded database of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.databases import ROOT

GUNICORN = (sys.executable, "-m", "gunicorn", "--workers", "2")
PATIENCE = 20
"""Seconds for gunicorn to end on its own."""


@dataclass(frozen=True)
class Installation:
    """A served copy of Passerelle."""

    address: str
    environment: dict[str, str]
    log: Path

    def flask(self, *arguments: str) -> str:
        """What ``flask …`` printed on this installation's database."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def served(database_url: str, log: Path) -> Iterator[Installation]:
    """The demonstration of `make run`, on a free port, until the tests are done."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")
    }
    environment |= {"PASSERELLE_DATABASE_URL": database_url, "PASSERELLE_DEMO": "1"}
    with socket.create_server(("127.0.0.1", 0)) as port:
        address = f"http://127.0.0.1:{port.getsockname()[1]}"
        installation = Installation(address, environment, log)
        for part in ("reference", "demo"):
            installation.flask("seed", part)
        with log.open("w") as output:
            server = subprocess.Popen(
                [*GUNICORN, "--bind", f"fd://{port.fileno()}", "wsgi:create_app()"],
                cwd=ROOT,
                env=environment,
                pass_fds=[port.fileno()],
                stdout=output,
                stderr=output,
            )
            try:
                _wait_for(server, installation)
                yield installation
            finally:
                server.terminate()
                try:
                    server.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def _wait_for(server: subprocess.Popen[bytes], installation: Installation) -> None:
    """Until the first page is there; a server that could not start says why."""
    for _ in range(PATIENCE):
        assert server.poll() is None, installation.log.read_text()
        try:
            with urlopen(installation.address, timeout=3):  # noqa: S310 -- our own address
                return
        except TimeoutError:
            continue
    raise AssertionError(installation.log.read_text())
