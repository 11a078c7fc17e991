"""The counsellor abroad, the provider who is asked, and the arrival desk, each at their screens (A.15)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Account
from routing.models import CrossBorderPacket, ServiceConfirmation
from routing.packets import new_secrets, open_sealed, public_entry, read_keys
from tests import factories
from tests.routing.browser import Browser, SignIn
from tests.routing.stories import NAME, NUMBER, Story

TYPED: dict[str, Any] = {
    "host_country": "MA", "name": NAME, "language": "fr", "born-age": "24", "sex-value": "male",
    "route-kind": "phone", "route-value": NUMBER, "route-owner": "self", "route-call": "1",
    "category-1": "medical", "priority-1": "P2", "detail-1": "Insuline",
    "consent_language": "fr", "consent_mode": "signature", "may": ["name", "sex"],
}  # fmt: skip


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, dt.datetime.now(dt.UTC))


@pytest.fixture
def counsellor(story: Story) -> Account:
    account: Account = factories.Account.with_role(
        "PDC", factories.Organisation(name="Counsel", country="MA")
    )
    return account


@pytest.fixture
def abroad(app: Flask, counsellor: Account, sign_in: SignIn) -> Browser:
    return Browser(sign_in(app.test_client(), counsellor))


def only(session: Session) -> CrossBorderPacket:
    return session.scalars(select(CrossBorderPacket)).one()


def prepare(abroad: Browser, story: Story, **typed: Any) -> CrossBorderPacket:
    abroad.get("/packets/new/GN")
    abroad.post("/packets/new/GN", TYPED | {"receiver": str(story.sender.id)} | typed)
    return only(story.session)


def test_from_the_draft_to_the_arrival(
    story: Story, abroad: Browser, app: Flask, sign_in: SignIn
) -> None:
    listing = story.listing(category="medical")
    desk = Browser(sign_in(app.test_client(), story.accounts["RC"]))
    provider = Browser(sign_in(app.test_client(), story.accounts["FP"]))
    packet = prepare(abroad, story)
    page = abroad.follow()
    assert NAME in page
    assert "Insuline" in page
    assert NUMBER not in page  # the person has not agreed that it goes
    assert "born" not in packet.content["facts"]
    desk.get(f"/arrivals/{packet.id}", 404)

    abroad.post(f"/packets/{packet.id}/submit")
    assert "Announced" in abroad.get("/packets")
    assert NAME not in abroad.get("/packets")
    assert NAME in desk.get(f"/arrivals/{packet.id}")

    abroad.get(f"/packets/{packet.id}")
    assert "Care is not confirmed yet" in abroad.post(f"/packets/{packet.id}/departed", status=409)
    abroad.post(
        f"/packets/{packet.id}/care",
        {
            "category": "medical",
            "listing": str(listing.id),
            "question": "Insuline, 2 fois par jour",
        },
    )
    assert "Not answered yet" in abroad.follow()
    row = story.session.scalars(select(ServiceConfirmation)).one()

    asked = provider.get("/confirmations")
    assert "Insuline, 2 fois par jour" in asked
    assert NAME not in asked
    answer = f"/confirmations/{row.id}/answer"
    assert "Please choose one of the list" in provider.post(answer, {}, 422)
    kept = provider.post(answer, {"available": "yes", "price": "5 000 GNF"}, 422)
    assert "Please give a date" in kept
    assert 'value="5 000 GNF"' in kept
    until = (story.now + dt.timedelta(days=30)).date().isoformat()
    provider.post(answer, {"available": "yes", "valid_until": until, "price": "5 000 GNF"})
    assert "Nobody asks" in provider.follow()

    assert "5 000 GNF" in abroad.get(f"/packets/{packet.id}")
    abroad.post(f"/packets/{packet.id}/departed")
    assert "The arrival desk answers" in abroad.follow()
    desk.get(f"/arrivals/{packet.id}")
    desk.post(f"/arrivals/{packet.id}/receive")
    assert "Received" in abroad.get(f"/packets/{packet.id}")


def test_what_is_missing_is_said_and_nothing_typed_is_lost(story: Story, abroad: Browser) -> None:
    abroad.get("/packets/new/GN")
    page = abroad.post(
        "/packets/new/GN",
        {"name": NAME, "receiver": str(story.sender.id), "departs_on": "soon"}, 422,
    )  # fmt: skip
    assert "Please give a date" in page
    assert f'value="{NAME}"' in page
    page = abroad.post("/packets/new/GN", {"name": NAME, "receiver": str(story.sender.id)}, 422)
    assert "Say what the person needs" in page
    assert "without that nothing goes" in page
    assert "Note how, and in which language" in page
    assert story.session.scalars(select(CrossBorderPacket)).first() is None
    abroad.get("/packets/new/XX", 404)


def test_no_care_found_is_an_answer_and_is_kept(story: Story, abroad: Browser) -> None:
    packet = prepare(abroad, story)
    abroad.post(f"/packets/{packet.id}/submit")
    abroad.get(f"/packets/{packet.id}")
    page = abroad.post(f"/packets/{packet.id}/care", {"category": "medical", "listing": ""}, 422)
    assert "Please choose one of the list" in page
    abroad.post(f"/packets/{packet.id}/care", {"category": "medical", "listing": "none-found"})
    assert "None was found" in abroad.follow()
    abroad.post(f"/packets/{packet.id}/departed")


def test_only_care_that_may_be_shown_can_be_asked(story: Story, abroad: Browser) -> None:
    shown = story.listing(category="medical")
    hidden = story.listing(category="medical", visibility="protection-only")
    other = story.listing(category="training")
    packet = prepare(abroad, story)
    abroad.post(f"/packets/{packet.id}/submit")
    page = abroad.get(f"/packets/{packet.id}")
    assert str(shown.id) in page
    assert str(hidden.id) not in page
    assert str(other.id) not in page


def test_a_file_leaves_for_another_installation(
    story: Story, abroad: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Another installation" not in abroad.get("/packets/new/GN")
    secrets, home_secrets = new_secrets(), new_secrets()
    home_entry = public_entry(read_keys("conakry", home_secrets, ""))
    monkeypatch.setitem(app.config, "SETTINGS", replace(
        app.config["SETTINGS"], packet_name="rabat", packet_secrets=secrets,
        packet_partners=home_entry,
    ))  # fmt: skip
    there = {"receiver": "other", "installation": "conakry", "receiver_name": "Accueil Conakry"}
    packet = prepare(abroad, story, **there)
    abroad.post(f"/packets/{packet.id}/submit")
    abroad.get(f"/packets/{packet.id}")
    file = abroad.post(f"/packets/{packet.id}/file", status=200)
    assert NAME not in file
    assert json.loads(file)
    keys = read_keys("conakry", home_secrets, public_entry(read_keys("rabat", secrets, "")))
    opened = open_sealed(file.encode(), keys=keys, now=story.now)
    assert opened.content["name"] == NAME


def test_others_have_no_such_pages(story: Story, app: Flask, sign_in: SignIn) -> None:
    worker = Browser(sign_in(app.test_client(), story.accounts["RC"]))
    worker.get("/packets", 403)
    worker.get("/confirmations", 403)
