"""The pages of the vault, and that a true address is on no other page, in no log and in no message."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.clock import now as present
from directory.core.config import ROOT
from directory.core.outbox import OutboxMessage
from directory.models import Account, VaultOpening
from directory.vault import LONGEST_TEXT
from tests.core.test_audit import no_line_can_be_written
from tests.directory.searching import publish
from tests.directory.vaults import SECRET, WHY, House, house_of

SignIn = Callable[[FlaskClient, Account], FlaskClient]
Seat = Callable[[Account], FlaskClient]


@pytest.fixture
def house(session: Session, now: dt.datetime) -> House:
    return house_of(session, now)


@pytest.fixture
def demo(house: House, app: Flask, monkeypatch: pytest.MonkeyPatch) -> House:
    """Everybody is an account of a demonstration, which needs no second factor; forms need no token."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    for account in house.accounts.values():
        account.is_demo, account.language = True, "en"
    house.now = present()
    house.session.commit()
    return house


@pytest.fixture
def seat(app: Flask, sign_in: SignIn) -> Seat:
    def do(account: Account) -> FlaskClient:
        client = sign_in(app.test_client(), account)
        client.get("/language/en")
        return client

    return do


def test_a_whole_opening_on_the_pages(demo: House, seat: Seat) -> None:
    editor, asker, second = (seat(demo.accounts[role]) for role in ("PA", "RS", "CPA"))
    page = f"/vault/sites/{demo.site.id}"
    assert "No address yet" in editor.get("/vault").text
    assert editor.post(f"{page}/address", data={"address": SECRET}).status_code == 303
    shown = editor.get(page)
    assert "The address is kept" in shown.text
    assert "Kanari" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"

    assert asker.post(f"{page}/openings", data={"reason": WHY}).status_code == 303
    opening = demo.session.scalars(select(VaultOpening)).one()
    address = f"/vault/openings/{opening.id}"
    assert "Approve the opening" not in asker.get(page).text
    assert asker.post(f"{address}/approve").status_code == 409
    assert asker.post(f"{address}/read").status_code == 409
    waiting = unescape(second.get(page).text)
    assert WHY in waiting
    assert "Approve the opening" in waiting
    assert second.post(f"{address}/approve").status_code == 303
    assert second.post(f"{address}/read").status_code == 409
    assert "Show the address" in asker.get(page).text

    answer = asker.post(f"{address}/read")
    assert answer.status_code == 200
    assert SECRET in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    again = asker.post(f"{address}/read")
    assert again.status_code == 409
    assert "Kanari" not in again.text + asker.get(page).text
    assert asker.get(f"{address}/read").status_code == 405


def test_what_was_typed_is_kept_and_a_refusal_shows_no_reason(demo: House, seat: Seat) -> None:
    demo.keep()
    demo.ask()
    demo.session.commit()
    client = seat(demo.accounts["CPA"])
    page = f"/vault/sites/{demo.site.id}"
    answer = client.post(f"{page}/openings", data={"reason": "for a case"})
    assert answer.status_code == 422
    assert "for a case" in answer.text
    assert "at least 30 letters" in answer.text
    assert WHY not in unescape(answer.text)
    long = f"{SECRET} {'x' * LONGEST_TEXT}"
    answer = client.post(f"{page}/address", data={"address": long})
    assert answer.status_code == 422
    assert long in answer.text


