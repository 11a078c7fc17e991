"""My caseload: what is due, with the action as the button."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.who import Who
from routing.models import Task
from tests.routing.screens import (
    Seat,
)
from tests.routing.stories import Story


def test_the_caseload_says_what_is_due_with_the_action_as_the_button(
    story: Story, seat: Seat
) -> None:
    referral = story.returned()
    caseworker = seat(Who.RC)
    page = caseworker.get("/cases")
    assert "Tell the person<span" in page
    assert "Decide what happens next<span" not in page
    assert f"/referrals/{referral.id}" in caseworker.addresses


def test_the_caseload_is_narrowed_without_a_trace_in_the_address(story: Story, seat: Seat) -> None:
    shown, hidden = story.need(), story.need()
    caseworker = seat(Who.RC)
    caseworker.get("/cases")
    typed = shown.case.code.lower().replace("-", " ")
    page = caseworker.post("/cases", {"code": typed}, status=200)
    assert shown.case.code in page
    assert hidden.case.code not in page
    page = caseworker.post("/cases", {"category": "medical"}, status=200)
    assert shown.case.code not in page


def test_an_empty_caseload_says_what_to_do(seat: Seat) -> None:
    page = seat(Who.RC).get("/cases")
    assert "Nothing to do today" in page
    assert 'href="/cases/new"' in page


def test_a_task_is_done_from_the_page_of_the_person(
    story: Story, session: Session, seat: Seat
) -> None:
    need = story.need()
    task = session.scalars(select(Task)).one()
    caseworker = seat(Who.RC)
    assert "Find a service" in caseworker.get(f"/cases/{need.case_id}")
    caseworker.post(f"/tasks/{task.id}/done")
    session.expire_all()
    assert task.done_at is not None


def test_asking_where_the_person_lives_finishes_the_task(
    story: Story, session: Session, seat: Seat
) -> None:
    referral = story.returned("R05", new_area="Dalaba")
    caseworker = seat(Who.RC)
    address = f"/people/{referral.member_id}/facts/location"
    caseworker.get(address)
    caseworker.post(address, {"location-lat": "10.7", "location-lon": "-12.2"})
    session.expire_all()
    task = session.scalars(select(Task).where(Task.kind == "ask-location")).one()
    assert task.done_at is not None
