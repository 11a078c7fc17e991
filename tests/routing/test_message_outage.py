"""Mail server and SMS gateway away for an hour in the middle of 200 referrals: each message arrives
once, none is lost, and the screens say "queued" meanwhile.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.config import Settings
from directory.core.db import db, transaction
from directory.core.outbox import POST, MessageState, OutboxMessage
from directory.operations.delivery import Delivery
from routing.models import Referral
from routing.queries.message_words import writer
from tests.applications import application
from tests.gateways import HOST, SECRET, Kannel, MailServer, kannel, mail_server, wait_for
from tests.routing.browser import Browser, SignIn
from tests.routing.stories import Story

BEFORE, DURING = 100, 100
STEP = dt.timedelta(minutes=5)
CODE = re.compile(r"\b[2-9A-Z]{3}-[2-9A-Z]{3}\b")


@dataclass
class Outside:
    """The mail server and the gateway."""

    mail: MailServer
    sms: Kannel

    @property
    def mails(self) -> Counter[str]:
        """How often a mail about each referral came."""
        return Counter(CODE.findall(" ".join(one.get_content() for one in self.mail.box.mails)))

    @property
    def texts(self) -> Counter[str]:
        return Counter(CODE.findall(" ".join(text for _, text in self.sms.received)))

    def settings(self) -> Settings:
        return Settings(
            environment="test", smtp_host=HOST, smtp_port=self.mail.port, smtp_tls="none",
            sms_url=self.sms.url, sms_user="passerelle", sms_password=SECRET,
        )  # fmt: skip


@pytest.fixture
def outside() -> Iterator[Outside]:
    before = POST._carrier
    with mail_server() as mail, kannel() as sms:
        found = Outside(mail, sms)
        POST.load(Delivery(found.settings(), writer("")))
        yield found
    if before is not None:
        POST.load(before)


@pytest.fixture
def screen(app: Flask, sign_in: SignIn) -> Callable[[Story], Browser]:
    return lambda story: Browser(sign_in(app.test_client(), story.accounts["RC"]))


@pytest.mark.slow
def test_an_hour_without_mail_and_sms_in_the_middle_of_200_referrals(
    session: Session, now: dt.datetime, outside: Outside, screen: Callable[[Story], Browser]
) -> None:
    story = Story(session, now)
    case, listing, codes = story.case(), story.listing(places=None), []

    def send(number: int) -> Referral:
        referral = None
        for _ in range(number):
            referral = story.sent(story.need(case), listing)
            codes.append(referral.code)
        assert referral is not None
        return referral

    def deliver() -> int:
        return outbox.deliver(session, now=story.now, limit=1000)

    send(BEFORE)
    assert deliver() == 2 * BEFORE

    outside.mail.stop()
    outside.sms.stop()
    for minutes in range(0, 60, 5):
        last = send(DURING // 12 + (DURING % 12 if minutes == 0 else 0))
        assert deliver() == 0
        story.now += STEP
    browser = screen(story)
    assert "queued, waiting to be sent" in browser.get(f"/referrals/{last.id}")
    assert "sent" not in {line.state for line in states(session, last)}
    assert outside.mails.total() == BEFORE

    outside.mail.start()
    outside.sms.start()
    while waiting(session):
        assert story.now < now + dt.timedelta(hours=6)
        deliver()
        story.now += STEP

    wait_for(lambda: outside.texts.total() >= len(codes))
    once = dict.fromkeys(codes, 1)
    assert len(once) == BEFORE + DURING
    assert outside.mails == once
    assert outside.texts == once
    assert "queued" not in browser.get(f"/referrals/{last.id}")
    assert {line.state for line in states(session, last)} == {MessageState.SENT}


def states(session: Session, referral: Referral) -> list[OutboxMessage]:
    return outbox.messages_about(session, f"referral:{referral.id}")


def waiting(session: Session) -> bool:
    query = select(OutboxMessage.id).where(OutboxMessage.sent_at.is_(None)).limit(1)
    return session.scalars(query).first() is not None


def test_two_workers_send_each_message_once(own_database: str, now: dt.datetime) -> None:
    """They begin at the same instant, on a database of their own, and share the work."""
    before = POST._carrier
    with (
        mail_server() as mail,
        application(own_database, smtp_host=HOST, smtp_port=mail.port, smtp_tls="none") as app,
    ):
        with app.app_context(), transaction() as session:
            for number in range(30):
                outbox.announce(
                    session, template="news", recipient=f"a{number}@example.org", now=now,
                    subject="listing:7",
                )  # fmt: skip
        ready, sent = threading.Barrier(2), []

        def work() -> None:
            with app.app_context():
                ready.wait()
                sent.append(outbox.deliver(db.session, now=now))

        workers = [threading.Thread(target=work) for _ in range(2)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    if before is not None:
        POST.load(before)
    assert sum(sent) == 30
    assert sorted(mail.recipients) == sorted(f"a{number}@example.org" for number in range(30))
