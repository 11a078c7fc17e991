"""How often one may ask and try, and that a shared address does not shut honest people out (C-T24)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from directory.pages.limits import limiter
from tests import signing
from tests.applications import application
from tests.databases import Databases
from tests.signing import PASSWORD, Browser

WRONG = "not-the-password-of-anybody"


@pytest.fixture(scope="module")
def limited(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application where few requests may be made."""
    with (
        databases.migrated(f"limits_{worker_id}") as address,
        application(address, search_per_minute="30 per minute") as app,
    ):
        yield app


@pytest.fixture(scope="module")
def usual(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application with all the limits that installations have."""
    with databases.migrated(f"usual_{worker_id}") as address, application(address) as app:
        yield app


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Nothing was counted yet."""
    limiter.reset()


def test_one_address_searches_only_so_often(limited: Flask) -> None:
    browser = Browser(limited)
    answers = [browser.get("/places/suggest?q=la").status_code for _ in range(32)]

    assert answers == [200] * 30 + [429] * 2
    assert Browser(limited, address="198.51.100.7").get("/places/suggest?q=la").status_code == 200


def test_refusal_for_haste_says_what_to_do_and_when(limited: Flask) -> None:
    browser = Browser(limited)
    for _ in range(31):
        answer = browser.get("/")

    assert answer.status_code == 429
    assert "Wait a minute, then try again." in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_colleagues_at_one_address_do_not_use_up_each_others_searches(limited: Flask) -> None:
    """Whoever is signed in is counted by account."""
    first = Browser(limited)
    first.sign_in(signing.make_account(limited, "first@example.org", "PA"))
    second = Browser(limited)
    second.sign_in(signing.make_account(limited, "second@example.org", "PA"))

    assert {first.get("/places/suggest?q=la").status_code for _ in range(40)} == {200}
    assert second.get("/places/suggest?q=la").status_code == 200


def test_one_account_is_tried_only_so_often_from_one_address(limited: Flask) -> None:
    email = signing.make_account(limited, "tried@example.org", "PA")
    browser = Browser(limited)
    browser.get("/sign-in")

    answers = [
        browser.post("/sign-in", {"email": email, "password": WRONG}).status_code for _ in range(12)
    ]

    assert answers == [200] * 10 + [429] * 2
    other = signing.make_account(limited, "colleague@example.org", "PA")
    assert browser.post("/sign-in", {"email": other, "password": PASSWORD}).status_code == 302


def test_account_that_does_not_exist_is_limited_alike(limited: Flask) -> None:
    browser = Browser(limited)
    browser.get("/sign-in")

    answers = [
        browser.post("/sign-in", {"email": "nobody@example.org", "password": WRONG}).status_code
        for _ in range(12)
    ]

    assert answers == [200] * 10 + [429] * 2


def test_hundred_honest_people_at_one_address_all_sign_in(usual: Flask) -> None:
    """One in ten mistypes the password once."""
    people = [signing.make_account(usual, f"honest{n}@example.org", "PA") for n in range(100)]
    limiter.reset()

    signed_in = 0
    for number, email in enumerate(people):
        browser = Browser(usual, address="203.0.113.9")
        if number % 10 == 0:
            assert browser.sign_in(email, WRONG).status_code == 200
        signed_in += browser.sign_in(email).status_code == 302

    assert signed_in == 100


def test_one_address_cannot_try_many_accounts(usual: Flask) -> None:
    browser = Browser(usual)
    browser.get("/sign-in")

    answers = [
        browser.post("/sign-in", {"email": f"guess{n}@example.org", "password": WRONG}).status_code
        for n in range(70)
    ]

    assert answers[:60] == [200] * 60
    assert answers[60:] == [429] * 10


def test_behind_a_trusted_proxy_people_are_told_apart(databases: Databases, worker_id: str) -> None:
    with (
        databases.migrated(f"proxy_{worker_id}") as address,
        application(address, proxies=1, search_per_minute="3 per minute") as app,
    ):
        client = app.test_client()

        def ask(client_address: str) -> int:
            headers = {"X-Forwarded-For": f"10.9.9.9, {client_address}"}
            return int(client.get("/places/suggest?q=la", headers=headers).status_code)

        assert [ask("192.0.2.1") for _ in range(4)] == [200, 200, 200, 429]
        assert ask("192.0.2.2") == 200


def test_without_a_proxy_nobody_chooses_an_address(limited: Flask) -> None:
    browser = Browser(limited)
    answers = [
        browser.get("/places/suggest?q=la", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(32)
    ]

    assert answers[-1] == 429
