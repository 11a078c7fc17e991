"""What time brings about: each thing once, in order, whoever runs the clock and however late."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.config import Settings
from directory.core.db import engine_options, prepare_engine, transaction
from directory.core.encryption import KEYRING
from directory.core.outbox import OutboxMessage
from directory.listing_life import State as ListingState
from directory.who import Who
from routing.clocks import CLOCKS, Clock
from routing.consent_exceptions import ExceptionCode
from routing.models import Referral, ReferralClock, ReferralEvent, Task
from routing.operations import tick as ticking
from routing.operations.consents import Named
from routing.operations.exceptions import countersign, record_exception
from routing.operations.tick import tick
from routing.priorities import Priority
from routing.referral_life import LIFE, ReturnKind, State
from tests import factories
from tests.databases import ROOT
from tests.routing import journeys
from tests.routing.reachable import by_sms
from tests.routing.stories import DAY, NUMBER, Story

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def at(story: Story, when: dt.timedelta) -> Counter[str]:
    """What the clock does when it is so much later."""
    story.now += when
    return tick(story.session, now=story.now).done


def messages(story: Story, template: str) -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return sorted(str(row.recipient) for row in story.session.scalars(query))


def sent(story: Story, priority: Priority) -> Referral:
    return story.sent(story.need(priority=priority))


def test_the_ladder_of_an_urgent_referral(story: Story) -> None:
    """P2 answers in 72 hours: reminded at half, others told when due, back at one and a half."""
    referral = sent(story, Priority.P2)
    assert at(story, 11 * HOUR) == {}
    assert at(story, 2 * HOUR) == {"remind-ack": 1}
    assert at(story, 12 * HOUR) == {"escalate-ack": 1}
    assert at(story, 12 * HOUR) == {"remind-decision": 1}
    assert at(story, 35 * HOUR) == {"escalate-decision": 1}
    assert at(story, 35 * HOUR) == {}
    assert at(story, 2 * HOUR) == {"expire": 1}
    assert (referral.state, referral.return_kind) == (State.RETURNED, ReturnKind.NO_REPLY)
    assert referral.events[-1].code == "R28"
    assert referral.events[-1].actor == SYSTEM.label


def test_an_emergency_expires_when_it_is_due(story: Story) -> None:
    referral = sent(story, Priority.P1)
    at(story, 23 * HOUR)
    assert referral.state is State.SENT
    at(story, HOUR)
    assert referral.state is State.RETURNED


def test_reminders_and_escalations_reach_whom_they_concern(story: Story) -> None:
    sent(story, Priority.P2)
    story.session.flush()
    at(story, 80 * HOUR)
    provider, supervisor = story.accounts["FP"].email, story.accounts["RS"].email
    assert messages(story, "remind-decision") == [provider]
    editor = f"PA of organisation:{story.provider.id}"
    assert messages(story, "escalate-decision") == sorted([provider, supervisor, editor])


def test_after_an_outage_everything_missed_happens_once_and_in_order(story: Story) -> None:
    referral = sent(story, Priority.P2)
    done = at(story, 200 * HOUR)
    expected = [
        "remind-ack",
        "escalate-ack",
        "remind-decision",
        "escalate-decision",
        "expire",
        "remind-follow-ups",
    ]
    assert list(done) == expected
    assert set(done.values()) == {1}
    assert at(story, dt.timedelta(0)) == {}
    assert [event.step for event in referral.events].count("expire") == 1


def test_an_idle_draft_is_dropped_after_the_supervisor_was_reminded(story: Story) -> None:
    referral = journeys.in_state(story, State.DRAFT)
    for task in story.session.scalars(select(Task)):
        task.done_at = story.now
    assert at(story, 8 * DAY) == {"remind-draft": 1}
    assert story.accounts["RS"].email in messages(story, "remind-draft")
    assert at(story, 23 * DAY) == {"draft-expire": 1}
    assert referral.state is State.CANCELLED
    [task] = story.session.scalars(select(Task).where(Task.done_at.is_(None)))
    assert (task.owner_role, referral.events[-1].details["task"]) == ("RS", str(task.id))


def test_a_question_without_an_answer_comes_back_and_counts_on_the_sender(story: Story) -> None:
    referral = journeys.in_state(story, State.INFO_REQ)
    done = at(story, 10 * DAY)
    assert done["info-expire"] == 1
    assert referral.return_kind is ReturnKind.INFO_TIMEOUT
    assert messages(story, "sender-quality") == [story.accounts["RS"].email]


def test_time_stands_still_while_the_sender_owes_an_answer(story: Story) -> None:
    referral = journeys.in_state(story, State.ACK)
    [before] = [row for row in referral.clocks if row.name == Clock.DECISION]
    due_before = before.due_at
    journeys.plainly(story, referral, "ask-info")
    story.now += 2 * DAY
    assert tick(story.session, now=story.now).done.get("remind-decision") is None
    journeys.plainly(story, referral, "provide-info")
    story.session.refresh(before)
    assert before.due_at - due_before == 2 * DAY


def test_a_service_that_never_starts_comes_back(story: Story) -> None:
    referral = journeys.in_state(story, State.ACCEPTED)
    done = at(story, 30 * DAY)
    assert done["contact-expire"] == 1
    assert referral.return_kind is ReturnKind.NO_CONTACT
    other = journeys.in_state(Story(story.session, story.now), State.CONTACTED)
    story.now += 70 * DAY
    tick(story.session, now=story.now)
    assert (other.state, other.return_kind) == (State.RETURNED, ReturnKind.NOT_STARTED)


def test_a_pause_that_is_not_ended_comes_back(story: Story) -> None:
    referral = journeys.in_state(story, State.ON_HOLD)
    at(story, 9 * DAY)
    assert referral.state is State.ON_HOLD
    at(story, 2 * DAY)
    assert referral.return_kind is ReturnKind.HOLD


def test_a_wait_that_is_too_long_comes_back(story: Story) -> None:
    referral = journeys.in_state(story, State.WAITLIST)
    at(story, 59 * DAY)
    assert referral.state is State.WAITLIST
    at(story, 2 * DAY)
    assert referral.return_kind is ReturnKind.WAITLIST


@pytest.mark.parametrize(("state", "back"), [
    (State.SENT, True), (State.ACCEPTED, True), (State.IN_SERVICE, True), (State.WAITLIST, False),
    (State.READY, False), (State.COMPLETED, False),
])  # fmt: skip
def test_what_is_on_its_way_to_a_suspended_service_comes_back(
    story: Story, state: State, back: bool
) -> None:
    referral = journeys.in_state(story, state)
    referral.listing.state = ListingState.SUSPENDED
    done = tick(story.session, now=story.now).done
    assert done["provider-end"] == int(back)
    assert (referral.return_kind is ReturnKind.PROVIDER_END) == back


def test_a_wait_ends_with_the_service(story: Story) -> None:
    referral = journeys.in_state(story, State.WAITLIST)
    referral.listing.state = ListingState.ENDED
    assert tick(story.session, now=story.now).done == {"wait-end": 1}
    assert referral.state is State.RETURNED


def test_silence_after_the_expected_end_comes_back_after_thirty_days(story: Story) -> None:
    referral = journeys.in_state(story, State.IN_SERVICE)
    at(story, 118 * DAY)
    assert referral.state is State.IN_SERVICE
    at(story, 3 * DAY)
    assert referral.return_kind is ReturnKind.PROVIDER_END


def test_the_person_is_asked_at_every_follow_up_once(story: Story) -> None:
    journeys.in_state(story, State.IN_SERVICE)
    story.now += 60 * DAY
    assert tick(story.session, now=story.now).done["remind-follow-ups"] == 2
    assert tick(story.session, now=story.now).done["remind-follow-ups"] == 0


@pytest.mark.parametrize("what", ["facts", "consent", "listing"])
def test_a_file_made_ready_goes_back_when_something_in_it_has_changed(
    story: Story, what: str
) -> None:
    referral = journeys.in_state(story, State.READY)
    assert tick(story.session, now=story.now).done == {}
    if what == "facts":
        story.learn(referral.need, education="gn:8")
    elif what == "listing":
        referral.listing.number += 1
    else:
        story.consent_of(referral).expires_at = story.now
    assert tick(story.session, now=story.now).done == {"payload-stale": 1}
    assert referral.state is State.DRAFT
    assert what in referral.events[-1].details["changes"]


def test_an_agreed_alternate_is_tried_without_waiting_for_anybody(story: Story) -> None:
    """A refusal of the first goes on to the second at once, and the person hears of it."""
    need, first, second = story.need(), story.listing(), story.other_listing()
    story.consent(need, first, second)
    referral = story.draft(need, first)
    journeys.plainly(story, referral, "prepare")
    journeys.plainly(story, referral, "send")
    journeys.plainly(story, referral, "reject")
    due_at = next(row.due_at for row in referral.clocks if row.name == Clock.INFORM)
    with by_sms():
        assert tick(story.session, now=story.now).done == {"auto-reroute": 1}
    assert referral.state is State.REROUTED
    [child] = story.session.scalars(select(Referral).where(Referral.parent_id == referral.id))
    assert (child.state, child.listing_id, child.depth) == (State.SENT, second.id, 1)
    assert messages(story, "person-new-option") == [NUMBER]
    [moved] = [row for row in child.clocks if row.name == Clock.INFORM]
    assert moved.due_at == due_at
    assert child.events[-1].actor == SYSTEM.label


@pytest.mark.parametrize("obstacle", [
    "refused", "withdrawn", "not eligible", "full", "no safe message", "urgent", "reason", "ended",
    "no gateway",
])  # fmt: skip
def test_an_alternate_is_not_tried_where_anything_speaks_against_it(
    story: Story, obstacle: str
) -> None:
    priority = Priority.P1 if obstacle == "urgent" else Priority.P3
    need, first = story.need(priority=priority), story.listing()
    second = story.other_listing(places=0 if obstacle == "full" else 4)
    story.consent(need, first, *([] if obstacle == "refused" else [second]),
                  refused=(second,) if obstacle == "refused" else ())  # fmt: skip
    referral = story.draft(need, first)
    for name in ("prepare", "send"):
        journeys.plainly(story, referral, name)
    code = "R22" if obstacle == "reason" else "R29"
    story.step(
        referral,
        "reject",
        Who.FP,
        code=code,
        detail={"attempts": 3} if obstacle == "reason" else {},
    )
    spoil(story, obstacle, referral, second)
    with nullcontext() if obstacle == "no gateway" else by_sms():
        done = tick(story.session, now=story.now)
    assert (done.done["auto-reroute"], done.failed) == (0, 0)
    assert referral.state is State.RETURNED
    query = select(Referral).where(Referral.parent_id == referral.id)
    assert story.session.scalars(query).all() == []


def spoil(story: Story, obstacle: str, referral: Referral, second: Any) -> None:
    if obstacle == "withdrawn":
        story.consent_of(referral).withdrawn_at = story.now
    elif obstacle == "not eligible":
        factories.Condition(listing=second, kind="age", asks={"min": 40, "max": 50})
        story.session.expire(second)
    elif obstacle == "no safe message":
        for route in referral.member.routes:
            route.safe_to_text = False
    elif obstacle == "ended":
        second.state = ListingState.ENDED


def test_no_more_than_three_automatic_re_routings(story: Story) -> None:
    need = story.need()
    listings = [story.listing(), *(story.other_listing() for _ in range(4))]
    consent = story.consent(need, *listings[:3])
    for listing in listings[3:]:
        story.add_alternate(consent, listing)
    referral = story.draft(need, listings[0])
    for name in ("prepare", "send"):
        journeys.plainly(story, referral, name)
    for depth in range(4):
        journeys.plainly(story, referral, "reject")
        with by_sms():
            tick(story.session, now=story.now)
        children = story.session.scalars(
            select(Referral).where(Referral.parent_id == referral.id)
        ).all()
        if depth == 3:
            assert children == []
            assert referral.state is State.RETURNED
        else:
            [referral] = children


def exception_for(story: Story, need: Any, listing: Any) -> Any:
    return record_exception(
        story.session, story.member(need), ExceptionCode.LIFE_DANGER, need=need,
        recipients=(Named(organisation_id=listing.service.organisation_id, accepted=True),),
        facts={"facts": "spoke of suicide twice, has a plan, is alone tonight"},
        actor=story.actor(Who.RC), role=Who.RC, now=story.now,
    )  # fmt: skip


@pytest.mark.parametrize("signed", [True, False])
def test_a_referral_without_consent_is_taken_back_unless_countersigned(
    story: Story, signed: bool
) -> None:
    need = story.need(priority=Priority.P0, category="psychosocial")
    listing = story.listing(category="psychosocial")
    record = exception_for(story, need, listing)
    referral = story.draft(need, listing)
    for name in ("prepare", "send"):
        journeys.plainly(story, referral, name)
    story.step(referral, "acknowledge", Who.FP)
    story.step(referral, "accept", Who.FP, **story.acceptance())
    if signed:
        countersign(story.session, record, actor=story.actor(Who.RS), now=story.now)
    done = at(story, 25 * HOUR)
    assert done["recall"] == int(not signed)
    assert (referral.state is State.CANCELLED) == (not signed)


def test_what_fails_is_reported_and_the_rest_goes_on(
    story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = sent(story, Priority.P1), sent(story, Priority.P1)
    whole = ticking.fire

    def fails_for_first(session: Session, key: Any, *, now: dt.datetime) -> str | None:
        if session.get_one(ReferralClock, key).referral_id == first.id:
            raise ZeroDivisionError
        return whole(session, key, now=now)

    monkeypatch.setattr(ticking, "fire", fails_for_first)
    report = tick(story.session, now=story.now + 2 * DAY)
    assert report.failed >= 1
    assert (first.state, second.state) == (State.SENT, State.RETURNED)
    assert "something due could not be done" in caplog.text


def test_two_processes_do_each_thing_once(own_database: str) -> None:
    """Two workers over the same hundred due referrals: every expiry is there exactly once."""
    settings = Settings(database_url=own_database, environment="test")
    KEYRING.load(settings)
    engine = prepare_engine(create_engine(**engine_options(settings)), settings)
    with Session(engine) as session, transaction(session):
        story = Story(session, factories.NOW - 400 * DAY)
        need = story.need(priority=Priority.P1)
        for _ in range(12):
            listing = story.listing()
            story.consent(need, listing)
            referral = story.draft(need, listing)
            for name in ("prepare", "send"):
                journeys.plainly(story, referral, name)
    environment = os.environ | {
        "PASSERELLE_DATABASE_URL": own_database,
        "PASSERELLE_ENVIRONMENT": "test",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "routing", "tick"]
    workers = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(2)
    ]
    outputs = [worker.communicate(timeout=120)[0].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    with Session(engine) as session:
        steps = Counter(session.scalars(select(ReferralEvent.step)))
        states = Counter(session.scalars(select(Referral.state)))
    engine.dispose()
    assert steps["expire"] == 12
    assert states == {State.RETURNED: 12}


def test_every_step_of_the_clock_is_fired_by_something() -> None:
    fired = {"payload-stale", "provider-end", "wait-end", "auto-reroute"} | {
        rung.step for rule in CLOCKS.values() for rung in rule.ladder if rung.step
    }
    assert fired == {line.name for line in LIFE.steps if Who.SYS in line.actors}
