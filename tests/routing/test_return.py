"""C-T07 on the database: what comes back cannot be left without telling the person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.outbox import OutboxMessage
from directory.models import Capacity
from directory.who import Who
from routing.attempts import Outcome
from routing.clocks import Clock
from routing.models import FactRecord, GapRecord, Need, Referral, Task
from routing.operations.informing import approve_void, inform, record_attempt
from routing.operations.referral_creation import create_referral, reroute
from routing.operations.referrals import StaleVersion, take_step
from routing.queries.caseload import caseload
from routing.referral_life import LIFE, State
from tests import factories
from tests.routing import journeys
from tests.routing.reachable import by_sms
from tests.routing.stories import DAY, Story

OUT = sorted({line.name for line in LIFE.leaving(State.RETURNED)} - {"void", "exceptional-close"})


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def details_for(story: Story, referral: Referral, name: str) -> dict[str, Any]:
    """Everything a way out asks, except that the person was told."""
    if name == "reroute":
        other = story.other_listing()
        story.consent(referral.need, other)
        child = story.draft(referral.need, other, parent=referral)
        for step in ("prepare", "send"):
            journeys.plainly(story, child, step)
        return {"child_id": str(child.id)}
    if name == "register-gap":
        return {"cause": "no-service", "review_on": (story.now + 20 * DAY).date().isoformat()}
    return dict(journeys.PLAIN[name][1])


@pytest.mark.parametrize("name", ["reroute", "direct-assist", "register-gap", "person-declines"])
def test_no_way_out_before_the_person_was_told(story: Story, name: str) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    details = details_for(story, referral, name)
    story.tell(referral, reached=False)
    with pytest.raises(Conflict) as refusal:
        story.step(referral, name, Who.RC, **details)
    assert [str(reason) for reason in refusal.value.reasons] == [
        "Tell the person what came of it first."
    ]
    story.tell(referral)
    story.step(referral, name, Who.RC, **details)
    assert referral.state in LIFE.terminal


def test_being_told_of_the_acceptance_is_not_being_told_of_the_return(story: Story) -> None:
    referral = story.accepted()
    story.tell(referral)
    assert referral.informed_at == story.now
    journeys.plainly(story, referral, "provider-withdraws")
    assert referral.informed_at is None
    with pytest.raises(Conflict):
        journeys.plainly(story, referral, "direct-assist")


def test_the_provider_cannot_close_what_it_has_refused(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    for name in OUT:
        with pytest.raises(NotFound):
            story.step(referral, name, Who.FP)


def test_telling_stops_its_clock_and_trying_does_not(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)

    def runs() -> bool:
        return any(row.name == Clock.INFORM and row.stopped_at is None for row in referral.clocks)

    story.tell(referral, reached=False)
    story.session.expire(referral)
    assert runs()
    story.tell(referral)
    story.session.expire(referral)
    assert not runs()


def test_re_routing_informs_sends_and_closes_in_one_go(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    other = story.other_listing()
    story.consent(referral.need, other)
    with pytest.raises(Conflict):
        send_on(story, referral, other)
    assert (
        story.session.scalars(select(Referral).where(Referral.parent_id == referral.id)).all() == []
    )
    story.tell(referral)
    child = send_on(story, referral, other, key="the-same-request")
    assert (referral.state, child.state) == (State.REROUTED, State.SENT)
    assert send_on(story, referral, other, key="the-same-request").id == child.id
    assert referral.need.state == "open"


def send_on(story: Story, referral: Referral, listing: Any, key: str | None = None) -> Referral:
    return reroute(
        story.session, referral, listing, actor=story.actor(Who.RC), now=story.now,
        idempotency_key=key, details={"affordability": "talked over"},
    )  # fmt: skip


def test_the_news_of_the_new_option_can_tell_the_person(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    other = story.other_listing()
    story.consent(referral.need, other)
    details = {"affordability": "talked over", "announce": True}
    given = {"actor": story.actor(Who.RC), "now": story.now, "details": details}
    with pytest.raises(Conflict):  # a line in the log tells nobody
        reroute(story.session, referral, other, **given)
    with by_sms():
        reroute(story.session, referral, other, **given)
    assert referral.state is State.REROUTED
    query = select(OutboxMessage).where(OutboxMessage.template == "person-new-option")
    [message] = story.session.scalars(query)
    assert message.subject == f"referral:{referral.id}"


def test_re_routing_to_an_organisation_that_the_person_did_not_name_is_refused(
    story: Story,
) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    story.tell(referral)
    with pytest.raises(Conflict) as refusal:
        send_on(story, referral, story.other_listing())
    assert "There is no consent." in map(str, refusal.value.reasons)
    assert referral.state is State.RETURNED


def test_no_listing_is_tried_twice_along_a_chain(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    story.tell(referral)
    with pytest.raises(Conflict) as refusal:
        send_on(story, referral, referral.listing)
    assert str(refusal.value.reason) == "This service was tried before for this need."


def test_a_gap_needs_that_nothing_is_left_today(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    story.tell(referral)
    other = story.other_listing()
    factories.Condition(listing=other, kind="age", asks={"min": 18, "max": 35})
    story.session.commit()
    details = details_for(story, referral, "register-gap")
    with pytest.raises(Conflict) as refusal:
        story.step(referral, "register-gap", Who.RC, **details)
    assert "There are still options: see the proposals of today." in map(str, refusal.value.reasons)
    story.learn(referral.need, born="1960-01-01")
    story.step(referral, "register-gap", Who.RC, **details)
    gap = story.session.scalars(select(GapRecord)).one()
    assert (gap.cause, gap.need_id, referral.need.state) == ("no-service", referral.need_id, "gap")


@pytest.mark.parametrize("days", [-1, 31])
def test_a_gap_is_looked_at_again_within_a_month(story: Story, days: int) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    story.tell(referral)
    review = (story.now + days * DAY).date().isoformat()
    with pytest.raises(Conflict):
        story.step(referral, "register-gap", Who.RC, cause="no-service", review_on=review)


def test_a_contest_happens_once_and_holds_a_place_again(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    journeys.plainly(story, referral, "contest")
    period = story.session.scalars(select(Capacity)).one()
    story.session.refresh(period)
    assert (referral.state, period.held) == (State.ACK, 1)
    journeys.plainly(story, referral, "reject")
    with pytest.raises(Conflict) as refusal:
        journeys.plainly(story, referral, "contest")
    assert "This was contested once already." in map(str, refusal.value.reasons)


def test_void_takes_two_different_persons(story: Story) -> None:
    referral = journeys.in_state(story, State.SENT)
    story.tell(referral)
    with pytest.raises(Conflict):
        story.step(referral, "void", Who.RS, reason="entered twice")
    approve_void(
        story.session, referral, actor=story.actor(Who.RS), role=Who.RS, now=story.now,
        reason="entered twice",
    )  # fmt: skip
    with pytest.raises(Conflict):
        story.step(referral, "void", Who.RS, reason="entered twice")
    story.step(referral, "void", Who.DPO, reason="entered twice")
    assert referral.state is State.VOID


def test_a_caseworker_cannot_approve_a_void(story: Story) -> None:
    referral = journeys.in_state(story, State.SENT)
    with pytest.raises(Forbidden):
        approve_void(
            story.session, referral, actor=story.actor(Who.RC), role=Who.RC, now=story.now,
            reason="x",
        )  # fmt: skip


def test_attempts_are_by_routes_of_the_person_only(story: Story) -> None:
    referral, other = story.accepted(), story.accepted()
    with pytest.raises(Invalid):
        record_attempt(
            story.session, referral, actor=story.actor(Who.PW), role=Who.PW, now=story.now,
            route=other.member.routes[0], outcome=Outcome.NO_ANSWER,
        )  # fmt: skip


def test_the_first_thing_to_do_after_a_return_is_to_tell_the_person(story: Story) -> None:
    referral = journeys.in_state(story, State.RETURNED)
    found = caseload(story.session, story.actor(Who.RC), now=story.now)
    due = [item for item in (*found.today, *found.later) if item.kind == "clock"]
    items = [item for item in due if item.referral is referral]
    assert [item.code for item in items] == ["inform", "next-action"]
    assert found.late == ()
    story.now += 30 * DAY
    late = caseload(story.session, story.actor(Who.RC), now=story.now).late
    promises = [item for item in late if item.referral is referral and item.kind == "clock"]
    assert [item.code for item in promises] == ["inform", "next-action"]


EFFECTS = {
    "R05": ("ask-location", "RC"),
    "R04": ("search-transport", "RC"),
    "R12": ("discuss-other-trades", "RC"),
    "R14": ("search-specialist", "RC"),
    "R19": ("check-duplicate", "RC"),
    "R20": ("counsel", "RC"),
    "R22": ("trace-person", "RC"),
    "R23": ("search-funding", "RC"),
    "R24": ("protection-alert", "RS"),
}
DETAILS: dict[str, dict[str, Any]] = {
    "R05": {},
    "R04": {"limit_km": 5, "distance_km": 9},
    "R10": {"documents": ["national-id"]},
    "R12": {"sector": "carpentry", "next_date": "none"},
    "R13": {"next_date": "2026-06-01"},
    "R14": {"missing": "psychiatry"},
    "R16": {"end_date": "2026-06-01"},
    "R17": {"next_date": "none"},
    "R19": {"by_whom": "another project"},
    "R20": {},
    "R22": {"attempts": 3},
    "R23": {"amount": 100},
    "R24": {"risk": "person"},
}


@pytest.mark.parametrize("code", sorted(EFFECTS))
def test_the_reason_of_a_refusal_opens_its_task(story: Story, code: str) -> None:
    referral = story.returned(code, **DETAILS[code])
    tasks = story.session.scalars(select(Task).where(Task.done_at.is_(None))).all()
    assert EFFECTS[code] in {(task.kind, task.owner_role) for task in tasks}
    assert referral.events[-1].code == code


def test_moved_makes_the_location_stale(story: Story) -> None:
    story.returned("R05")
    fact = story.session.scalars(select(FactRecord).where(FactRecord.name == "location")).one()
    assert fact.expires_on == story.now.date() - DAY


def test_no_place_left_closes_the_period_until_the_date(story: Story) -> None:
    story.returned("R13", **DETAILS["R13"])
    period = story.session.scalars(select(Capacity)).one()
    assert (period.places, str(period.next_on)) == (0, "2026-06-01")


def test_missing_documents_become_a_need_with_a_task(story: Story) -> None:
    story.returned("R10", **DETAILS["R10"])
    need = story.session.scalars(select(Need).where(Need.category == "legal")).one()
    assert need.detail == "national-id"
    assert story.session.scalars(select(Task).where(Task.need_id == need.id)).one()


@pytest.mark.parametrize(("limit", "asked"), [(5, True), (20, False)])
def test_a_refusal_stricter_than_the_listing_asks_its_editor(
    story: Story, limit: int, asked: bool
) -> None:
    need, listing = story.need(), story.listing()
    factories.Condition(listing=listing, kind="distance", asks={"km_urban": 20, "km_rural": 20})
    story.session.expire(listing)
    referral = story.sent(need, listing)
    story.step(
        referral, "reject", Who.FP, code="R04", detail={"limit_km": limit, "distance_km": 30}
    )
    query = select(OutboxMessage.subject).where(OutboxMessage.template == "listing-correction")
    expected = [f"listing:{listing.id}"] if asked else []
    assert story.session.scalars(query).all() == expected


def test_answers_in_time_count_for_the_provider_and_late_ones_do_not(story: Story) -> None:
    referral = story.sent()
    story.session.refresh(referral.listing)
    assert (referral.listing.asked, referral.listing.answers) == (1, 0)
    journeys.plainly(story, referral, "reject")
    story.session.refresh(referral.listing)
    assert (referral.listing.asked, referral.listing.answers) == (1, 1)
    late = story.sent()
    story.now += 20 * DAY
    journeys.plainly(story, late, "reject")
    story.session.refresh(late.listing)
    assert (late.listing.asked, late.listing.answers) == (1, 0)


def test_a_stale_version_is_refused_with_the_present_status(story: Story) -> None:
    referral = story.sent()
    seen = referral.version
    journeys.plainly(story, referral, "acknowledge")
    with pytest.raises(StaleVersion) as refusal:
        take_step(
            story.session, referral, "accept", actor=story.actor(Who.FP), role=Who.FP,
            now=story.now, expected_version=seen, details=story.acceptance(),
        )  # fmt: skip
    assert (refusal.value.state, refusal.value.version) == (State.ACK, seen + 1)
    assert "Received" in str(refusal.value.reason)


def test_the_same_request_has_one_effect_and_another_with_its_key_is_refused(story: Story) -> None:
    referral, other = story.sent(), story.sent()

    def ask(target: Referral, name: str) -> Any:
        return take_step(
            story.session, target, name, actor=story.actor(Who.FP), role=Who.FP, now=story.now,
            idempotency_key="tapped-twice",
        )  # fmt: skip

    first = ask(referral, "acknowledge")
    assert ask(referral, "acknowledge") is first
    assert referral.version == first.number
    for target, name in ((other, "acknowledge"), (referral, "accept")):
        with pytest.raises(Conflict):
            ask(target, name)
    told = {
        inform(
            story.session, referral, actor=story.actor(Who.RC), role=Who.RC, now=story.now,
            channel="phone", reached=True, idempotency_key="tapped-twice",
        ).id
        for _ in range(3)
    }  # fmt: skip
    assert len(told) == 1


def test_the_same_draft_asked_for_twice_is_one(story: Story) -> None:
    need, listing = story.need(), story.listing()
    made = {
        create_referral(
            story.session, need, listing, actor=story.actor(Who.RC), now=story.now,
            idempotency_key="draft-once",
        ).id
        for _ in range(3)
    }  # fmt: skip
    assert len(made) == 1
    with pytest.raises(Conflict):
        story.draft(need, listing)


def test_a_caseworker_can_answer_for_a_provider_spoken_to_by_phone(story: Story) -> None:
    referral = story.sent()
    with pytest.raises(Conflict) as refusal:
        story.step(referral, "accept", Who.RC, by_proxy=True, **story.acceptance())
    assert [str(reason) for reason in refusal.value.reasons] == [
        "Note the name and the number of the person you spoke to."
    ]
    event = story.step(
        referral, "accept", Who.RC, by_proxy=True, proxy_contact="Mrs Bah +224 620 00 00 00",
        **story.acceptance(),
    )  # fmt: skip
    assert (referral.state, event.role, event.details["by_proxy"]) == (State.ACCEPTED, "RC", True)
