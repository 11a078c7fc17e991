"""Screens of messages: the bell, the page, writing to the person; the same as JSON and commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import outbox
from directory.core.outbox import MessageState, OutboxMessage
from directory.who import Who
from routing.models import AnnouncedCall
from tests.routing.browser import Browser, SignIn
from tests.routing.stories import NUMBER, Story

Seat = Callable[[Who], Browser]


def to_person(session: Session) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.audience == "BEN")
    return list(session.scalars(query.order_by(OutboxMessage.created_at)))


def test_the_bell_counts_and_the_page_leads_to_the_referral(story: Story, seat: Seat) -> None:
    referral = story.sent()
    provider = seat(Who.FP)

    page = provider.get("/messages")
    assert "A referral has come for your organisation" in page
    assert f"/inbox/{referral.id}" in provider.addresses
    assert '<span class="count">1' in page

    provider.post("/messages/read", {"message": _newest(story).id})
    page = provider.follow()
    assert '<span class="count">' not in page
    assert referral.code in page
    assert "Mark all as read" not in page


def test_a_caseworker_is_led_to_their_own_page(story: Story, seat: Seat) -> None:
    referral = story.accepted()
    caseworker = seat(Who.RC)
    assert "The provider has accepted" in caseworker.get("/messages")
    assert f"/referrals/{referral.id}" in caseworker.addresses


def test_the_provider_sees_how_far_the_messages_have_come(story: Story, seat: Seat) -> None:
    referral = story.sent()
    page = seat(Who.FP).get(f"/inbox/{referral.id}").split("<h2>Messages</h2>")[1]
    assert "A referral has come for your organisation" in page
    assert "queued, waiting to be sent" in page
    assert NUMBER not in page


def test_messages_of_others_are_not_shown_nor_marked(story: Story, seat: Seat) -> None:
    story.sent()
    message, supervisor = _newest(story), seat(Who.RS)
    assert "No messages" in supervisor.get("/messages")
    supervisor.get("/account")
    supervisor.post("/messages/read", {"message": message.id})
    story.session.refresh(message)
    assert message.read_at is None
    supervisor.post("/messages/read", {"message": "nonsense"}, 422)


def test_writing_shows_the_message_first_and_queues_it_once(story: Story, seat: Seat) -> None:
    """F8: a call announced with its day and hour."""
    referral = story.sent()
    route, caseworker = referral.member.routes[0], seat(Who.RC)
    address = f"/referrals/{referral.id}/message"
    day = (story.now + dt.timedelta(days=2)).date().isoformat()
    form = {"route": str(route.id), "kind": "call", "day": day, "hour": "15:30"}

    assert address in caseworker.get(f"/referrals/{referral.id}")
    assert caseworker.addresses
    caseworker.get(address)
    page = caseworker.post(address, form, 200)
    assert f"Passerelle {referral.code}: nous vous appelons le" in page
    assert "of 160 letters: one message." in page
    assert len(to_person(story.session)) == 1

    caseworker.post(address, {**form, "sure": "1"})
    caseworker.get(address)
    caseworker.post(address, {**form, "sure": "1"})
    [_, message] = to_person(story.session)
    call = story.session.scalars(select(AnnouncedCall)).one()
    told = {"day": day, "hour": "15:30", "announced_call": str(call.id)}
    assert message.details == told
    page = caseworker.get(f"/referrals/{referral.id}")
    assert "The message is queued." in page
    assert NUMBER not in page.split('id="messages"')[1].split("</section>")[0]


def test_a_language_without_sentences_is_said(story: Story, seat: Seat) -> None:
    referral = story.sent()
    referral.member.routes[0].language = "ff"
    caseworker, address = seat(Who.RC), f"/referrals/{referral.id}/message"
    caseworker.get(address)
    page = caseworker.post(
        address, {"route": str(referral.member.routes[0].id), "kind": "ask"}, 200
    )
    assert "There are no sentences in Fula (Pular, Pulaar) yet: the message is in French." in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": "soon"}, "Write the day like"),
        ({"hour": "noon"}, "Write the hour like"),
        ({"hour": "05:00"}, "Choose an hour between"),
        ({"kind": "shout"}, "Please choose one of the list."),
        ({"route": "x"}, "Please choose one of the list."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    story: Story, seat: Seat, wrong: dict[str, str], sentence: str
) -> None:
    referral = story.sent()
    caseworker, address = seat(Who.RC), f"/referrals/{referral.id}/message"
    day = (story.now + dt.timedelta(days=2)).date().isoformat()
    form = {"route": str(referral.member.routes[0].id), "kind": "call", "day": day, "hour": "15:30"}
    caseworker.get(address)
    page = caseworker.post(address, {**form, **wrong}, 422)
    assert sentence in page
    assert ("15:30" in page) is ("hour" not in wrong)
    assert len(to_person(story.session)) == 1


def test_without_a_safe_telephone_there_is_nowhere_to_write(story: Story, seat: Seat) -> None:
    referral = story.sent()
    referral.member.routes[0].safe_to_text = False
    caseworker = seat(Who.RC)
    caseworker.get(f"/referrals/{referral.id}")
    assert f"/referrals/{referral.id}/message" not in caseworker.addresses
    assert "Nowhere to write" in caseworker.get(f"/referrals/{referral.id}/message")


@pytest.mark.usefixtures("without_form_tokens")
def test_the_same_as_json(story: Story, app: Flask, sign_in: SignIn) -> None:
    referral = story.sent()
    provider = sign_in(app.test_client(), story.accounts["FP"])
    caseworker = sign_in(app.test_client(), story.accounts["RC"])
    found = provider.get("/api/v1/messages").json
    assert found["new"] == 1
    assert found["items"][0]["code"] == referral.code
    assert provider.post("/api/v1/messages/read", json={}).json == {"read": 1}
    address = f"/api/v1/referrals/{referral.id}/messages"
    body = {"role": "RC", "route": str(referral.member.routes[0].id), "kind": "ask"}
    assert caseworker.post(address, json=body).status_code == 201
    assert len(caseworker.get(address).json) == 3
    refused = caseworker.post(address, json={**body, "kind": "call"})
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["day"])
    assert provider.get(address).status_code == 403


def test_the_command_counts_and_tries_again(
    story: Story, app: Flask, client: FlaskClient, now: dt.datetime
) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["directory", "messages", "list"]).output == "There are no messages.\n"
    message = outbox.announce(
        story.session, template="x", recipient="a@example.org", subject="x:1", now=now,
        channel="email",
    )  # fmt: skip
    message.state, message.problem = MessageState.FAILED, "smtp-550"
    story.session.commit()
    assert run(args=["directory", "messages", "list"]).output == (
        "email: failed 1\nfailed, smtp-550: 1\n"
    )
    assert run(args=["directory", "messages", "retry"]).output == "queued: 1\n"


def _newest(story: Story) -> OutboxMessage:
    query = select(OutboxMessage).where(OutboxMessage.template == "referral-received")
    return story.session.scalars(query).one()
