"""Mail on a real server: what it takes, what it refuses, and what happens while it is away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.core.config import Settings
from directory.core.outbox import (
    MessageState,
    OutboxMessage,
    announce,
    drop,
    mark_read,
)
from directory.message_channels import CHANNELS, chosen
from directory.operations.delivery import (
    BACK_OFF,
    LEASE,
    Delivery,
    counts,
    problems,
    record_report,
    retry_failed,
)
from tests.gateways import HOST, MailServer, free_ports, mail_server

ADDRESS = "awa@example.org"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


def write(_session: Session, message: OutboxMessage) -> tuple[str, str]:
    return "Passerelle : à lire", f"Il y a du nouveau : {message.template}. Ça va ?"


def delivery(port: int, **more: Any) -> Delivery:
    settings = Settings(
        environment="test", smtp_host=HOST, smtp_port=port, smtp_tls="none",
        smtp_from="Passerelle <no-reply@passerelle.example>",
    )  # fmt: skip
    return Delivery(replace(settings, **more), write)


def queue(session: Session, now: dt.datetime, recipient: str = ADDRESS) -> OutboxMessage:
    message = announce(
        session, template="news", recipient=recipient, subject="x:1", now=now, channel="email"
    )
    session.flush()
    return message


def send(carrier: Delivery, session: Session, now: dt.datetime, limit: int = 100) -> int:
    return carrier.deliver(session, now=now, limit=limit, on_this_machine=False)


def test_a_mail_says_who_to_whom_and_in_which_language(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    message = queue(session, now)

    assert send(delivery(server.port), session, now) == 1

    [mail] = server.box.mails
    assert mail["To"] == ADDRESS
    assert mail["From"] == "Passerelle <no-reply@passerelle.example>"
    assert mail["Subject"] == "Passerelle : à lire"
    assert mail["Message-ID"] == f"<{message.id}@passerelle.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "Il y a du nouveau : news. Ça va ?"
    assert (message.state, message.sent_at, message.attempts) == (MessageState.SENT, now, 1)


def test_a_sent_mail_is_not_sent_again(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    queue(session, now)
    carrier = delivery(server.port)

    assert [send(carrier, session, now + n * LEASE) for n in range(3)] == [1, 0, 0]
    assert server.recipients == [ADDRESS]


def test_an_address_that_does_not_exist_fails_at_once(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    server.box.refusing = {ADDRESS: "550 no such user"}
    message, other = queue(session, now), queue(session, now, "other@example.org")

    assert send(delivery(server.port), session, now) == 1

    assert (message.state, message.problem) == (MessageState.FAILED, "smtp-550")
    assert other.state is MessageState.SENT
    assert problems(session) == [("smtp-550", 1)]


def test_a_mail_that_is_put_off_is_tried_again_and_others_go(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    server.box.refusing = {ADDRESS: "451 come back later"}
    message, other = queue(session, now), queue(session, now, "other@example.org")
    carrier = delivery(server.port)

    assert send(carrier, session, now) == 1
    assert (message.state, message.next_at) == (MessageState.QUEUED, now + MINUTE)
    assert other.state is MessageState.SENT
    server.box.refusing = {}
    assert send(carrier, session, now) == 0
    assert send(carrier, session, now + MINUTE) == 1
    assert message.problem is None


def test_tries_are_further_and_further_apart_until_it_has_failed(
    session: Session, now: dt.datetime
) -> None:
    """1, 5, 15 minutes, 1, 4, 12 and 24 hours; then somebody must look."""
    carrier = delivery(*free_ports(1))
    message, at = queue(session, now), now
    waits = []
    while message.state is MessageState.QUEUED:
        assert send(carrier, session, at) == 0
        waits.append(message.next_at - at)
        at = message.next_at
        session.refresh(message)
    assert waits[: len(BACK_OFF)] == list(BACK_OFF)
    assert [wait // MINUTE for wait in BACK_OFF] == [1, 5, 15, 60, 240, 720, 1440]
    assert (message.state, message.problem) == (MessageState.FAILED, "smtp-unreachable")
    assert message.attempts == len(BACK_OFF) + 1


def test_a_server_that_is_away_is_asked_once_a_run(session: Session, now: dt.datetime) -> None:
    carrier = delivery(*free_ports(1))
    found = [queue(session, now, f"a{number}@example.org") for number in range(5)]

    send(carrier, session, now)

    assert [message.attempts for message in found].count(0) == 4
    assert {message.state for message in found} == {MessageState.QUEUED}


def test_failed_messages_are_tried_again_when_somebody_says_so(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    server.box.refusing = {ADDRESS: "550 no such user"}
    message, carrier = queue(session, now), delivery(server.port)
    send(carrier, session, now)
    server.box.refusing = {}

    assert retry_failed(session, now=now) == 1
    assert send(carrier, session, now) == 1
    session.refresh(message)
    assert counts(session) == [("email", MessageState.SENT, 1)]


def test_a_server_without_encryption_gets_nothing_where_encryption_is_asked_for(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    message = queue(session, now)

    assert send(delivery(server.port, smtp_tls="starttls"), session, now) == 0

    assert server.box.mails == []
    assert (message.state, message.problem) == (MessageState.QUEUED, "smtp-no-tls")


def test_a_claim_of_a_worker_that_died_is_taken_over(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    message = queue(session, now)
    message.state, message.next_at, message.attempts = MessageState.SENDING, now + LEASE, 1
    session.flush()
    carrier = delivery(server.port)

    assert send(carrier, session, now + LEASE - MINUTE) == 0
    assert send(carrier, session, now + LEASE) == 1
    assert server.recipients == [ADDRESS]


def test_what_nobody_can_put_into_words_fails_and_stops_nobody(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    message, other = queue(session, now), queue(session, now, "other@example.org")

    def wrong(_session: Session, row: OutboxMessage) -> tuple[str, str]:
        if row.id == message.id:
            raise KeyError("day")
        return "s", "b"

    assert send(Delivery(delivery(server.port).settings, wrong), session, now) == 1
    assert (message.state, message.problem) == (MessageState.FAILED, "not-written")
    assert other.state is MessageState.SENT


def test_a_request_hands_over_nothing_that_needs_a_network(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    mail = queue(session, now)
    page = announce(
        session, template="news", recipient=ADDRESS, subject="x:1", now=now, channel="in-app"
    )
    carrier = delivery(server.port)

    assert carrier.deliver(session, now=now, limit=9, on_this_machine=True) == 1

    assert (mail.state, page.state) == (MessageState.QUEUED, MessageState.SENT)
    assert server.box.mails == []


def test_at_night_a_message_to_a_person_waits_and_one_to_an_account_goes(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    night = now.replace(hour=22)
    person = announce(
        session, template="news", recipient="p@example.org", subject="x:1", now=night,
        channel="email", country="GN",
    )  # fmt: skip
    account, carrier = queue(session, night), delivery(server.port)

    assert send(carrier, session, night) == 1
    assert (account.state, person.state) == (MessageState.SENT, MessageState.QUEUED)
    morning = (night + dt.timedelta(days=1)).replace(hour=7)
    assert person.next_at == morning
    assert send(carrier, session, morning) == 1


def test_what_is_taken_back_is_not_sent(
    session: Session, server: MailServer, now: dt.datetime
) -> None:
    message, other = queue(session, now), queue(session, now, "other@example.org")
    carrier = delivery(server.port)

    assert drop(session, recipient=ADDRESS.upper()) == 1
    assert send(carrier, session, now) == 1
    assert (message.state, other.state) == (MessageState.DROPPED, MessageState.SENT)
    assert drop(session, subject="x:1") == 0
    with pytest.raises(ValueError, match="dropped"):
        drop(session)


def test_a_message_is_read_by_whom_it_was_written_to(session: Session, now: dt.datetime) -> None:
    mine, other = queue(session, now), queue(session, now, "other@example.org")

    assert mark_read(session, "other@example.org", now=now, ids=[mine.id]) == 0
    assert mark_read(session, ADDRESS, now=now) == 1
    assert mark_read(session, ADDRESS, now=now) == 0
    assert (mine.read_at, other.read_at) == (now, None)


@pytest.mark.parametrize(
    ("kind", "state", "new"),
    [
        (1, MessageState.DELIVERED, True),
        (2, MessageState.FAILED, True),
        (16, MessageState.FAILED, True),
        (8, MessageState.SENT, False),
    ],
)
def test_reports_of_the_gateway(
    session: Session, now: dt.datetime, kind: int, state: MessageState, new: bool
) -> None:
    message = queue(session, now)
    message.state, message.sent_at = MessageState.SENT, now
    session.flush()

    assert record_report(session, message.id, kind, now=now) is new
    assert message.state is state
    assert retry_failed(session, now=now) == 0


def test_the_first_channel_that_takes_the_address_is_chosen() -> None:
    mail, sms = {"smtp_host": "mail"}, {"sms_url": "http://kannel"}
    expected = {
        (ADDRESS, ""): "in-app", (ADDRESS, "mail"): "email", ("+224620123456", ""): "log",
        ("+224620123456", "sms"): "sms", ("PA of organisation:7", "mail"): "log",
    }  # fmt: skip
    found = {
        (address, given): chosen(
            address, Settings(**({"mail": mail, "sms": sms}.get(given, {})))
        ).name
        for address, given in expected
    }
    assert found == expected
    assert set(CHANNELS) == {"email", "in-app", "log", "sms"}
