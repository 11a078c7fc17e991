"""A real Kannel with its fake operator, and a real mail server, each started and stopped at will.

They listen on this machine only, on ports that were free; Kannel runs as ``nobody`` where the tests
run as root.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
FAKE_OPERATOR = Path("/usr/lib/kannel/test/fakesmsc")
SECRET = "the-secret-of-the-gateway-in-these-tests"
CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = {secret}
smsbox-port = {box}
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"
store-type = file
store-location = "{folder}/store"

group = smsc
smsc = fake
smsc-id = FAKE
port = {operator}
connect-allow-ip = "127.0.0.1"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}

group = sendsms-user
username = passerelle
password = {secret}
max-messages = 1

group = sms-service
keyword = default
catch-all = true
post-url = "http://kannel:{secret}@127.0.0.1:{application}/api/gateway/sms"
send-sender = true
omit-empty = true
max-messages = 1
"""
RECEIVED = re.compile(r"Got message \d+: <(\S+) (\S+) text (.*)>")


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind((HOST, 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for(found: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What ``found`` gives as soon as it gives something; fails after so long."""
    end = time.monotonic() + seconds
    while not (value := found()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain")
        time.sleep(0.05)
    return value


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with closing(socket.socket()) as one:
        return one.connect_ex((HOST, port)) == 0


@dataclass
class Kannel:
    """Bearerbox, smsbox and the fake operator in a folder of their own."""

    folder: Path
    application: int
    """Port on which the application answers the gateway."""
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("admin", "box", "operator", "http")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        text = CONFIGURATION.format(
            secret=SECRET, folder=self.folder, application=self.application, **self.ports
        )
        (self.folder / "kannel.conf").write_text(text)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.ports['http']}/cgi-bin/sendsms"

    def start(self) -> None:
        self._run("bearerbox", "/usr/sbin/bearerbox", "-v", "1", "kannel.conf")
        wait_for(lambda: is_open(self.ports["box"]) and is_open(self.ports["operator"]))
        self._run("smsbox", "/usr/sbin/smsbox", "-v", "1", "kannel.conf")
        wait_for(lambda: is_open(self.ports["http"]))
        if "operator" not in self.running:
            self.operate()
        wait_for(lambda: "Connecting" in self.log("operator"))

    def stop(self) -> None:
        """The gateway is down; what the operator has received stays known."""
        for name in ("smsbox", "bearerbox", "operator"):
            process = self.running.pop(name, None)
            if process is not None:
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def operate(self, *messages: str, interval: float = 0.01) -> None:
        """The fake operator connects, and first passes on what telephones send.

        A message is ``sender receiver text``.
        """
        written = [f"{one.split(' ', 2)[0]} {one.split(' ', 2)[1]} text {one.split(' ', 2)[2]}"
                   for one in messages]  # fmt: skip
        self._run(
            "operator", str(FAKE_OPERATOR), "-H", HOST, "-r", str(self.ports["operator"]),
            "-i", str(interval), "-m", str(len(messages)), *(written or ["1 2 text none"]),
        )  # fmt: skip

    def passes_on(self, *messages: str) -> None:
        """Telephones send these messages, through a connection of their own."""
        process = self.running.pop("operator")
        process.terminate()
        process.wait()
        self.operate(*messages)

    @property
    def received(self) -> list[tuple[str, str]]:
        """Number and text of every message that telephones have got."""
        return [(to, text) for _, to, text in RECEIVED.findall(self.log("operator"))]

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _run(self, name: str, *command: str) -> None:
        user = "nobody" if os.geteuid() == 0 else None
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                user=user, group="nogroup" if user else None, extra_groups=[] if user else None,
            )  # fmt: skip


@contextmanager
def kannel(application: int = 1) -> Iterator[Kannel]:
    """A gateway that is up; the test is skipped where Debian's packages are not installed."""
    if not FAKE_OPERATOR.exists() or not shutil.which("bearerbox", path="/usr/sbin:/usr/bin"):
        pytest.skip("Kannel is not installed: kannel and kannel-extras")
    folder = Path(tempfile.mkdtemp(prefix="passerelle-kannel-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    gateway = Kannel(folder, application)
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Box:
    """Keeps every mail; refuses whom it is told to."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refusing: dict[str, str] = {}
        """Answer of the server by address."""

    async def handle_RCPT(  # noqa: N802 -- the library's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refusing:
            return self.refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.mails.append(BytesParser(policy=default).parsebytes(envelope.original_content or b""))
        return "250 Message accepted for delivery"


@dataclass
class MailServer:
    """A mail server on loopback."""

    port: int
    box: Box = field(default_factory=Box)
    options: dict[str, Any] = field(default_factory=dict)
    controller: Controller | None = None

    def start(self) -> None:
        self.controller = Controller(self.box, hostname=HOST, port=self.port, **self.options)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.box.mails]


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A mail server that is up."""
    [port] = free_ports(1)
    server = MailServer(port, options=options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
