"""A real Kannel between the application and telephones: texts out, reports back, answers in."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from directory.core import outbox
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.core.outbox import POST, MessageState, OutboxMessage
from routing.models import InboundStatement, Task
from tests.applications import application
from tests.gateways import HOST, SECRET, Kannel, free_ports, kannel, wait_for
from tests.routing.stories import NUMBER, Story

HOTLINE = "+224 600 00 00"
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Office:
    """An application that Kannel reaches, and that reaches Kannel."""

    app: Flask
    gateway: Kannel
    url: str

    def message(self, key: object) -> OutboxMessage:
        db.session.rollback()
        return db.session.get_one(OutboxMessage, key)

    def deliver(self, later: dt.timedelta = dt.timedelta(0)) -> int:
        return outbox.deliver(db.session, now=now() + later)

    def statements(self) -> list[InboundStatement]:
        db.session.rollback()
        return list(db.session.scalars(select(InboundStatement)))


@pytest.fixture
def office(own_database: str) -> Iterator[Office]:
    [port] = free_ports(1)
    url, before = f"http://{HOST}:{port}/api/gateway", POST._carrier
    with kannel(port) as gateway:
        settings = {
            "sms_url": gateway.url, "sms_user": "passerelle", "sms_password": SECRET,
            "sms_secret": SECRET, "sms_report_url": f"{url}/reports", "hotline": HOTLINE,
            "quiet_from": 7, "quiet_until": 7,
        }  # fmt: skip
        with application(own_database, **settings) as app, app.app_context():
            server = make_server(HOST, port, app, threaded=True)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield Office(app, gateway, url)
            finally:
                server.shutdown()
                thread.join()
                server.server_close()
                db.session.rollback()
                if before is not None:
                    POST.load(before)


def test_a_text_reaches_the_telephone_and_the_report_comes_back(office: Office) -> None:
    with transaction() as session:
        referral = Story(session, now()).sent()
        code, key = referral.code, f"referral:{referral.id}"
    [message] = [one for one in outbox.messages_about(db.session, key) if one.audience == "BEN"]
    identifier = message.id
    assert (message.channel, message.state) == ("sms", MessageState.QUEUED)
    db.session.rollback()

    office.deliver()

    [(number, text)] = wait_for(lambda: office.gateway.received)
    assert number == NUMBER
    assert text.startswith(f"Passerelle {code}: votre demande est envoyée.")
    assert text.endswith(f"appelez {HOTLINE}.")
    wait_for(lambda: office.message(identifier).state == MessageState.DELIVERED)
    assert office.message(identifier).reported_at is not None


def test_a_gateway_that_is_away_loses_nothing_and_repeats_nothing(office: Office) -> None:
    office.gateway.stop()
    with transaction() as session:
        referral = Story(session, now()).sent()
        key = f"referral:{referral.id}"
    for minutes in (0, 1, 6):
        office.deliver(minutes * MINUTE)
    [message] = [one for one in outbox.messages_about(db.session, key) if one.audience == "BEN"]
    assert (message.state, message.problem) == (MessageState.QUEUED, "gateway-unreachable")
    assert message.attempts == 3
    db.session.rollback()

    office.gateway.start()
    assert office.deliver(10 * MINUTE) == 0
    assert office.deliver(21 * MINUTE) == 1
    assert office.deliver(60 * MINUTE) == 0

    wait_for(lambda: office.gateway.received)
    assert [number for number, _ in office.gateway.received] == [NUMBER]


def test_what_a_telephone_writes_is_understood_and_answered(office: Office) -> None:
    """C-T23: the same message again has the same answer and no second effect."""
    with transaction() as session:
        referral = Story(session, now()).accepted()
        code, need = referral.code, referral.need_id

    words = f"Pas contactée {code.lower().replace('-', ' ')}"
    office.gateway.passes_on(*[f"{NUMBER} 1234 {words}"] * 3)

    answers = wait_for(lambda: len(office.gateway.received) == 3 and office.gateway.received)
    thanks = "Passerelle: merci, c'est noté. Votre agent s'en occupe. Vous pouvez aussi appeler"
    assert set(answers) == {(NUMBER, f"{thanks} {HOTLINE}.")}
    [statement] = office.statements()
    assert (statement.kind, statement.referral_id, statement.times) == (
        "not-contacted", referral.id, 3,
    )  # fmt: skip
    tasks = db.session.scalars(select(Task.kind).where(Task.need_id == need)).all()
    assert tasks.count("answer-not-contacted") == 1


def test_nobody_else_is_listened_to(office: Office) -> None:
    headers = {"X-Kannel-From": NUMBER, "Content-Type": "text/plain"}
    wrong: list[tuple[str, str] | None] = [None, ("kannel", "guess"), ("somebody", SECRET)]

    found = [
        requests.post(f"{office.url}/sms", data="STOP", headers=headers, auth=auth, timeout=9)
        for auth in wrong
    ]
    reports = [requests.get(f"{office.url}/reports?message=x&status=1", auth=auth, timeout=9)
               for auth in wrong]  # fmt: skip

    assert {answer.status_code for answer in [*found, *reports]} == {404}
    assert office.statements() == []
    right = requests.get(
        f"{office.url}/reports?message=x&status=1", auth=("kannel", SECRET), timeout=9
    )
    assert right.status_code == 422
