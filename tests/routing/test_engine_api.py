"""``POST /api/v1/proposals``: facts in, proposals out, nothing kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor, Grant
from directory.core.audit import AuditEntry
from directory.operations.changes import mark_changed
from directory.roles import ROLES
from directory.visibility import Visibility
from routing.facts import Facts
from routing.models import FactRecord, RoutingRun
from routing.proposals import NeedAsked
from routing.queries.proposals import propose
from seeds.reference_data import load_regions
from tests import factories

ADDRESS = "/api/v1/proposals"
PERSON = {"born": "2000-05-01", "location": {"lon": -12.29, "lat": 11.32}}


@pytest.fixture
def caseworker(client: FlaskClient, session: Session) -> FlaskClient:
    return program_of(client, session, "RC")


def program_of(client: FlaskClient, session: Session, role: str) -> FlaskClient:
    """A program with the access token of an account in that role."""
    account = factories.Account.with_role(role, factories.Organisation())
    account.language = "en"
    account.tf_primary_method, account.tf_totp_secret = "authenticator", "{}"
    account.mf_recovery_codes = []
    session.commit()
    client.environ_base["HTTP_AUTHENTICATION_TOKEN"] = account.get_auth_token()
    return client


def listing(session: Session, **conditions: dict[str, Any]) -> Any:
    row = factories.Listing()
    for kind, asks in conditions.items():
        factories.Condition(listing=row, kind=kind, asks=asks)
    mark_changed(session, [row.id])
    session.flush()
    return row


def ask(client: FlaskClient, **body: Any) -> Any:
    content = {"facts": PERSON, "need": {"category": "training", "country": "GN"}, **body}
    return client.post(ADDRESS, json=content)


def test_the_answer_says_who_why_and_what_next(session: Session, caseworker: FlaskClient) -> None:
    near = listing(session, age={"min": 18, "max": 35})
    asks = listing(session, education={"max": "gn:10"})
    late = listing(session, age={"max": 15})
    answer = ask(caseworker)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = answer.get_json()
    assert [one["listing_id"] for one in found["eligible"]] == [str(near.id)]
    assert [one["listing_id"] for one in found["ask"]] == [str(asks.id)]
    assert [one["listing_id"] for one in found["ineligible"]] == [str(late.id)]
    assert found["counts"] == {"eligible": 1, "not-now": 0, "ask": 1, "ineligible": 1}
    assert [question["fact"] for question in found["questions"]] == ["education"]
    assert found["summary"] == "One question decides one service"
    first = found["eligible"][0]
    assert first["distance"] == {
        "lo": pytest.approx(817.46, abs=0.01),
        "hi": pytest.approx(817.46, abs=0.01),
    }
    assert {"kind": "age", "condition": "18 to 35 years", "answer": "yes", "hard": True,
            "reason": first["findings"][0]["reason"]} == first["findings"][0]  # fmt: skip
    assert found["ineligible"][0]["reasons"]


def test_parts_of_the_answer_can_be_left_out(session: Session, caseworker: FlaskClient) -> None:
    listing(session, age={"min": 18})
    found = ask(caseworker, only=["eligible"], overview=False, findings=False).get_json()
    assert set(found) == {"directory_number", "eligible"}
    assert "findings" not in found["eligible"][0]


def test_nothing_about_the_person_is_stored(session: Session, caseworker: FlaskClient) -> None:
    listing(session)
    tables = (RoutingRun, FactRecord, AuditEntry)
    before = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert ask(caseworker).status_code == 200
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == before


def test_every_problem_is_named(session: Session, caseworker: FlaskClient) -> None:
    body = {
        "facts": {"born": "yesterday", "shoe": 4},
        "need": {"category": "shoes", "k": 0, "country": "Guinea", "extra": 1},
        "only": ["perhaps"], "colour": "red",
    }  # fmt: skip
    answer = caseworker.post(ADDRESS, json=body)
    assert answer.status_code == 422
    assert set(answer.get_json()["fields"]) == {
        "facts.born", "facts.shoe", "need.category", "need.k", "need.country", "need.extra", "only", "colour",
    }  # fmt: skip


@pytest.mark.parametrize("body", ["nothing", [], "42"])
def test_a_body_that_is_no_object_is_refused(caseworker: FlaskClient, body: Any) -> None:
    assert caseworker.post(ADDRESS, json=body).status_code == 422


@pytest.mark.parametrize(
    ("lon", "lat", "status"),
    [
        (-12.29, 11.32, 200),
        (11.32, -12.29, 422),
        (180.0, 11.32, 422),
        (-12.29, 90.0, 422),
        (2.35, 48.86, 422),
    ],
)
def test_positions_outside_the_country_are_refused(
    session: Session, caseworker: FlaskClient, lon: float, lat: float, status: int
) -> None:
    load_regions(session)
    listing(session)
    answer = ask(caseworker, facts={"location": {"lon": lon, "lat": lat}})
    assert answer.status_code == status
    assert status == 200 or set(answer.get_json()["fields"]) == {"facts.location"}


def test_strangers_may_not_ask(client: FlaskClient) -> None:
    client.environ_base["HTTP_AUTHENTICATION_TOKEN"] = "invented"
    assert ask(client).status_code == 401


def test_editors_of_listings_may_not_ask(client: FlaskClient, session: Session) -> None:
    assert ask(program_of(client, session, "PA")).status_code == 403


def test_services_for_protection_staff_are_never_in_it(
    session: Session, caseworker: FlaskClient
) -> None:
    shown, hidden = listing(session), listing(session)
    hidden.visibility = Visibility.PROTECTION_ONLY
    session.flush()
    staff = Actor(None, "staff", (Grant("RC", ROLES["RC"].permissions),))
    seen = propose(session, Facts(), NeedAsked("training"), staff, dt.date(2026, 3, 2))
    assert {one.listing_id for one in seen.eligible} == {shown.id, hidden.id}
    assert [one["listing_id"] for one in ask(caseworker).get_json()["eligible"]] == [str(shown.id)]
