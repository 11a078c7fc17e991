"""Silence after sending, on the real database (C-T07, silence theorem of protocol A.20).

Nobody acts; only time passes. Whatever was sent comes back to its owner with a clock that goes on
asking; what was completed goes on asking; what was never sent ends with a dated task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.outbox import OutboxMessage
from routing.clocks import Clock
from routing.models import Case, Need, Referral, ReferralClock, ReferralEvent, Task
from routing.operations.events import projection_of, replayed
from routing.operations.tick import tick
from routing.priorities import URGENT, Priority
from routing.referral_life import STATES, State
from routing.referral_states import LIVE, TERMINAL
from tests.routing import journeys
from tests.routing.journeys import PATHS, sent, then
from tests.routing.stories import DAY, Story

WAYS: dict[str, Callable[[Story], Referral]] = {
    state.value: path
    for state, path in PATHS.items()
    if state not in (State.DRAFT, State.READY, State.RETURNED, State.COMPLETED)
} | {
    "answered": then(sent, "acknowledge", "ask-info", "provide-info"),
    "resumed": then(sent, "accept", "start", "pause", "resume"),
    "disputed": then(sent, "accept", "first-contact", "start", "dispute"),
    "contested": then(sent, "reject", "contest"),
}
"""The usual way to each state after sending, and the ways back into one."""
LONG = 300 * DAY


@dataclass
class Hurried(Story):
    """Everybody needs it this soon."""

    priority: Priority = Priority.P3

    def need(
        self, case: Case | None = None, priority: Priority | None = None, category: str = "training"
    ) -> Need:
        return super().need(case, priority or self.priority, category)


def clocks_of(session: Session, referral: Referral) -> list[ReferralClock]:
    query = select(ReferralClock).where(
        ReferralClock.referral_id == referral.id, ReferralClock.stopped_at.is_(None)
    )
    return list(session.scalars(query))


def silence(story: Story, lasting: dt.timedelta) -> Iterator[dt.datetime]:
    """The instants at which a clock does something while nobody else does."""
    end = story.now + lasting
    query = select(func.min(ReferralClock.next_at)).where(ReferralClock.stopped_at.is_(None))
    while (soonest := story.session.scalar(query)) is not None and soonest <= end:
        story.now = max(story.now, soonest)
        report = tick(story.session, now=story.now)
        assert report.failed == 0
        yield story.now
    story.now = end


def told(story: Story, template: str) -> int:
    query = select(func.count(OutboxMessage.id)).where(OutboxMessage.template == template)
    return story.session.scalar(query) or 0


def told_to(story: Story, template: str) -> set[str]:
    query = select(OutboxMessage).where(OutboxMessage.template == template)
    return {str(message.recipient) for message in story.session.scalars(query)}


def test_every_state_after_sending_is_looked_at() -> None:
    after_sending = LIVE - {State.DRAFT, State.READY, State.RETURNED, State.COMPLETED}
    assert {state.value for state in after_sending} <= set(WAYS)


@pytest.mark.parametrize(
    ("way", "priority"),
    [(way, Priority.P3) for way in WAYS] + [("sent", p) for p in Priority if p != Priority.P3]
    + [("accepted", Priority.P0), ("info-req", Priority.P1), ("on-hold", Priority.P2)],
)  # fmt: skip
def test_silence_brings_what_was_sent_back_to_an_owner_who_is_asked_again_and_again(
    session: Session, now: dt.datetime, way: str, priority: Priority
) -> None:
    story = Hurried(session, now, priority=priority)
    referral = WAYS[way](story)
    events = len(referral.events)
    for _ in silence(story, LONG):
        if referral.state is State.RETURNED:
            break
    assert referral.state is State.RETURNED
    assert referral.return_kind is not None
    assert STATES[referral.state].owner
    session.refresh(referral, ["events"])
    [by_time] = referral.events[events:]
    assert by_time.actor == SYSTEM.label
    assert {row.name for row in clocks_of(session, referral)} == {Clock.INFORM, Clock.NEXT_ACTION}

    for _ in silence(story, insisting(priority)):
        pass
    assert referral.state is State.RETURNED
    assert all(row.next_at is not None for row in clocks_of(session, referral))
    supervisor, region = story.accounts["RS"].email, f"RCO of organisation:{story.sender.id}"
    assert told_to(story, "escalate-inform") == {supervisor}
    assert told_to(story, "escalate-next-action") == {supervisor, region}
    assert told(story, "escalate-next-action") >= 2 + 2 * 2
    assert replayed(session, referral) == projection_of(referral)


def insisting(priority: Priority) -> dt.timedelta:
    """Long enough for the whole ladder and for two words more."""
    return 4 * DAY if priority in URGENT else 30 * DAY


def test_completed_waits_and_goes_on_asking_the_supervisor(
    session: Session, now: dt.datetime
) -> None:
    story = Story(session, now)
    referral = journeys.in_state(story, State.COMPLETED)
    for _ in silence(story, LONG):
        pass
    assert referral.state is State.COMPLETED
    assert told_to(story, "escalate-satisfaction") == {story.accounts["RS"].email}
    assert told(story, "escalate-satisfaction") >= (LONG - 14 * DAY) // (7 * DAY) - 1
    [clock] = [row for row in clocks_of(session, referral) if row.name == Clock.SATISFACTION]
    assert clock.next_at is not None
    assert len(clock.fired) == 3


@pytest.mark.parametrize("state", [State.DRAFT, State.READY])
def test_what_was_never_sent_ends_with_a_dated_task_for_the_supervisor(
    session: Session, now: dt.datetime, state: State
) -> None:
    """Nothing of a file that is ready stays true for ever: it becomes a draft, and drafts end."""
    story = Story(session, now)
    referral = journeys.in_state(story, state)
    for task in session.scalars(select(Task)):
        task.done_at = story.now
    while referral.state not in TERMINAL:
        assert story.now < now + 800 * DAY
        story.now += 5 * DAY
        assert tick(session, now=story.now).failed == 0
    steps = session.scalars(select(ReferralEvent.step).where(ReferralEvent.referral == referral))
    expired = {State.DRAFT: ["draft-expire"], State.READY: ["payload-stale", "draft-expire"]}
    assert referral.state is State.CANCELLED
    assert [name for name in steps if name in expired[State.READY]] == expired[state]
    open_tasks = select(Task).where(Task.done_at.is_(None), Task.owner_role == "RS")
    [task] = session.scalars(open_tasks)
    assert task.need_id == referral.need_id
    assert task.due_at > story.now
    assert clocks_of(session, referral) == []
