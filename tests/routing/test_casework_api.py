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
from routing.priorities import Priority
from routing.referral_life import State
from tests import factories
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

    def delete(self, path: str, status: int = 200) -> Any:
        answer = self.client.delete(f"/api/v1{path}")
        assert answer.status_code == status, answer.json
        return answer.json


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session, dt.datetime.now(dt.UTC))


@pytest.fixture
def caller(
    story: Story, app: Any, sign_in: SignIn, without_form_tokens: None
) -> Callable[[Who], Caller]:
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


def test_needs_tasks_and_the_team_are_looked_after(
    story: Story, caller: Callable[[Who], Caller]
) -> None:
    need = story.need()
    rc, rs = caller(Who.RC), caller(Who.RS)
    path = f"/needs/{need.id}"
    assert rc.post(f"{path}/priority", priority="P1")["priority"] == "P1"
    rc.post(f"{path}/priority", 422, priority="P9")
    [task] = [item for item in rc.get("/caseload")["later"] if item["kind"] == "task"]
    rc.post(f"/tasks/{task['task']}/done")
    assert [item["code"] for item in rc.get("/caseload")["later"]] == ["decide-next"]
    assert rc.post(f"{path}/end", state="met")["state"] == "met"
    assert rc.post(f"{path}/reopen")["state"] == "open"
    rc.post(f"/members/{need.member_id}", name="Another name")
    assert rc.get(f"/cases/{need.case_id}")["members"][0]["name"] == "Another name"
    colleague = factories.Account.with_role("RC", story.sender)
    story.session.commit()
    team = f"/cases/{need.case_id}/team"
    rc.post(team, 403, account=str(colleague.id))
    rs.post(team, account=str(colleague.id))
    rs.post(team, 409, account=str(story.accounts["FP"].id))
    rs.post(team, 404, account=str(need.id))
    rs.delete(f"{team}/{story.accounts['RC'].id}")
    rc.get(f"/cases/{need.case_id}", 404)
    rs.delete(f"{team}/{colleague.id}", 409)


def test_consents_exceptions_and_withdrawals(story: Story, caller: Callable[[Who], Caller]) -> None:
    referral = story.sent()
    rc, rs, dpo = caller(Who.RC), caller(Who.RS), caller(Who.DPO)
    need = story.need(referral.case, Priority.P1, "psychosocial")
    listing = story.listing(category="psychosocial")
    excepted = rc.post(
        f"/members/{need.member_id}/exceptions",
        201,
        code="life-danger",
        role="RC",
        need=str(need.id),
        recipients=[{"organisation": str(listing.service.organisation_id), "accepted": True}],
        facts="spoke of suicide twice, has a plan, is alone tonight",
    )
    rc.post(f"/consents/{excepted['id']}/countersign", 403)
    assert rs.post(f"/consents/{excepted['id']}/countersign")["countersigned_at"]
    listed = rc.get(f"/cases/{referral.case_id}/consents")["items"]
    assert {item["kind"] for item in listed} == {"services", "data-sharing"}
    assert str(referral.consent_id) in {item["id"] for item in listed}
    ended = dpo.post(f"/consents/{referral.consent_id}/withdraw", channel="in-writing")
    assert ended == {"referrals": [str(referral.id)]}
    rc.post(f"/consents/{referral.consent_id}/withdraw", 422, channel="pigeon")


def test_what_comes_back_is_told_tried_and_sent_on(
    story: Story, caller: Callable[[Who], Caller]
) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    other = story.other_listing()
    story.consent(referral.need, other)
    rc, rs, dpo = caller(Who.RC), caller(Who.RS), caller(Who.DPO)
    path = f"/referrals/{referral.id}"
    [route] = referral.member.routes
    tried = {"role": "RC", "route": str(route.id), "outcome": "no-answer"}
    rc.post(f"{path}/attempts", 201, **tried)
    rc.post(f"{path}/attempts", 422, **{**tried, "outcome": "shouted"})
    said = {"listing": str(other.id), "affordability": "talked over"}
    rc.post(f"{path}/reroute", 409, **said)
    rc.post(f"{path}/inform", role="RC", channel="phone", reached=True)
    child = rc.post(f"{path}/reroute", 201, **said)
    assert (child["state"], child["parent"]) == ("sent", str(referral.id))
    onward = f"/referrals/{child['id']}"
    rs.post(f"{onward}/inform", role="RS", channel="phone", reached=True)
    dpo.post(f"{onward}/void-approvals", role="DPO", reason="entered twice")
    assert rs.post(f"{onward}/void", role="RS", reason="entered twice")["state"] == "void"


def test_what_does_not_exist_or_lies_far_away_is_refused_in_words(
    story: Story, caller: Callable[[Who], Caller]
) -> None:
    story.accounts["RC"].grants[0].organisation_id = None
    referral = story.sent()
    rc, fp = caller(Who.RC), caller(Who.FP)
    nowhere = str(referral.id)
    wrong = rc.post("/cases", 422, organisation=nowhere, country="GN", contact_impossible=True)
    assert set(wrong["fields"]) == {"organisation_id"}
    exception = {"code": "life-danger", "role": "RC", "need": str(referral.need_id)}
    named = [{"organisation": nowhere, "accepted": True}]
    path = f"/members/{referral.member_id}/exceptions"
    wrong = rc.post(path, 422, recipients=named, **exception)
    assert set(wrong["fields"]) == {"recipients"}
    far = {**story.acceptance(), "start_on": "9999-12-31"}
    wrong = fp.post(f"/referrals/{referral.id}/steps/accept", 422, role="FP", details=far)
    assert set(wrong["fields"]) == {"start_on"}
    named[0]["organisation"] = str(story.provider.id)
    until = "9999-12-31T23:59:59-12:00"
    wrong = rc.post(path, 422, recipients=named, valid_until=until, **exception)
    assert set(wrong["fields"]) == {"valid_until"}