def test_who_has_set_up_no_second_factor_is_told_so(
    house: House, app: Flask, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    house.now = present()
    house.keep()
    opening = house.ask()
    client = seat(house.accounts["PA"])
    answer = client.post(f"/vault/openings/{opening.id}/approve", data={"second_factor": "123456"})
    assert answer.status_code == 422
    assert "Type the present code of your second factor." in answer.text
    assert "Set up your second factor first" in answer.text


def test_a_present_code_of_the_second_factor_approves(
    house: House, app: Flask, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    house.now = present()
    house.keep()
    path = f"/vault/openings/{house.ask().id}/approve"
    second, totp = house.accounts["CPA"], app.extensions["security"].totp_factory
    second.tf_primary_method, second.mf_recovery_codes = "authenticator", []
    second.tf_totp_secret = totp.generate_totp_secret()
    client = seat(second)
    code = totp._totp.from_source(second.tf_totp_secret).generate().token
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert client.post(path, data={"second_factor": wrong}).status_code == 422
    assert client.post(path, data={"second_factor": code}).status_code == 303
    assert house.lines() == ["keep", "ask", "approve"]


@pytest.mark.parametrize(("role", "shown"), [("PA", True), ("CPA", True), ("RC", False)])
def test_the_menu_leads_there_for_those_who_may(
    demo: House, seat: Seat, role: str, shown: bool
) -> None:
    assert ('href="/vault"' in seat(demo.accounts[role]).get("/").text) is shown


def test_list_of_requests_leaves_a_line(demo: House, seat: Seat) -> None:
    seat(demo.accounts["CPA"]).get(f"/vault/sites/{demo.site.id}")
    assert demo.lines() == ["list"]


def test_address_is_not_shown_when_the_record_fails(demo: House, seat: Seat) -> None:
    demo.keep()
    opening = demo.ask()
    demo.decide(opening)
    demo.session.commit()
    client, path = seat(demo.accounts["RS"]), f"/vault/openings/{opening.id}/read"
    with no_line_can_be_written(demo.session):
        answer = client.post(path)
    assert answer.status_code == 503
    assert "Kanari" not in answer.text
    assert SECRET in client.post(path).text  # nothing was used up


# ------------------------------------------------------------------------------------ nowhere else


def test_address_is_in_no_other_answer_log_or_message(
    demo: House, seat: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    """Search, details, exports, feeds, errors: for those who know that the service exists, too."""
    caplog.set_level(logging.DEBUG)
    publish(demo.session, demo.listing)
    key = demo.listing.id
    answers = []
    clients = {role: seat(demo.accounts[role]) for role in ("PA", "FP", "RC", "RS", "CPA")}
    clients["PA"].post(f"/vault/sites/{demo.site.id}/address", data={"address": SECRET})
    opening = demo.ask()
    demo.decide(opening)
    demo.session.commit()
    for client in clients.values():
        answers += [client.get(path) for path in (
            "/?q=kandioura", "/?q=kanari", f"/listings/{key}", "/listings.geojson?q=kandioura",
            "/open-now?country=GN", "/open-now.atom?country=GN", "/open-now.ics?country=GN",
            "/api/v1/listings?q=kandioura", f"/api/v1/listings/{key}", "/maps",
            "/places/suggest?near=kanari", f"/organisations/{demo.provider.id}", "/vault",
            f"/vault/sites/{demo.site.id}", f"/vault/sites/{uuid4()}", "/vault/Kanari",
        )]  # fmt: skip
        answers.append(client.post(f"/vault/openings/{uuid4()}/read"))
    clients["RS"].post(f"/vault/openings/{opening.id}/read")
    answers.append(clients["RS"].post(f"/vault/openings/{opening.id}/read"))

    assert f"/listings/{key}" in {a.request.path for a in answers if "Kandioura" in a.text}
    assert [answer.request.path for answer in answers if "Kanari Lane" in answer.text] == []
    assert "Kanari Lane" not in caplog.text
    assert [
        row for row in demo.session.scalars(select(OutboxMessage)) if SECRET in str(vars(row))
    ] == []
    assert demo.lines().count("read") == 1


def test_only_the_vault_touches_the_table() -> None:
    """No interface, command, import, export or job names it: none can show it by mistake."""
    files = {
        path.relative_to(ROOT).as_posix()
        for package in ("directory", "routing", "maps", "seeds")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\bHiddenAddress\b|[\"']hidden_address\b", path.read_text())
    }
    assert files == {
        "directory/models/__init__.py", "directory/models/site.py",
        "directory/operations/vault.py", "directory/queries/vault.py",
    }  # fmt: skip


def test_neither_interface_nor_command_opens_a_vault(app: Flask) -> None:
    paths = [rule.rule for rule in app.url_map.iter_rules() if "vault" in rule.rule]
    assert paths
    assert not [path for path in paths if path.startswith("/api/")]
    assert "vault" not in app.test_cli_runner().invoke(args=["directory", "--help"]).output
