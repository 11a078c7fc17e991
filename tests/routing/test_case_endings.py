"""Closing and coming back: C-T13 on the database, and the failures F18 and F19 of the protocol."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.core.outbox import OutboxMessage
from directory.models import Programme
from directory.who import Who
from routing.case_life import State
from routing.models import Case, ConsentRecord, Referral, Task
from routing.operations.case_steps import take_case_step
from routing.operations.cases import add_member
from routing.operations.facts import record_facts
from routing.operations.needs import end_need, record_gap
from routing.priorities import Priority
from routing.programme_ends import expected_end, last_day, runs_past
from routing.queries.ending_soon import all_ending_soon, ending_soon
from routing.queries.known_facts import facts_of
from tests import factories
from tests.routing import journeys
from tests.routing.stories import DAY, FACTS, NAME, Story

YEAR = 365 * DAY
DONE = {"closure_code": "plan-completed", "person_told": True}
ENDED = {**DONE, "closure_code": "programme-ended", "continuing_service": "district hospital"}


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def step(story: Story, case: Case, name: str, **details: Any) -> Case:
    return take_case_step(
        story.session, case, name, actor=story.actor(Who.RC), role=Who.RC, now=story.now,
        details=details,
    )  # fmt: skip


def closed(story: Story, case: Case | None = None, **details: Any) -> Case:
    case = case or story.need().case
    return step(story, case, "close", **{**DONE, **details})


def open_kinds(story: Story, case: Case) -> set[str]:
    story.session.expire_all()
    return set(story.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


def messages(story: Story, template: str) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return list(story.session.scalars(query))


# ----------------------------------------------------------------------------------------- closing


@pytest.mark.parametrize("priority", [Priority.P0, Priority.P1, Priority.P2])
@pytest.mark.parametrize("state", ["open", "gap"])
def test_f18_the_end_of_a_programme_does_not_close_a_case_with_an_urgent_need(
    story: Story, priority: Priority, state: str
) -> None:
    need = story.need(priority=priority)
    if state == "gap":
        record_gap(
            story.session, need, cause="no-service", review_on=story.now.date(), run_id=None,
            actor=story.actor(Who.RC), now=story.now,
        )  # fmt: skip
    with pytest.raises(Conflict), story.session.begin_nested():
        closed(story, need.case, **ENDED)
    story.session.refresh(need.case)
    assert need.case.state is State.ACTIVE


def test_f18_it_names_the_service_that_goes_on(story: Story) -> None:
    case = story.need().case
    with pytest.raises(Conflict), story.session.begin_nested():
        closed(story, case, **{**ENDED, "continuing_service": " "})
    closed(story, case, **ENDED)
    assert case.records["close"]["continuing_service"] == "district hospital"


def test_the_closing_message_names_nobody_and_goes_only_where_writing_is_safe(
    story: Story,
) -> None:
    case = closed(story)
    [message] = messages(story, "case-closed")
    assert message.recipient == case.members[0].routes[0].value
    assert message.subject == f"case_file:{case.id}"
    silent = story.need().case
    silent.members[0].routes[0].safe_to_text = False
    closed(story, silent)
    assert len(messages(story, "case-closed")) == 1


def test_nobody_writes_to_somebody_who_died(story: Story) -> None:
    closed(story, closure_code="died", person_told=False)
    assert messages(story, "case-closed") == []


def test_a_child_is_asked_after_three_months_later(story: Story) -> None:
    case = story.need().case
    child = add_member(
        story.session, case, relation="child", actor=story.actor(Who.RC), now=story.now
    )
    closed(story, case)
    [task] = story.session.scalars(select(Task).where(Task.done_at.is_(None))).all()
    assert (task.kind, task.due_at) == ("post-closure-check", story.now + 90 * DAY)
    record_facts(
        story.session, child, {"born": "1990-01-01"}, actor=story.actor(Who.RC), now=story.now
    )
    step(story, case, "reopen", reason="back")
    closed(story, case)
    assert open_kinds(story, case) == set()


def test_a_case_is_not_closed_as_transferred(story: Story) -> None:
    with pytest.raises(Conflict):
        closed(story, closure_code="transferred")


# ----------------------------------------------------------------------------------- coming back


def test_f18_a_closed_case_reopens_and_within_a_year_the_assessment_is_kept(story: Story) -> None:
    need = story.need()
    case = need.case
    listing = story.listing()
    agreed = story.consent(need, listing)
    end_need(story.session, need, "met", actor=story.actor(Who.RC), now=story.now)
    closed(story, case)
    story.now += 2 * DAY
    step(story, case, "reopen", reason="the illness came back")
    assert (case.state, case.closed_at, case.closure_code) == (State.ACTIVE, None, None)
    assert case.records["screen"]["screening"] == "v1"
    assert agreed.expires_at == story.now
    assert open_kinds(story, case) == {"renew-consents", "ask-stale-facts"}
    known = facts_of(story.session, case.members[0], today=story.now.date())
    stale = known.stale(story.now.date())
    assert "location" in stale
    assert "education" not in stale


def test_old_consents_let_nothing_go_after_coming_back(story: Story) -> None:
    need = story.need()
    listing = story.listing()
    story.consent(need, listing)
    closed(story, need.case)
    story.now += DAY
    step(story, need.case, "reopen", reason="back")
    story.learn(need, location=FACTS["location"])
    referral = story.draft(need, listing)
    with pytest.raises(Conflict) as refusal, story.session.begin_nested():
        story.step(referral, "prepare", Who.RC, affordability="talked over")
    assert any("consent" in str(reason).lower() for reason in refusal.value.reasons)
    story.consent(need, listing)
    story.session.expire_all()
    story.step(referral, "prepare", Who.RC, affordability="talked over")
    story.step(referral, "send", Who.RC)
    assert referral.state == "sent"


def test_after_more_than_a_year_everything_that_may_have_changed_is_asked(story: Story) -> None:
    case = closed(story)
    story.now += YEAR + DAY
    step(story, case, "reopen", reason="back")
    assert "screen" not in case.records
    assert open_kinds(story, case) == {"renew-consents", "ask-stale-facts", "assess-again"}
    known = facts_of(story.session, case.members[0], today=story.now.date())
    stale = set(known.stale(story.now.date()))
    assert {"education", "location"} <= stale
    assert not {"born", "sex"} & stale
    assert case.members[0].name == NAME


def test_reopening_twice_does_not_open_two_cases(story: Story) -> None:
    case = closed(story)
    step(story, case, "reopen", reason="back")
    with pytest.raises(Conflict):
        step(story, case, "reopen", reason="back")
    assert story.session.scalars(select(ConsentRecord.id)).all()


# -------------------------------------------------------------------------------------- F19, I-28


@pytest.mark.parametrize(("offer", "programme", "margin", "last"), [
    (None, None, 0, None), ("2026-05-01", None, 0, "2026-05-01"),
    (None, "2026-06-30", 30, "2026-05-31"), ("2026-05-01", "2026-06-30", 30, "2026-05-01"),
])  # fmt: skip
def test_the_last_paid_day(
    offer: str | None, programme: str | None, margin: int, last: str | None
) -> None:
    day = dt.date.fromisoformat
    found = last_day(day(offer) if offer else None, day(programme) if programme else None, margin)
    assert found == (day(last) if last else None)


def test_f19_the_list_looks_exactly_ninety_days_ahead() -> None:
    today = dt.date(2026, 3, 2)
    end = today + 90 * DAY
    assert runs_past(end, end + DAY, today)
    assert not runs_past(end + DAY, end + 2 * DAY, today)
    assert not runs_past(end, end, today)
    assert runs_past(end, None, today)
    assert not runs_past(None, None, today)
    assert expected_end(today, 10, today + DAY) == today + 10 * DAY
    assert expected_end(None, 10, today) == today + 10 * DAY
    assert expected_end(today, None, today) is None


def ending(story: Story, days: int, duration: int | None = 200) -> Referral:
    """A referral that was sent before anybody knew when the programme ends."""
    listing = story.listing(duration_days=duration)
    referral = story.sent(listing=listing)
    listing.service.programme = Programme(
        key=f"programme-{days}", name="EU programme", source={},
        ends_on=story.now.date() + days * DAY,
    )  # fmt: skip
    story.session.flush()
    return referral


def test_f19_cases_that_run_past_the_end_of_a_programme_are_listed(story: Story) -> None:
    late, soon = ending(story, 80), ending(story, 40)
    ending(story, 120)
    today = story.now.date()
    found = ending_soon(story.session, story.actor(Who.RS), today=today)
    assert [line.referral for line in found] == [soon, late]
    assert found[0].programme == "EU programme"
    assert [line.referral for line in all_ending_soon(story.session, today=today)] == [soon, late]
    stranger = factories.Account.with_role("RS", factories.Organisation())
    assert ending_soon(story.session, stranger.actor, today=today) == []
    story.tell(soon)
    journeys.plainly(story, soon, "recall")
    left = ending_soon(story.session, story.actor(Who.RS), today=today)
    assert [line.referral for line in left] == [late]


def test_f19_the_command_line_lists_codes_and_no_names(story: Story, app: Flask) -> None:
    story.now = dt.datetime.now(dt.UTC)
    referral = ending(story, 30)
    story.session.commit()
    answer = app.test_cli_runner().invoke(args=["routing", "ending", "--days", "60"])
    assert answer.exit_code == 0
    assert referral.case.code in answer.output
    assert NAME not in answer.output
    answer = app.test_cli_runner().invoke(args=["routing", "ending", "--days", "10"])
    assert referral.case.code not in answer.output
