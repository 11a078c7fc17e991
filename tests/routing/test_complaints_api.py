"""Complaints through the JSON interface and the command line; guessing a receipt (C-T14, C-T24)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.config import Settings
from directory.core.encryption import KEYRING
from directory.core.security import TOKEN_HEADER
from directory.pages.limits import limiter
from routing.complaint_levels import Level
from routing.complaint_receipts import DIGITS, grouped, new_receipt, read_receipt
from routing.models import Complaint
from routing.operations.complaints import RECEIPT
from tests.applications import application
from tests.databases import Databases
from tests.routing.complaining import NAME, NUMBER, WORDS, Complaining
from tests.routing.stories import Story
from tests.signing import Browser

API = "/api/v1/complaints"
MILLION = 1_000_000
PRINTED = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b")


@pytest.fixture
def people(session: Session, story: Story) -> Complaining:
    return Complaining(story)


@pytest.fixture
def program(people: Complaining, app: Flask) -> Callable[[str], FlaskClient]:
    """A program that acts for somebody of the story, with their access token."""

    def run(role: str) -> FlaskClient:
        account = people.handlers.get(role) or people.story.accounts[role]
        people.session.commit()
        client = app.test_client()
        client.environ_base[f"HTTP_{TOKEN_HEADER.upper().replace('-', '_')}"] = str(
            account.get_auth_token()
        )
        return client

    return run


def made(client: FlaskClient, **given: Any) -> str:
    answer = client.post(API, json={"words": WORDS, "country": "GN", **given})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["receipt"])


# ------------------------------------------------------------------------------------ without account


def test_program_complains_follows_and_adds_without_an_account(
    people: Complaining, client: FlaskClient, session: Session
) -> None:
    contact = {"value": "620 99 98 88", "safe_to_text": True}
    receipt = made(client, category="silence", contact=contact, name=NAME)
    complaint = session.scalars(select(Complaint)).one()
    assert complaint.contact["value"] == NUMBER
    standing = client.post(f"{API}/follow", json={"receipt": receipt}).get_json()
    assert (standing["state"], standing["may"]) == ("received", ["add"])
    assert [line["text"] for line in standing["lines"]] == [WORDS]
    more = {"receipt": receipt, "text": "they called", "idempotency_key": "12345678"}
    for _ in range(2):
        assert client.post(f"{API}/follow/add", json=more).status_code == 200
    assert [event.step for event in complaint.events] == ["submit", "add"]
    again = {"receipt": receipt, "text": "look again"}
    assert client.post(f"{API}/follow/appeal", json=again).status_code == 409
    assert client.post(f"{API}/follow/close", json=again).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"words": ""}, {"country": "Guinea"}, {"category": "murder"}, {"level": "C3"},
     {"organisation": "00000000-0000-0000-0000-000000000000"}, {"contact": {"value": "12"}}],
)  # fmt: skip
def test_wrong_content_is_refused_with_its_field(
    people: Complaining, client: FlaskClient, wrong: dict[str, Any]
) -> None:
    answer = client.post(API, json={"words": WORDS, "country": "GN", **wrong})
    assert answer.status_code == 422
    assert answer.get_json()["fields"]


def test_same_content_with_the_same_key_gets_the_same_receipt(
    people: Complaining, client: FlaskClient, session: Session
) -> None:
    first = made(client, idempotency_key="key-of-a-program")
    assert made(client, idempotency_key="key-of-a-program") == first
    assert made(client, idempotency_key="key-of-a-program", words="other") != first
    assert made(client, idempotency_key="key-of-another") != first
    assert len(session.scalars(select(Complaint)).all()) == 3


# ---------------------------------------------------------------------------------------- at the desks


def test_handler_lists_reads_and_moves_it(
    people: Complaining,
    client: FlaskClient,
    program: Callable[[str], FlaskClient],
    session: Session,
) -> None:
    receipt = made(client, category="silence")
    handler = program("CH")
    found = handler.get(API).get_json()
    assert found["total"] == 1
    [brief] = found["items"]
    assert (brief["level"], brief["state"], brief["promise"]) == ("C2", "received", "acknowledge")
    assert WORDS not in str(found)
    address = f"{API}/{brief['id']}"
    assert handler.get(address).get_json()["words"] == WORDS
    for name, details in (
        ("triage", {"level": "C2"}), ("investigate", {"action": "call"}),
        ("decide", {"decision": "upheld", "reason": "true"}),
        ("inform", {"explanation": "you were right"}),
    ):  # fmt: skip
        answer = handler.post(f"{address}/steps/{name}", json={"details": details})
        assert answer.status_code == 200, answer.text
    stale = {"details": {}, "expected_version": 1}
    assert handler.post(f"{address}/steps/close", json=stale).status_code == 409
    standing = client.post(f"{API}/follow", json={"receipt": receipt}).get_json()
    assert standing["lines"][-1]["text"] == "you were right"
    assert standing["may"] == ["add", "reopen", "appeal"]


def test_protected_one_does_not_exist_for_others(
    people: Complaining, program: Callable[[str], FlaskClient]
) -> None:
    complaint = people.complaint(Level.C0)
    people.session.commit()
    for role in ("CH", "DPO", "NC", "RC", "RS", "FP"):
        client = program(role)
        assert client.get(API).get_json() == {"items": [], "total": 0}, role
        answers = [client.get(f"{API}/{complaint.id}"),
                   client.post(f"{API}/{complaint.id}/steps/message", json={"details": {}})]  # fmt: skip
        assert [answer.status_code for answer in answers] in ([404, 404], [404, 422]), role
    assert program("PSEA").get(API).get_json()["total"] == 1


def test_service_sees_the_summary_only(
    people: Complaining, program: Callable[[str], FlaskClient]
) -> None:
    complaint = people.shared(name=NAME)
    people.session.commit()
    found = program("FP").get(f"{API}/{complaint.id}").get_json()
    assert found["summary"].startswith("canary summary")
    assert [found[name] for name in ("words", "name", "contact", "about", "category")] == [None] * 5
    assert [line["step"] for line in found["history"]] == ["share"]
    assert found["steps"] == ["answer"]


def test_sums_are_suppressed_in_the_interface_too(
    people: Complaining, program: Callable[[str], FlaskClient]
) -> None:
    people.complaint(Level.C2)
    people.session.commit()
    when = people.story.now
    query = f"year={when.year}&quarter={(when.month + 2) // 3}"
    told = program("CH").get(f"{API}/counts?{query}").get_json()["items"]
    assert {row["level"] for row in told} == {"C1", "C2", "C3"}
    assert {row["complaints"] for row in told} <= {"0", "fewer than 5", "moins de 5"}


def test_command_shows_what_the_account_may_see(people: Complaining, app: Flask) -> None:
    ordinary, protected = people.complaint(Level.C2), people.complaint(Level.C0)
    people.session.commit()

    def listed(role: str) -> str:
        email = people.handlers[role].email
        done = app.test_cli_runner().invoke(
            args=["routing", "complaints", "list", "--account", email]
        )
        assert done.exit_code == 0, done.output
        return done.output

    assert ordinary.code in listed("CH")
    assert protected.code not in listed("CH")
    assert protected.code in listed("PSEA")
    assert listed("NC") == ""
    runner = app.test_cli_runner()
    nobody = runner.invoke(args=["routing", "complaints", "list", "--account", "nobody@x.org"])
    assert nobody.exit_code == 1
    counts = ["routing", "complaints", "counts", "--account", people.handlers["NC"].email]
    assert "C0: fewer than 10" in runner.invoke(args=counts).output


# -------------------------------------------------------------------------------------------- guessing


def test_receipt_has_sixteen_random_digits_and_is_read_as_people_type_it() -> None:
    receipts = {new_receipt() for _ in range(1_000)}
    assert len(receipts) == 1_000
    assert {len(one) for one in receipts} == {DIGITS}
    one = receipts.pop()
    for typed in (grouped(one), f" {one} ", "-".join(grouped(one).split())):
        assert read_receipt(typed) == one
    for typed in ("", one[:-1], f"{one}0", f"{one[:-1]}x", "١" * DIGITS):
        assert read_receipt(typed) is None


@pytest.fixture(scope="module")
def usual(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application with the limits that installations have."""
    with databases.migrated(f"complaints_{worker_id}") as address, application(address) as app:
        yield app


