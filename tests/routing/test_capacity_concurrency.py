"""C-T03: many at once for few places. Exactly as many get one as there are, in every round.

Some die just before they commit, and try again: a place is neither lost with them nor given twice.

``CAPACITY_ROUNDS`` sets how often; a long run uses 100.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.config import Settings
from directory.core.db import engine_options, prepare_engine, transaction
from directory.core.encryption import KEYRING
from directory.core.errors import Conflict
from directory.models import Capacity, GroupPlaces, Listing
from directory.who import Who
from routing.codes import new_code
from routing.models import ConsentRecord, FollowUp, Need, Referral
from routing.operations.referrals import take_step
from routing.referral_life import State
from tests import factories
from tests.routing import journeys
from tests.routing.stories import Story

pytestmark = pytest.mark.slow

CONTENDERS = int(os.environ.get("CAPACITY_CONTENDERS", "200"))
ROUNDS = int(os.environ.get("CAPACITY_ROUNDS", "20"))
PLACES = 10
NO_PLACE = "No place is free."
ONE_IN = 4
"""So many contenders share one death: who dies differs from round to round."""


class Killed(Exception):
    """The process ended between the last statement and the commit."""


@dataclass
class Contest:
    """Many referrals in the same state before the same service."""

    engine: Engine
    ids: list[UUID]
    listing_id: UUID
    step: str
    before: State
    who: Who
    actor: Actor
    details: dict[str, Any]
    number: int = 0
    """Of the round."""
    deaths: int = 0

    def one(self, referral_id: UUID) -> str:
        """One contender, who may die once and try again."""
        dies = referral_id.int % ONE_IN == self.number % ONE_IN
        try:
            return self.tries(referral_id, dies=dies)
        except Killed:
            self.deaths += 1
            return self.tries(referral_id, dies=False)

    def tries(self, referral_id: UUID, *, dies: bool) -> str:
        """Committed, or refused for want of a place; or dead, its connection cut."""
        with Session(self.engine) as session:
            try:
                with transaction(session):
                    referral = session.get_one(Referral, referral_id)
                    take_step(
                        session,
                        referral,
                        self.step,
                        actor=self.actor,
                        role=self.who,
                        now=factories.NOW,
                        details=self.details,
                    )
                    if dies:
                        session.connection().invalidate()
                        raise Killed
            except Conflict as refusal:
                reasons = [str(reason) for reason in refusal.reasons]
                return NO_PLACE if NO_PLACE in reasons else "; ".join(reasons)
        return "done"

    def all_at_once(self) -> Counter[str]:
        start = threading.Barrier(CONTENDERS)

        def run(referral_id: UUID) -> str:
            start.wait()
            return self.one(referral_id)

        with ThreadPoolExecutor(CONTENDERS) as pool:
            return Counter(pool.map(run, self.ids))

    @contextmanager
    def watched(self) -> Iterator[list[int]]:
        """What the period counts while the round runs, read again and again."""
        samples: list[int] = []
        done = threading.Event()

        def look() -> None:
            query = select(Capacity.held + Capacity.taken)
            while not done.wait(0.05):
                with Session(self.engine) as session:
                    samples.append(session.scalars(query).one())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield samples
        finally:
            done.set()
            watcher.join()

    def start_again(self) -> None:
        """Everybody waits again, and all places are free."""
        with Session(self.engine) as session, transaction(session):
            session.execute(
                update(Referral)
                .where(Referral.id.in_(self.ids))
                .values(state=self.before, hold="none", capacity_id=None, sent_at=factories.NOW)
            )
            session.execute(update(Capacity).values(held=0, taken=0))
            session.execute(update(GroupPlaces).values(taken=0))
            session.execute(delete(FollowUp))


@pytest.mark.parametrize(
    ("step", "before", "who", "rounds"),
    [
        ("offer", State.WAITLIST, Who.FP, ROUNDS),
        ("send", State.READY, Who.RC, max(2, ROUNDS // 10)),
    ],
)
def test_places_go_to_exactly_as_many_as_there_are(
    own_database: str, step: str, before: State, who: Who, rounds: int
) -> None:
    with engine_for(own_database) as engine:
        contest = crowd(engine, step, before, who)
        for number in range(rounds):
            contest.number = number
            with contest.watched() as samples:
                results = contest.all_at_once()
            assert results == {"done": PLACES, NO_PLACE: CONTENDERS - PLACES}, number
            assert samples
            assert max(samples) <= PLACES
            with Session(engine) as session:
                counted = session.scalars(select(Capacity.held + Capacity.taken)).one()
            assert counted == PLACES
            contest.start_again()
        assert contest.deaths > 0


@contextmanager
def engine_for(address: str) -> Iterator[Engine]:
    """The application's engine, with connections enough."""
    settings = Settings(database_url=address, environment="test")
    KEYRING.load(settings)
    options = {**engine_options(settings), "pool_size": 60, "max_overflow": 60, "pool_timeout": 300}
    engine = prepare_engine(create_engine(**options), settings)
    yield engine
    engine.dispose()


def crowd(engine: Engine, step: str, before: State, who: Who) -> Contest:
    with Session(engine, expire_on_commit=False) as session, transaction(session):
        story = Story(session, factories.NOW)
        first = journeys.in_state(story, before)
        session.execute(update(Capacity).values(places=PLACES))
        session.execute(update(ConsentRecord).values(need_id=None))
        if step == "send":
            session.execute(update(Listing).values(waitlist_days=None))
            session.expire_all()
            journeys.plainly(story, first, "edit")
            journeys.plainly(story, first, "prepare")
        session.flush()
        ids = [first.id, *(twin(session, first) for _ in range(CONTENDERS - 1))]
        details: dict[str, Any] = {"affordability": "talked over"}
        if step == "offer":
            details = {**story.acceptance(), "still_wanted": True}
        return Contest(engine, ids, first.listing_id, step, before, who, story.actor(who), details)


def twin(session: Session, first: Referral) -> UUID:
    """The same referral for another need of the same person."""
    need = Need(
        case_id=first.case_id,
        member_id=first.member_id,
        category="training",
        priority=first.priority,
        state="open",
        opened_at=factories.NOW,
    )
    session.add(need)
    session.flush()
    names = {column.key for column in Referral.__mapper__.column_attrs} - {"id", "code", "need_id"}
    values = {name: getattr(first, name) for name in names}
    found = Referral(id=uuid4(), code=new_code(), need_id=need.id, **values)
    session.add(found)
    session.flush()
    return found.id
