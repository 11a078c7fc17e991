"""Where a request stands, by code: words only, guarded against guessing (C-T24, C-T21, C-T19).

F8, F10: the code on paper reaches somebody without a telephone of their own; the answer says who acts
next, by when, and whom to call. F2: the person's own word on whether they were contacted counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.pages.limits import limiter
from directory.who import Who
from routing.models import ConsentRecord, Referral, Task
from routing.operations.person_answers import CALL_PERSON, CHECK_CONTACT
from routing.operations.tracking import renew_tracking_code
from routing.queries.tracking import tracking_code_of
from routing.referral_states import State
from routing.tracking_codes import new_tracking_code, spaced
from tests.routing.stories import HOURS, NAME, NUMBER, Story

PRIVATE = (NAME, NUMBER, HOURS, "canary")
ENGLISH = {"Accept-Language": "en"}
WRONG = new_tracking_code()


class Person:
    """Somebody with a receipt at any browser, without an account."""

    def __init__(self, client: FlaskClient, code: str) -> None:
        self.client, self.code, self.page = client, code, ""

    def look(self, code: str | None = None, status: int = 200) -> str:
        return self.send("/status", {"code": code or self.code}, status)

    def act(self, path: str, number: str, status: int = 200, **more: str) -> str:
        ticket = re.search(r'name="ticket" value="([^"]+)"', self.page)
        sent = {"ticket": ticket[1] if ticket else "", "number": number, **more}
        return self.send(path, sent, status)

    def send(self, path: str, data: dict[str, str], status: int) -> str:
        answer = self.client.post(path, data=data, headers=ENGLISH)
        assert answer.status_code == status, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        self.page = answer.text
        return self.page


@pytest.fixture(autouse=True)
def forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing was counted yet, nothing stays counted; form tokens are tested in test_headers.py."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    limiter.reset()
    yield
    limiter.reset()


def person_of(referral: Referral, session: Session, client: FlaskClient) -> Person:
    held = tracking_code_of(session, referral.member)
    assert held is not None
    session.commit()
    return Person(client, spaced(held.code))


def tasks(session: Session, referral: Referral, kind: str) -> list[Task]:
    query = select(Task).where(
        Task.need_id == referral.need_id, Task.kind == kind, Task.done_at.is_(None)
    )
    return list(session.scalars(query))


def test_f10_the_answer_says_what_happens_who_acts_by_when_and_whom_to_call(
    story: Story, session: Session, client: FlaskClient
) -> None:
    story.sender.help_phone = "+224 622 00 00 00"
    page = person_of(story.sent(), session, client).look()
    assert "Your request is sent. They have not opened it yet." in page
    assert "The service answers by" in page
    assert "Sender, +224 622 00 00 00" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Vocational training" in page
    assert "leaflet" not in page


@pytest.mark.parametrize("step", ["sent", "accepted", "returned"])
def test_no_answer_holds_a_name_or_a_word_of_the_person(
    story: Story, session: Session, client: FlaskClient, step: str
) -> None:
    referral: Referral = getattr(story, step)()
    page = person_of(referral, session, client).look()
    assert referral.code in page
    assert [word for word in PRIVATE if word in page] == []


def test_a_sensitive_service_is_not_named(
    story: Story, session: Session, client: FlaskClient
) -> None:
    referral = story.sent(
        story.need(category="psychosocial"), story.listing(category="psychosocial")
    )
    page = person_of(referral, session, client).look()
    assert "A request for help" in page
    assert "Provider" not in page
    assert "psycho" not in page.lower()


def test_every_state_has_words(story: Story, session: Session, client: FlaskClient) -> None:
    person = person_of(story.returned(), session, client)
    assert "It is not possible there. We look for another one with you." in person.look()
    assert "by" in person.page


def test_unknown_and_mistyped_codes_get_the_same_answer(
    story: Story, session: Session, client: FlaskClient
) -> None:
    person = person_of(story.sent(), session, client)
    pages = [
        person.look(code, status=404) for code in (spaced(WRONG), WRONG[:-1] + "A", "x", "é" * 50)
    ]
    tokens = re.compile(r'name="csrf_token" value="[^"]*"')
    assert len({tokens.sub("", page) for page in pages}) == 1
    assert "We do not find this code." in pages[0]
    assert WRONG not in pages[0].replace("-", "")


def test_the_code_is_in_no_address_and_not_in_the_page(
    story: Story, session: Session, client: FlaskClient
) -> None:
    person = person_of(story.sent(), session, client)
    page = person.look()
    assert person.code.replace("-", "") not in page.replace("-", "")
    assert "They have not opened it yet" not in client.get(f"/status?code={person.code}").text
    assert client.get("/status").headers["Cache-Control"] == "no-store"


def test_guessing_is_limited_for_one_address_and_holders_of_codes_are_not(
    story: Story, session: Session, client: FlaskClient
) -> None:
    person = person_of(story.sent(), session, client)
    for _ in range(30):
        person.look()
    answers = [
        client.post("/status", data={"code": new_tracking_code()}).status_code for _ in range(12)
    ]
    assert answers == [404] * 10 + [429] * 2
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post("/status", data={"code": WRONG}, environ_base=elsewhere).status_code == 404


def test_guessing_from_many_addresses_is_limited_in_all(app: Flask, client: FlaskClient) -> None:
    found = [
        client.post(
            "/status",
            data={"code": WRONG},
            environ_base={"REMOTE_ADDR": f"10.{n // 250}.{n % 250}.1"},
        ).status_code
        for n in range(602)
    ]
    assert found[:600] == [404] * 600
    assert found[600:] == [429, 429]


def test_acting_is_limited_as_looking_is(client: FlaskClient) -> None:
    data = {"ticket": "forged", "number": "K7Q-4DN"}
    answers = [client.post("/status/call", data=data).status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]


def test_a_request_to_be_called_is_one_dated_task(
    story: Story, session: Session, client: FlaskClient
) -> None:
    referral = story.sent()
    person = person_of(referral, session, client)
    person.look()
    page = person.act("/status/call", referral.code)
    assert "Your caseworker calls you by" in page
    person.act("/status/call", referral.code)
    assert len(tasks(session, referral, CALL_PERSON)) == 1


def test_f02_a_no_against_the_provider_disputes_the_contact_once(
    story: Story, session: Session, client: FlaskClient
) -> None:
    """C-T09: the provider says contacted, the person says no."""
    referral = story.accepted()
    story.step(referral, "first-contact", Who.PW, channel="phone", two_way=True)
    person = person_of(referral, session, client)
    assert "They say that they have spoken with you." in person.look()
    page = person.act("/status/contact", referral.code, contacted="no")
    assert "your caseworker asks them" in page
    session.refresh(referral)
    assert referral.state is State.ACCEPTED
    assert referral.disputes == 1
    assert [event.step for event in referral.events][-2:] == ["follow-up", "dispute"]


def test_f02_a_no_before_any_contact_is_a_task_and_a_yes_ends_it(
    story: Story, session: Session, client: FlaskClient
) -> None:
    referral = story.accepted()
    person = person_of(referral, session, client)
    person.look()
    for _ in range(2):
        person.act("/status/contact", referral.code, contacted="no")
    assert len(tasks(session, referral, CHECK_CONTACT)) == 1
    person.act("/status/contact", referral.code, contacted="yes")
    assert tasks(session, referral, CHECK_CONTACT) == []
    session.refresh(referral)
    says = [event.details["contacted"] for event in referral.events if event.step == "follow-up"]
    assert says == [False, True]


def test_nobody_answers_where_nothing_is_asked(
    story: Story, session: Session, client: FlaskClient
) -> None:
    referral = story.sent()
    person = person_of(referral, session, client)
    person.look()
    page = person.act("/status/contact", referral.code, contacted="no")
    assert "Nobody is to contact you at this moment." in page


def test_the_agreement_is_taken_back_only_after_a_second_yes(
    story: Story, session: Session, client: FlaskClient
) -> None:
    referral = story.sent()
    person = person_of(referral, session, client)
    person.look()
    page = person.act("/status/withdrawal", referral.code)
    assert "Do you want to take your agreement back?" in page
    consent = session.get_one(ConsentRecord, referral.consent_id)
    session.refresh(consent)
    assert consent.withdrawn_at is None
    page = person.act("/status/withdrawal", referral.code, sure="yes")
    assert "Your agreement is taken back." in page
    session.refresh(consent)
    session.refresh(referral)
    assert consent.withdrawn_channel == "tracking-code"
    assert referral.state is State.REVOKED
    assert referral.events[-1].role == "BEN"
    open_tasks = select(Task).where(Task.need_id == referral.need_id, Task.done_at.is_(None))
    assert session.scalars(open_tasks).all()
    assert "I take my agreement back" not in person.page


def test_the_page_acts_only_for_its_own_person(
    story: Story, session: Session, client: FlaskClient
) -> None:
    mine, other = story.sent(), story.sent(listing=story.other_listing())
    person = person_of(mine, session, client)
    person.look()
    person.act("/status/call", other.code, status=404)
    assert tasks(session, other, CALL_PERSON) == []


def test_a_page_that_was_left_open_dies_with_the_code(
    story: Story, session: Session, client: FlaskClient
) -> None:
    referral = story.sent()
    person = person_of(referral, session, client)
    person.look()
    renew_tracking_code(session, referral.member, actor=story.actor(Who.RC), now=story.now)
    session.commit()
    page = person.act("/status/call", referral.code, status=404)
    assert "this page has closed" in page


def test_a_page_that_was_left_open_closes_after_a_quarter_of_an_hour(
    story: Story, session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = story.sent()
    person = person_of(referral, session, client)
    person.look()
    monkeypatch.setattr("routing.pages.status.MINUTES", -1)
    assert "this page has closed" in person.act("/status/call", referral.code, status=404)


def test_the_interface_gives_the_same_words_and_refuses_in_the_same_way(
    story: Story, session: Session, client: FlaskClient
) -> None:
    person = person_of(story.sent(), session, client)
    answer = client.post("/api/v1/status", json={"code": person.code}, headers=ENGLISH)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    [request] = answer.json["requests"]
    assert request["what"] == "Your request is sent. They have not opened it yet."
    assert [word for word in PRIVATE if word in answer.text] == []
    refused = [client.post("/api/v1/status", json={"code": code}) for code in (WRONG, "x")]
    assert {one.status_code for one in refused} == {404}
    assert refused[0].json == refused[1].json


def test_a_program_must_ask_twice_before_an_agreement_is_taken_back(
    story: Story, session: Session, client: FlaskClient
) -> None:
    referral = story.sent()
    person = person_of(referral, session, client)
    said = {"code": person.code, "number": referral.code, "answer": "take-back"}
    assert client.post("/api/v1/status/answers", json=said).status_code == 409
    done = client.post("/api/v1/status/answers", json={**said, "confirmed": True}, headers=ENGLISH)
    assert done.json["requests"][0]["is_over"] is True
    assert "You have taken your agreement back." in done.json["requests"][0]["what"]


def test_a_program_guesses_no_faster_than_a_person(client: FlaskClient) -> None:
    answers = [
        client.post("/api/v1/status", json={"code": WRONG}).status_code for _ in range(6)
    ] + [client.post("/status", data={"code": WRONG}).status_code for _ in range(6)]
    assert answers == [404] * 10 + [429] * 2
