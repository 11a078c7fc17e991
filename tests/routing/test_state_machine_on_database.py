"""C-T01 on the database: every edge of the table can be taken, and nothing else leaves a trace."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.db import Base
from directory.core.errors import Conflict, DomainError, Forbidden, NotFound
from directory.models import Capacity
from directory.who import Who
from routing.models import Referral, ReferralClock
from routing.operations.events import first_fault, projection_of, replayed
from routing.operations.referrals import take_step
from routing.referral_life import LIFE, STATES, State
from routing.referral_states import OCCUPYING
from tests.routing import journeys
from tests.routing.stories import Story

EDGES = [
    (line.id, line.name, source, line.target)
    for line in LIFE.steps
    for source in sorted(line.sources)
    if source is not State.NEW
]


@pytest.fixture
def story(session: Session, now: dt.datetime) -> Story:
    return Story(session, now)


def test_the_table_has_the_edges_of_the_procedure() -> None:
    assert len(EDGES) + 1 == 96


@pytest.mark.parametrize(("line", "name", "source", "target"), EDGES)
def test_every_edge_can_be_taken(
    story: Story, line: str, name: str, source: State, target: State
) -> None:
    referral = journeys.in_state(story, source)
    assert referral.state is source
    journeys.take(story, referral, name)
    assert referral.state is target
    assert journeys.last(story, referral).target == target
    check_row(story, referral)


def check_row(story: Story, referral: Referral) -> None:
    """What must be true of a referral after every step."""
    session = story.session
    assert replayed(session, referral) == projection_of(referral)
    assert first_fault(session, referral) is None
    running = {
        row.name for row in session.scalars(select(ReferralClock).where(
            ReferralClock.referral_id == referral.id, ReferralClock.stopped_at.is_(None),
            ReferralClock.paused_at.is_(None),
        ))
    }  # fmt: skip
    assert running <= STATES[referral.state].clocks
    assert bool(running) == (referral.state not in LIFE.terminal)
    period = session.scalars(
        select(Capacity).where(Capacity.listing_id == referral.listing_id)
    ).one()
    session.refresh(period)
    assert period.taken == (1 if referral.state in OCCUPYING else 0)
    lines = session.scalars(
        select(func.count(AuditEntry.id)).where(AuditEntry.subject == f"referral:{referral.id}")
    ).one()
    assert lines >= referral.version


def rows(session: Session) -> dict[str, Any]:
    """How many rows each table has, and what the referrals say."""
    counts = {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
    }
    states = session.execute(select(Referral.id, Referral.state, Referral.version)).all()
    places = session.execute(select(Capacity.held, Capacity.taken)).all()
    return {**counts, "states": sorted(states), "places": sorted(places)}


@pytest.mark.parametrize("source", sorted(journeys.PATHS))
def test_what_the_table_does_not_allow_leaves_no_trace(story: Story, source: State) -> None:
    referral = journeys.in_state(story, source)
    before = rows(story.session)
    leaving = {line.name for line in LIFE.leaving(source)}
    for name in sorted(LIFE.names - leaving):
        for who in (Who.RC, Who.FP, Who.PW, Who.RS, Who.DPO):
            with pytest.raises((Conflict, Forbidden, NotFound)):
                attempt(story, referral, name, who)
    assert rows(story.session) == before


@pytest.mark.parametrize("source", sorted(journeys.PATHS))
def test_a_role_that_may_not_take_a_step_leaves_no_trace(story: Story, source: State) -> None:
    referral = journeys.in_state(story, source)
    before = rows(story.session)
    for line in LIFE.leaving(source):
        for who in {Who.RC, Who.FP, Who.PW, Who.RS, Who.DPO} - line.actors:
            with pytest.raises((Conflict, Forbidden, NotFound)):
                attempt(story, referral, line.name, who)
    assert rows(story.session) == before


@pytest.mark.parametrize(("line", "name", "source", "target"), EDGES)
def test_a_step_without_what_it_asks_leaves_no_trace(
    story: Story, line: str, name: str, source: State, target: State
) -> None:
    taken = next(found for found in LIFE.leaving(source) if found.name == name)
    if not (taken.guards or taken.records) or name in HARMLESS:
        pytest.skip("this step asks nothing")
    referral = journeys.in_state(story, source)
    before = rows(story.session)
    who = sorted(taken.actors)[0]
    if name in ("send", "prepare"):
        withdraw(story, referral)
        before = rows(story.session)
    with pytest.raises(DomainError):
        attempt(story, referral, name, who)
    assert rows(story.session) == before


HARMLESS = frozenset({"edit", "acknowledge", "provide-info"})
"""These need no more than who takes them."""


def withdraw(story: Story, referral: Referral) -> None:
    for member in referral.case.members:
        story.session.execute(
            Base.metadata.tables["consent"].update().values(withdrawn_at=story.now)
            .where(Base.metadata.tables["consent"].c.member_id == member.id)
        )  # fmt: skip
    story.session.expire_all()


def attempt(story: Story, referral: Referral, name: str, who: Who) -> None:
    take_step(story.session, referral, name, actor=story.actor(who), role=who, now=story.now)
