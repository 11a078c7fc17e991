"""The follow-up form and the list of the week, on a phone and without JavaScript (F7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.who import Who
from routing.models import ContactAttempt, FollowUp, PersonAnswer
from routing.referral_states import State
from tests.routing import journeys
from tests.routing.browser import SignIn
from tests.routing.screens import Seat
from tests.routing.stories import DAY, Story


def due(story: Story, state: State = State.IN_SERVICE, ago: dt.timedelta = DAY) -> Any:
    """A referral whose first follow-up was due so long ago."""
    referral = journeys.in_state(story, state)
    rows = story.session.scalars(select(FollowUp).order_by(FollowUp.due_at)).all()
    rows[0].due_at = story.now - ago
    story.session.commit()
    return referral


def test_f07_the_list_leads_to_the_form_and_the_form_empties_the_list(
    story: Story, seat: Seat
) -> None:
    referral = due(story)
    caseworker = seat(Who.RC)
    page = caseworker.get("/follow-ups")
    address = f"/referrals/{referral.id}/follow-up"
    assert address in caseworker.addresses
    assert "After two weeks" in page
    assert address in caseworker.get("/cases")
    page = caseworker.get(address)
    assert "Did the provider contact you?" in page
    given = {"contacted": "yes", "started": "yes", "still_going": "yes", "satisfaction": "4"}
    caseworker.post(address, {**given, "asker": "third-party", "channel": "phone"})
    assert "Nobody to ask this week" in caseworker.follow()
    row = story.session.scalars(select(PersonAnswer)).one()
    assert (row.asker, row.satisfaction, row.still_going) == ("third-party", "4", True)


def test_a_mistake_keeps_what_was_said(story: Story, seat: Seat) -> None:
    referral = due(story)
    caseworker, address = seat(Who.RC), f"/referrals/{referral.id}/follow-up"
    caseworker.get(address)
    given = {"contacted": "yes", "started": "yes", "still_going": "no", "words": "too far"}
    page = caseworker.post(address, {**given, "asker": "provider", "channel": "phone"}, 422)
    assert "If not, why?: Please choose why." in page
    assert "too far" in page
    page = caseworker.post(address, {"contacted": "maybe"}, 422)
    assert "Please answer yes or no." in page


def test_not_reached_is_a_try_and_it_stays_due(story: Story, seat: Seat) -> None:
    referral = due(story)
    caseworker, address = seat(Who.RC), f"/referrals/{referral.id}/follow-up"
    caseworker.get(address)
    route = str(referral.member.routes[0].id)
    caseworker.post(f"{address}/tried", {"route": route, "outcome": "off"})
    assert address in caseworker.follow()
    assert story.session.scalars(select(ContactAttempt.outcome)).all() == ["off"]
    caseworker.get(address)
    caseworker.post(f"{address}/tried", {"route": route, "outcome": "reached"}, 422)


def test_a_supervisor_sees_who_has_what_to_ask(story: Story, seat: Seat) -> None:
    due(story)
    supervisor, worker = seat(Who.RS), story.accounts["RC"]
    page = supervisor.get("/follow-ups")
    assert "Who has what to ask" in page
    assert "1 late" in page
    page = supervisor.post("/follow-ups", {"worker": str(worker.id)}, 200)
    assert "Ask the person" in page
    page = supervisor.post("/follow-ups", {"worker": str(story.accounts["RS"].id)}, 200)
    assert "Nobody to ask this week" in page
    assert "Who has what to ask" not in seat(Who.RC).get("/follow-ups")


@pytest.mark.usefixtures("without_form_tokens")
def test_the_json_interface_gives_and_takes_follow_ups(
    story: Story, app: Flask, sign_in: SignIn
) -> None:
    referral = due(story)
    client = sign_in(app.test_client(), story.accounts["RC"])
    [item] = client.get("/api/v1/follow-ups").json["items"]
    assert (item["name"], item["is_late"], item["referral"]) == ("d14", True, str(referral.id))
    body = {
        "role": "RC", "asker": "referring-organisation", "channel": "phone", "contacted": True,
        "started": False,
    }  # fmt: skip
    given = client.post(f"/api/v1/referrals/{referral.id}/follow-ups", json=body)
    assert given.status_code == 201, given.json
    assert given.json["state"] == "accepted"
    assert client.get("/api/v1/follow-ups").json["items"] == []
    refused = client.post(f"/api/v1/referrals/{referral.id}/follow-ups", json={**body, "code": "X"})
    assert refused.status_code == 422


def test_the_command_lists_codes_and_no_names(story: Story, app: Flask, session: Session) -> None:
    referral = due(story)
    email = story.accounts["RC"].email
    found = app.test_cli_runner().invoke(args=["routing", "follow-ups", email])
    assert (found.exit_code, referral.case.code in found.output) == (0, True)
    assert "Canary" not in found.output
    counted = app.test_cli_runner().invoke(args=["routing", "follow-ups", email, "--by-caseworker"])
    assert "1 late" in counted.output
    assert app.test_cli_runner().invoke(args=["routing", "follow-ups", "x@y.z"]).exit_code == 1
