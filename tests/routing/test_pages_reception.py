"""A new person, and what is written about them, as a caseworker does it without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.models import Place
from directory.who import Who
from routing.case_life import State
from routing.models import Case, FactRecord, Need
from tests import factories
from tests.routing.browser import Browser, SignIn
from tests.routing.screens import Seat
from tests.routing.stories import NAME, NUMBER, Story

FORM: dict[str, Any] = {
    "category": "training", "priority": "P3", "detail": "carpentry", "name": "Aminata Barry",
    "language": "fr", "born-age": "22", "sex-value": "female",
    "location-lat": "11.32", "location-lon": "-12.29", "location-radius": "0",
    "route-kind": "phone", "route-value": "620 55 44 33", "route-owner": "self", "route-call": "1",
    "danger": "no", "explained": "1", "agreed": "1", "consents": "1", "mode": "signature",
}  # fmt: skip


def the_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def test_a_person_is_received_and_the_proposals_follow(session: Session, seat: Seat) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    caseworker.post("/cases/new", FORM)
    case, need = the_case(session), session.scalars(select(Need)).one()
    assert caseworker.location == f"/needs/{need.id}/proposals"
    assert case.state is State.ACTIVE
    assert case.members[0].name == "Aminata Barry"
    facts = set(session.scalars(select(FactRecord.name)))
    assert {"born", "sex", "location"} <= facts


def test_the_same_form_sent_twice_receives_one_person(session: Session, seat: Seat) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    caseworker.post("/cases/new", FORM)
    first = caseworker.location
    caseworker.post("/cases/new", FORM)
    assert caseworker.location == first
    assert session.scalars(select(func.count(Case.id))).one() == 1


def test_nothing_about_the_person_stands_in_an_address(session: Session, seat: Seat) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    caseworker.post("/cases/new", FORM)
    for address in ("/cases", caseworker.location, f"/cases/{the_case(session).id}"):
        caseworker.get(address)
        written = " ".join(caseworker.addresses)
        for value in ("Aminata", "Barry", "11.32", "12.29", "carpentry"):
            assert value not in written
        assert the_case(session).code not in written


def test_pages_about_people_are_not_kept_by_browsers(session: Session, seat: Seat) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    caseworker.post("/cases/new", FORM)
    caseworker.follow()
    assert caseworker.last is not None
    assert caseworker.last.headers["Cache-Control"] == "no-store"


def test_every_problem_is_named_and_what_was_typed_is_kept(session: Session, seat: Seat) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    wrong = FORM | {"category": "", "route-value": "", "born-age": "old", "explained": ""}
    page = caseworker.post("/cases/new", wrong, status=422)
    for sentence in (
        "Choose what the person needs.", "A number is needed, not “old”.",
        "Note how the person can be contacted safely", "Tell the person of every kind of help",
    ):  # fmt: skip
        assert sentence in page
    assert 'value="Aminata Barry"' in page
    assert session.scalars(select(func.count(Case.id))).one() == 0


def test_danger_is_asked_before_anything_else(session: Session, seat: Seat) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    page = caseworker.post("/cases/new", FORM | {"danger": ""}, status=422)
    assert "Ask about danger first" in page


def test_somebody_in_danger_is_helped_at_once(session: Session, seat: Seat) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    urgent = {"danger": "yes", "priority": "P0", "explained": "", "agreed": ""}
    caseworker.post("/cases/new", FORM | urgent)
    assert the_case(session).state is State.ACTIVE


def test_without_agreement_the_person_is_registered_and_can_begin_later(
    session: Session, seat: Seat
) -> None:
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    caseworker.post("/cases/new", FORM | {"consents": "", "explained": "", "agreed": ""})
    case = the_case(session)
    assert case.state is State.REGISTERED
    assert "not yet agreed to be accompanied" in caseworker.follow()
    caseworker.get(f"/cases/{case.id}/steps/begin")
    page = caseworker.post(f"/cases/{case.id}/steps/begin", {"danger": "no"}, status=422)
    assert "Ask whether the person agrees to be helped." in page
    settled = {"danger": "no", "explained": "1", "agreed": "1", "consents": "1"}
    caseworker.post(f"/cases/{case.id}/steps/begin", settled)
    session.expire_all()
    assert the_case(session).state is State.ACTIVE


def test_a_village_is_found_by_its_name(session: Session, seat: Seat) -> None:
    labe = factories.Region()
    session.add(
        Place(country="GN", name="Popodara", folded="popodara", alternate_names=[],
              region_id=labe.id, lon=-12.45, lat=11.5)
    )  # fmt: skip
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    named = {"location-lat": "", "location-lon": "", "location-name": "popodara"}
    caseworker.post("/cases/new", FORM | named)
    row = session.scalars(select(FactRecord).where(FactRecord.name == "location")).one()
    assert (row.value["lon"], row.value["lat"], row.value["radius"]) == (-12.45, 11.5, 3000)


def test_of_two_villages_of_one_name_one_is_chosen(session: Session, seat: Seat) -> None:
    places = [
        Place(country="GN", name="Sinthiourou", folded="sinthiourou", alternate_names=[],
              region_id=factories.Region(name=name).id, lon=lon, lat=11.0)
        for name, lon in (("Pita", -12.0), ("Mali", -13.0))
    ]  # fmt: skip
    session.add_all(places)
    caseworker = seat(Who.RC)
    caseworker.get("/cases/new")
    named = {"location-lat": "", "location-lon": "", "location-name": "Sinthiourou"}
    page = caseworker.post("/cases/new", FORM | named, status=422)
    assert "Several places have this name" in page
    assert "Sinthiourou, Pita" in page
    caseworker.post("/cases/new", FORM | named | {"location-choice": str(places[1].id)})
    row = session.scalars(select(FactRecord).where(FactRecord.name == "location")).one()
    assert row.value["lon"] == -13.0


def test_the_page_of_a_person_says_what_is_known_with_source_and_date(
    story: Story, seat: Seat
) -> None:
    case = story.case()
    story.need(case)
    page = seat(Who.RC).get(f"/cases/{case.id}")
    assert case.code in page
    assert NAME in page
    assert NUMBER in page
    assert "do not call" not in page
    assert "no voice message" in page
    assert "Year 9 (Guinea)" in page
    assert "said by the person, <time" in page
    assert "The person was received" in page


def test_a_fact_that_is_out_of_date_is_asked_again(story: Story, seat: Seat) -> None:
    need = story.need()
    old = {"value": {"lon": -12.0, "lat": 11.0}, "as_of": "2020-01-01", "source": "declared"}
    story.learn(need, location=old)
    page = seat(Who.RC).get(f"/cases/{need.case_id}")
    assert "to be asked again" in page
    assert f"/people/{need.member_id}/facts/location" in page


def test_a_fact_is_changed_or_taken_back(story: Story, session: Session, seat: Seat) -> None:
    need = story.need()
    address = f"/people/{need.member_id}/facts/education"
    caseworker = seat(Who.RC)
    caseworker.get(address)
    caseworker.post(address, {"education-value": "gn:11", "education-source": "document"})
    current = select(FactRecord).where(
        FactRecord.member_id == need.member_id, FactRecord.name == "education",
        FactRecord.replaced_at.is_(None),
    )  # fmt: skip
    row = session.scalars(current).one()
    assert (row.value, row.source) == ("gn:11", "document")
    caseworker.post(address, {"unknown": "1"})
    assert session.scalars(current).one_or_none() is None
    page = caseworker.post(address, {}, status=422)
    assert "Please answer, or say that it is not known." in page


def test_after_an_answer_one_goes_back_only_within_this_site(story: Story, seat: Seat) -> None:
    need = story.need()
    address = f"/people/{need.member_id}/facts/sex"
    caseworker = seat(Who.RC)
    caseworker.get(f"{address}?back=/cases")
    caseworker.post(address, {"sex-value": "male", "back": "/cases"})
    assert caseworker.location == "/cases"
    caseworker.post(address, {"sex-value": "male", "back": "https://evil.example/"})
    assert caseworker.location == f"/cases/{need.case_id}"


def test_every_question_about_a_person_can_be_opened(story: Story, seat: Seat) -> None:
    need = story.need()
    caseworker = seat(Who.RC)
    caseworker.get(f"/people/{need.member_id}/facts")
    questions = [one for one in caseworker.addresses if f"/people/{need.member_id}/facts/" in one]
    assert len(questions) > 30
    for address in questions:
        caseworker.get(address)


def test_household_contact_and_needs_are_added(story: Story, session: Session, seat: Seat) -> None:
    need = story.need()
    case, member = need.case, need.member
    caseworker = seat(Who.RC)
    caseworker.get(f"/cases/{case.id}")
    caseworker.post(f"/cases/{case.id}/members", {"relation": "child", "language": "ff"})
    caseworker.post(
        f"/people/{member.id}/routes",
        {"m1-route-kind": "email", "m1-route-value": "a@example.org", "m1-route-text": "1"},
    )
    caseworker.post(f"/people/{member.id}/needs", {"category": "housing", "priority": "P2"})
    session.expire_all()
    assert [one.relation for one in case.members] == ["principal", "child"]
    assert [one.kind for one in member.routes] == ["phone", "email"]
    assert session.scalars(select(Need).where(Need.category == "housing")).one().priority == "P2"
    caseworker.post(f"/people/{member.id}/routes/{member.routes[1].id}/remove")
    caseworker.post(f"/cases/{case.id}/government", {"excluded": "1"})
    session.expire_all()
    assert len(member.routes) == 1
    assert case.excludes_government


def test_a_refused_addition_is_explained_and_changes_nothing(
    story: Story, session: Session, seat: Seat
) -> None:
    need = story.need()
    caseworker = seat(Who.RC)
    caseworker.get(f"/cases/{need.case_id}")
    caseworker.post(f"/people/{need.member_id}/needs", {"category": "wishes", "priority": "P3"})
    assert "Please choose one of the list." in caseworker.follow()
    assert session.scalars(select(func.count(Need.id))).one() == 1


def test_a_step_of_the_case_names_everything_that_is_missing(story: Story, seat: Seat) -> None:
    case = story.case()
    story.need(case)
    story.sent(story.need(case))
    caseworker = seat(Who.RC)
    address = f"/cases/{case.id}/steps/close"
    caseworker.get(address)
    given = {"closure_code": "person-choice", "expected_version": str(case.version)}
    page = caseworker.post(address, given, status=409)
    assert "1 referrals are still open." in page
    assert "Tell the person what is closed" in page
    assert "Not possible now. What you typed is kept below" in page


def test_reading_a_person_leaves_a_line(story: Story, session: Session, seat: Seat) -> None:
    case = story.case()
    seat(Who.RC).get(f"/cases/{case.id}")
    query = select(AuditEntry).where(
        AuditEntry.action == "routing:case:read", AuditEntry.subject == f"case_file:{case.id}"
    )
    [line] = session.scalars(query).all()
    assert line.actor == story.accounts["RC"].actor.label


def test_a_caseworker_of_another_organisation_finds_nothing(
    story: Story, app: Flask, sign_in: SignIn
) -> None:
    need = story.need()
    stranger = factories.Account.with_role("RC", factories.Organisation())
    browser = Browser(sign_in(app.test_client(), stranger))
    for address in (
        f"/cases/{need.case_id}", f"/people/{need.member_id}/facts",
        f"/people/{need.member_id}/facts/sex", f"/needs/{need.id}/proposals",
    ):  # fmt: skip
        browser.get(address, 404)


def test_a_provider_opens_no_case(story: Story, seat: Seat) -> None:
    case = story.case()
    provider = seat(Who.FP)
    for address in ("/cases", "/cases/new", f"/cases/{case.id}"):
        provider.get(address, 403)