@pytest.fixture
def forgotten() -> None:
    limiter.reset()


def follow(browser: Browser, receipt: str) -> int:
    return int(browser.post("/complaints/follow", {"receipt": receipt}).status_code)


def test_guesses_from_one_address_are_stopped_on_pages_and_interface_together(
    usual: Flask, forgotten: None
) -> None:
    browser = Browser(usual, address="198.51.100.20")
    browser.get("/complaints/follow")
    answers = [follow(browser, new_receipt()) for _ in range(62)]
    assert answers == [404] * 60 + [429] * 2
    path = "/api/v1/complaints/follow"
    answer = usual.test_client().post(
        path, json={"receipt": new_receipt()}, environ_overrides=browser.environ
    )
    assert answer.status_code == 429
    other = Browser(usual, address="198.51.100.21")
    other.get("/complaints/follow")
    assert follow(other, new_receipt()) == 404


@pytest.mark.slow
def test_million_guesses_in_an_hour_reach_the_database_three_hundred_times() -> None:
    """The limits of the settings, with the library that keeps them and no other wait."""
    [per_minute, per_hour] = parse_many(Settings().receipts_per_address)
    strategy = FixedWindowRateLimiter(MemoryStorage())
    passed = sum(strategy.hit(per_hour, "receipts", "198.51.100.20") for _ in range(MILLION))
    assert passed == per_hour.amount == 300
    assert per_minute.amount == 60
    days = MILLION / per_hour.amount / 24
    assert days > 138  # for one address to try a million
    assert MILLION * 1_000 / 10**DIGITS < 1e-6  # and one of a thousand complaints to be hit


@pytest.mark.slow
def test_million_guesses_hit_none_of_a_thousand_receipts() -> None:
    """Even without any limit."""
    stored = {KEYRING.digest(RECEIPT, new_receipt()) for _ in range(1_000)}
    hits = sum(
        KEYRING.digest(RECEIPT, f"{secrets.randbelow(10**DIGITS):0{DIGITS}}") in stored
        for _ in range(MILLION)
    )
    assert hits == 0


def test_hundred_honest_people_at_one_address_complain_and_follow(
    usual: Flask, forgotten: None
) -> None:
    """One in ten mistypes the receipt once."""
    followed = 0
    for number in range(100):
        browser = Browser(usual, address="203.0.113.9")
        browser.get("/complaints/new")
        page = browser.post("/complaints/new", {"words": f"{WORDS} {number}", "country": "GN"})
        found = PRINTED.search(page.text)
        assert found, page.text
        if number % 10 == 0:
            assert follow(browser, new_receipt()) == 404
        followed += follow(browser, found[0]) == 200

    assert followed == 100
