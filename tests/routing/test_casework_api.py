"""The same story through the JSON interface: from a new case to the acceptance of a referral."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.models import Account
from directory.who import Who
from routing.referral_life import State
from tests.routing import journeys
from tests.routing.stories import FACTS, NAME, NUMBER, Story

SignIn = Callable[[FlaskClient, Account], FlaskClient]


class Caller:
    """Somebody who calls the interface."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == status, answer.json
        return answer.json

    def post(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.client.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.json
        return answer.json


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, dt.datetime.now(dt.UTC))


@pytest.fixture
def caller(story: Story, app: Any, sign_in: SignIn) -> Callable[[Who], Caller]:
    app.config["WTF_CSRF_ENABLED"] = False
    return lambda who: Caller(sign_in(app.test_client(), story.accounts[who.value]))


def test_a_person_is_sent_to_a_service_and_accepted(
    story: Story, caller: Callable[[Who], Caller]
) -> None:
    listing = story.listing()
    rc, fp = caller(Who.RC), caller(Who.FP)
    case = rc.post(
        "/cases",
        201,
        organisation=str(story.sender.id),
        country="GN",
        name=NAME,
        routes=[{"kind": "phone", "value": NUMBER, "safe_to_call": True}],
    )
    [member] = case["members"]
    rc.post(f"/members/{member['id']}/facts", facts=dict(FACTS))
    need = rc.post(f"/members/{member['id']}/needs", 201, category="training", priority="P3")
    rc.post(f"/members/{member['id']}/consents", 201, kind="services", mode="signature")
    rc.post(f"/cases/{case['id']}/steps/screen", screening="v1")
    rc.post(f"/cases/{case['id']}/steps/plan", services_shown=["training"], plan_agreed=True)
    assert rc.post(f"/cases/{case['id']}/steps/activate")["state"] == "active"
    organisation = str(story.provider.id)
    rc.post(
        f"/members/{member['id']}/consents",
        201,
        kind="data-sharing",
        mode="signature",
        need=need["id"],
        dataset="training",
        recipients=[{"organisation": organisation, "accepted": True, "listing": str(listing.id)}],
    )
    referral = rc.post(f"/needs/{need['id']}/referrals", 201, listing=str(listing.id))
    path = f"/referrals/{referral['id']}"
    seen = rc.get(f"{path}/payload")
    assert "name" not in seen["preview"]
    assert seen["full"]["name"] == NAME
    said = {"affordability": "talked over"}
    rc.post(f"{path}/steps/prepare", role="RC", details=said)
    version = rc.post(f"{path}/steps/send", role="RC", idempotency_key="only-once")["version"]
    assert (
        rc.post(f"{path}/steps/send", role="RC", idempotency_key="only-once")["version"] == version
    )
    [received] = fp.get("/inbox")["items"]
    assert received["fields"] == seen["preview"]
    stale = fp.post(
        f"{path}/steps/accept", 409, role="FP", expected_version=1, details=story.acceptance()
    )
    assert stale["fields"] == {"state": "sent", "version": str(version)}
    fp.post(f"{path}/steps/accept", role="FP", details=story.acceptance())
    assert fp.get(f"/inbox/{referral['id']}")["fields"]["name"] == NAME
    assert rc.get(path)["state"] == "accepted"
    assert [line["stage"] for line in rc.get(f"/members/{member['id']}/disclosures")["items"]] == [
        2,
        1,
        1,
    ]
    assert "inform" in {item["code"] for item in rc.get("/caseload")["later"]}


def test_unknown_fields_are_refused_and_nothing_is_done(
    story: Story, caller: Callable[[Who], Caller]
) -> None:
    referral = journeys.in_state(story, State.SENT)
    fp = caller(Who.FP)
    path = f"/referrals/{referral.id}/steps/accept"
    details = {**story.acceptance(), "nickname": "x"}
    assert set(fp.post(path, 422, role="FP", details=details)["fields"]) == {"nickname"}
    assert set(fp.post(path, 422, role="FP", nickname="x")["fields"]) == {"nickname"}
    assert set(fp.post(path, 422, role="FP", details={})["fields"]) == {
        "start_on",
        "place",
        "to_bring",
    }
    assert referral.state is State.SENT


def test_what_is_out_of_sight_is_not_there(story: Story, caller: Callable[[Who], Caller]) -> None:
    referral = journeys.in_state(story, State.READY)
    fp = caller(Who.FP)
    assert caller(Who.RC).get(f"/referrals/{referral.id}")["state"] == "ready"
    fp.get(f"/inbox/{referral.id}", 404)
    fp.post(f"/referrals/{referral.id}/steps/acknowledge", 404, role="FP")
    fp.get(f"/referrals/{referral.id}", 403)
    fp.get(f"/cases/{referral.case_id}", 403)


def test_a_person_who_calls_is_found_by_their_number(
    story: Story, caller: Callable[[Who], Caller]
) -> None:
    case = story.case()
    rc = caller(Who.RC)
    found = rc.post("/cases/find", kind="phone", value="620 12 34 56", country="GN")
    assert [item["code"] for item in found["items"]] == [case.code]
    assert rc.post("/cases/find", kind="phone", value="620 00 00 00", country="GN")["items"] == []
    assert rc.post("/cases/find", code=case.code.lower().replace("-", " "))["items"]
    rc.post("/cases/find", 404, code="AAA-AAA")
    assert set(rc.post("/cases/find", 422, kind="phone")["fields"]) == {"value", "country"}
