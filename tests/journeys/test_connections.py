"""A browser that opens connections before it needs them keeps nobody waiting."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.journeys.serving import Installation

pytestmark = pytest.mark.journey

IDLE = 20
"""More than the workers and threads of the served demonstration could wait for in that time."""
PATIENCE = 20
"""Seconds."""


def test_idle_connections_keep_nobody_waiting(installation: Installation) -> None:
    server = urlsplit(installation.address)
    with ExitStack() as connections:
        for _ in range(IDLE):
            opened = socket.create_connection((server.hostname, server.port))
            connections.enter_context(opened)
        with urlopen(installation.address, timeout=PATIENCE) as answer:  # noqa: S310 -- our own
            assert answer.status == 200
