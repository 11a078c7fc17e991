"""Proposals: the question that decides, the reasons, the run that is kept."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.who import Who
from routing.models import FactRecord, RoutingRun, Task
from tests.routing.screens import (
    Seat,
    unschooled,
    with_conditions,
)
from tests.routing.stories import FACTS, Story


def test_the_deciding_question_comes_first_and_its_answer_is_kept(
    story: Story, session: Session, seat: Seat
) -> None:
    with_conditions(story)
    need = unschooled(story)
    caseworker = seat(Who.RC)
    page = caseworker.get(f"/needs/{need.id}/proposals")
    assert "One question settles one service" in page
    assert page.index("Which year of school was completed last") < page.index("Eligible")
    assert 'value="gn:7..gn:10"' in page
    caseworker.post(f"/needs/{need.id}/answers/education", {"education-value": "gn:7..gn:10"})
    row = session.scalars(select(FactRecord).where(FactRecord.name == "education")).one()
    assert row.value == {"lo": "gn:7", "hi": "gn:10"}
    page = caseworker.follow()
    assert "Which year of school was completed last" not in page
    assert "22 years; 18 to 35 asked" in page or "years" in page
    assert "Choose" in page


def test_a_question_nobody_can_answer_is_put_off(story: Story, seat: Seat) -> None:
    with_conditions(story)
    need = unschooled(story)
    caseworker = seat(Who.RC)
    caseworker.get(f"/needs/{need.id}/proposals")
    caseworker.post(f"/needs/{need.id}/answers/education", {"education-unknown": "1"})
    assert 'name="education-value"' not in caseworker.follow()


def test_a_wrong_answer_is_explained_and_can_be_corrected(story: Story, seat: Seat) -> None:
    with_conditions(story)
    need = unschooled(story)
    caseworker = seat(Who.RC)
    caseworker.get(f"/needs/{need.id}/proposals")
    page = caseworker.post(
        f"/needs/{need.id}/answers/education", {"education-value": "gn:99"}, status=422
    )
    assert "is not one of" in page
    caseworker.get(f"/needs/{need.id}/proposals")
    caseworker.post(f"/needs/{need.id}/answers/no-such-fact", {}, status=404)


def test_a_refusal_names_its_reason_and_what_would_change_it(story: Story, seat: Seat) -> None:
    with_conditions(story)
    need = story.need(story.case({**FACTS, "location": {"lon": -12.18, "lat": 11.3167}}))
    page = seat(Who.RC).get(f"/needs/{need.id}/proposals")
    assert "Not eligible" in page
    assert "What would change it:" in page
    assert re.search(r"11[.,]\d km", page)
    assert f'action="/needs/{need.id}/referrals"' not in page


def test_the_run_is_kept_once_a_day_with_its_components(
    story: Story, session: Session, seat: Seat
) -> None:
    with_conditions(story)
    need = story.need()
    caseworker = seat(Who.RC)
    caseworker.get(f"/needs/{need.id}/proposals")
    caseworker.get(f"/needs/{need.id}/proposals")
    [run] = session.scalars(select(RoutingRun).where(RoutingRun.need_id == need.id)).all()
    assert run.results[0]["rank"]["answer_rate"] == 0.5


def test_the_map_knows_the_person_only_inside_the_page(story: Story, seat: Seat) -> None:
    with_conditions(story)
    need = story.need()
    caseworker = seat(Who.RC)
    page = caseworker.get(f"/needs/{need.id}/proposals")
    assert '"lon": -12.29' in page
    assert not [address for address in caseworker.addresses if "12.29" in address]


def test_three_can_be_compared_and_printed(story: Story, seat: Seat) -> None:
    first, second = with_conditions(story), story.other_listing(duration_days=90)
    need = story.need()
    page = seat(Who.RC).get(f"/needs/{need.id}/compare?listing={first.id}&listing={second.id}")
    assert "Other provider" in page
    assert "90 days" in page


def test_enrolment_that_opens_later_gives_a_dated_task(
    story: Story, session: Session, seat: Seat
) -> None:
    need = story.need()
    day = (story.now + dt.timedelta(days=20)).date()
    caseworker = seat(Who.RC)
    caseworker.get(f"/needs/{need.id}/proposals")
    caseworker.post(f"/needs/{need.id}/reminders", {"on": day.isoformat()})
    task = session.scalars(select(Task).where(Task.kind == "look-again")).one()
    assert task.due_at.date() == day
    assert "Look again: enrolment opens" in caseworker.get("/cases")
