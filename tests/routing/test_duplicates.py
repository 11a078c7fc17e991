"""C-T23: what is sent again because an answer was lost acts once, in whatever order it comes."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.outbox import OutboxMessage
from directory.models import Account, Capacity, Listing
from directory.who import Who
from routing.models import (
    ContactAttempt,
    Disclosure,
    FollowUp,
    PersonAnswer,
    Referral,
    ReferralEvent,
    Task,
)
from tests import factories
from tests.routing.screens import Seat
from tests.routing.stories import Story

pytestmark = pytest.mark.slow

STORIES = 10
MOST_AT_ONCE = 4
"""A command is sent up to five times before the next one."""
COUNTED = (
    Referral, ReferralEvent, ContactAttempt, Disclosure, FollowUp, PersonAnswer, Task, OutboxMessage,
)  # fmt: skip


@dataclass
class Sender:
    """A program on a poor line: it sends again what it has sent before, now or later."""

    clients: dict[str, FlaskClient]
    dice: random.Random | None
    sent: list[tuple[str, str, dict[str, Any], Any]] = field(default_factory=list)
    duplicates: int = 0

    def says(self, who: str, path: str, **body: Any) -> Any:
        """Send a command for the first time, then what was thought lost."""
        body |= {"role": who[:2], "idempotency_key": f"command-{len(self.sent):03}"}
        if path.startswith("/needs") or path.endswith("/reroute"):
            del body["role"]
        answer = self._send(who, path, body)
        self.sent.append((who, path, body, answer))
        if self.dice is not None:
            again = [self.sent[-1]] * self.dice.randint(0, MOST_AT_ONCE)
            earlier = self.dice.sample(self.sent, len(self.sent))
            for one in [*again, *earlier]:
                self._again(*one)
        return answer

    def _again(self, who: str, path: str, body: dict[str, Any], first: Any) -> None:
        answer = self._send(who, path, body)
        self.duplicates += 1
        same = {"id", "event", "number", "step"} & set(first)
        assert {name: answer[name] for name in same} == {name: first[name] for name in same}, path

    def _send(self, who: str, path: str, body: dict[str, Any]) -> Any:
        answer = self.clients[who].post(f"/api/v1{path}", json=body)
        assert answer.status_code in (200, 201), (path, answer.json)
        return answer.json


def tell(story: Story, second: Listing, sender: Sender) -> None:
    """Refused by one provider and helped by the next, who offers ``second``."""
    need, first = story.need(), story.listing()
    story.consent(need, first, second)
    story.session.commit()
    said, route = {"affordability": "talked over"}, str(need.member.routes[0].id)
    made = sender.says("RC", f"/needs/{need.id}/referrals", listing=str(first.id))
    path = f"/referrals/{made['id']}"
    sender.says("RC", f"{path}/steps/prepare", details=said)
    sender.says("RC", f"{path}/steps/send")
    sender.says("FP", f"{path}/steps/acknowledge")
    sender.says("FP", f"{path}/steps/reject", details={"code": "R29", "detail": {}})
    sender.says("RC", f"{path}/attempts", route=route, outcome="no-answer")
    sender.says("RC", f"{path}/inform", channel="phone", reached=True)
    child = sender.says("RC", f"{path}/reroute", listing=str(second.id), **said)
    path = f"/referrals/{child['id']}"
    sender.says("FP of the next", f"{path}/steps/accept", details=story.acceptance())
    sender.says("RC", f"{path}/inform", channel="phone", reached=True)
    sender.says(
        "PW of the next", f"{path}/steps/start", details={"started_on": f"{story.now:%Y-%m-%d}"}
    )
    assert in_use(story.session) == 1
    sender.says("PW of the next", f"{path}/steps/complete", details={"outcome": "finished"})


def left_behind(session: Session) -> Counter[str]:
    """Rows of every table that a command writes to, and the places that are in use."""
    found = Counter({
        model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
        for model in COUNTED
    })  # fmt: skip
    return found + Counter(places=in_use(session))


def in_use(session: Session) -> int:
    """Places that are promised or taken, in all services."""
    return session.scalar(select(func.sum(Capacity.held + Capacity.taken))) or 0


@pytest.fixture
def clients(
    app: Flask, sign_in: Callable[[FlaskClient, Account], FlaskClient], without_form_tokens: None
) -> Callable[[Story, Listing], dict[str, FlaskClient]]:
    """The programs of the sender, of the first provider and of the next."""

    def made(story: Story, second: Listing) -> dict[str, FlaskClient]:
        accounts = {name: story.accounts[name] for name in ("RC", "FP", "PW")}
        for name in ("FP", "PW"):
            provider = second.service.organisation
            accounts[f"{name} of the next"] = factories.Account.with_role(name, provider)
        return {name: sign_in(app.test_client(), one) for name, one in accounts.items()}

    return made


def test_a_thousand_duplicates_have_one_effect_each(
    session: Session, clients: Callable[[Story, Listing], dict[str, FlaskClient]]
) -> None:
    before: Counter[str] = Counter()
    effects, duplicates = [], 0
    for number in range(STORIES + 1):
        story = Story(session, dt.datetime.now(dt.UTC))
        second = story.other_listing()
        sender = Sender(clients(story, second), random.Random(number) if number else None)
        tell(story, second, sender)
        after = left_behind(session)
        effects.append(after - before)
        before, duplicates = after, duplicates + sender.duplicates

    assert effects[0]["referral_event"] > 10
    assert effects[0]["places"] == 0
    assert [one for one in effects if one != effects[0]] == []
    assert duplicates > 1_000


def test_a_refusal_that_is_pressed_twice_is_answered_twice(story: Story, seat: Seat) -> None:
    """The first press takes the referral out of the provider's sight; the second is no error."""
    referral = story.sent()
    story.session.commit()
    provider, path = seat(Who.FP), f"/referrals/{referral.id}/steps/reject"
    provider.get(path)
    form = {**provider.hidden, "code": "R29"}

    for _ in range(2):
        provider.post(path, form)
        assert provider.location == "/inbox"
    other = {**form, "idempotency_key": "another-key-altogether"}
    provider.post(path, other, status=404)

    story.session.expire_all()
    assert [event.step for event in referral.events].count("reject") == 1


def test_a_step_that_is_pressed_twice_leads_the_caseworker_back(story: Story, seat: Seat) -> None:
    referral = story.sent()
    story.session.commit()
    caseworker, path = seat(Who.RC), f"/referrals/{referral.id}/steps/recall"
    caseworker.get(path)
    form = {**caseworker.hidden, "reason": "sent-by-mistake", "task_due_on": "2027-01-01"}

    for _ in range(2):
        caseworker.post(path, form)
        assert caseworker.location == f"/referrals/{referral.id}"

    story.session.expire_all()
    assert [event.step for event in referral.events].count("recall") == 1
