"""What time brings about: reminders, escalations, expiries, and what follows from outside changes.

Safe to run twice and in two processes: each thing is done under the lock of its referral, which is
read again first, and what was done is remembered with the clock. After an outage everything missed
happens once, in the order of time.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.errors import DomainError
from directory.listing_life import State as ListingState
from directory.models import Listing
from directory.who import Who
from routing.clocks import Action, Clock
from routing.firings import Firing, remembered, what_fires
from routing.models import Referral, ReferralClock
from routing.operations.exception_recalls import recall_uncountersigned, uncountersigned
from routing.operations.facts_for_sending import what_changed
from routing.operations.follow_up_schedule import due_follow_ups, notice_follow_up
from routing.operations.gathering import Asked, Gathering
from routing.operations.messages import announce
from routing.operations.referral_clocks import calendar_for, set_next
from routing.operations.referrals import line_of, lock, perform
from routing.operations.rerouting import auto_reroute, returned_with_alternates
from routing.referral_life import LIFE, State
from routing.work_report import Report

log = logging.getLogger(__name__)

RETRY = dt.timedelta(hours=1)
"""A step that time wants and the guards refuse is asked again after so long."""
GONE = (ListingState.ENDED, ListingState.SUSPENDED)


def tick(
    session: Session, *, now: dt.datetime, between: Callable[[], None] = lambda: None
) -> Report:
    """Do everything that is due; ``between`` is called after each thing (the command commits)."""
    run = _Run(session, now, between, Report())
    run.fire_clocks()
    for key in due_follow_ups(session, now=now):
        run.do(partial(notice_follow_up, session, key, now=now))
    run.each(_ids(session, _gone()), _end_for_provider)
    run.each(_ids(session, select(Referral.id).where(Referral.state == State.READY)), _refresh)
    run.each(uncountersigned(session, now=now), recall_uncountersigned)
    run.each([row.id for row in returned_with_alternates(session)], _reroute)
    return run.report


class Waiting(NamedTuple):
    """A clock that has something to do; the same once more is not tried again in one run."""

    clock_id: UUID
    next_at: dt.datetime | None
    fired: int


Job = Callable[[Session, Referral, dt.datetime], str | None]


@dataclass(slots=True)
class _Run:
    session: Session
    now: dt.datetime
    between: Callable[[], None]
    report: Report

    def fire_clocks(self) -> None:
        """The clocks whose time has come, one firing at a time, oldest first."""
        tried: set[Waiting] = set()
        while (found := self._next(tried)) is not None:
            tried.add(found)
            self.do(partial(fire, self.session, found.clock_id, now=self.now))

    def each(self, ids: Iterable[UUID], job: Job) -> None:
        """The same thing for several referrals, each under its own lock."""
        for referral_id in ids:
            self.do(partial(self._one, referral_id, job))

    def _one(self, referral_id: UUID, job: Job) -> str | None:
        referral = self.session.get_one(Referral, referral_id)
        lock(self.session, referral)
        return job(self.session, referral, self.now)

    def do(self, work: Callable[[], str | None]) -> None:
        """One thing, in a savepoint of its own: what fails is logged, and the others go on."""
        try:
            with self.session.begin_nested():
                done = work()
        except Exception:
            log.exception("something due could not be done")
            self.report.failed += 1
        else:
            if done is not None:
                self.report.done[done] += 1
        self.between()

    def _next(self, tried: set[Waiting]) -> Waiting | None:
        query = (
            select(ReferralClock)
            .where(ReferralClock.stopped_at.is_(None), ReferralClock.next_at <= self.now)
            .order_by(ReferralClock.next_at, ReferralClock.id)
            .limit(len(tried) + 1)
        )
        rows = (Waiting(row.id, row.next_at, len(row.fired)) for row in self.session.scalars(query))
        return next((row for row in rows if row not in tried), None)


def fire(session: Session, clock_id: UUID, *, now: dt.datetime) -> str | None:
    """Do the first thing that the clock has to do; nothing if another process was faster."""
    clock = session.get_one(ReferralClock, clock_id)
    referral = session.get_one(Referral, clock.referral_id)
    lock(session, referral)
    session.refresh(clock)
    if clock.stopped_at is not None or clock.paused_at is not None:
        return None
    calendar = calendar_for(referral)
    firings = what_fires(
        Clock(clock.name), referral.priority, clock.started_at, clock.due_at, now, calendar,
        clock.fired,
    )  # fmt: skip
    if not firings:
        set_next(clock, referral)
        return None
    if firings[0].action is Action.EXPIRE:
        return _expire(session, referral, clock, firings[0], now)
    _remember(clock, referral, firings[0])
    template = f"{firings[0].action}-{clock.name}"
    announce(session, referral, template, firings[0].audience, now=now)
    session.flush()
    return template


def _expire(
    session: Session, referral: Referral, clock: ReferralClock, firing: Firing, now: dt.datetime
) -> str | None:
    """Take the step that time takes, if it leaves the present state."""
    if line_of(referral.state, firing.step) is None:
        # another state may let it happen; the clocks look again after each step
        clock.next_at = None
        session.flush()
        return None
    _remember(clock, referral, firing)
    try:
        with session.begin_nested():
            return _take(session, referral, firing.step, now)
    except DomainError as refusal:
        log.warning("referral %s: %s is refused: %s", referral.id, firing.step, refusal.code)
        clock.fired = [key for key in clock.fired if key != firing.key]
        clock.next_at = now + RETRY
        session.flush()
        return None


def _remember(clock: ReferralClock, referral: Referral, firing: Firing) -> None:
    clock.fired = remembered(clock.fired, firing)
    set_next(clock, referral)


def _take(session: Session, referral: Referral, name: str, now: dt.datetime) -> str:
    perform(
        Asked(
            session=session, referral=referral, name=name, actor=SYSTEM, role=Who.SYS, now=now,
            details={},
        )
    )  # fmt: skip
    return name


def _end_for_provider(session: Session, referral: Referral, now: dt.datetime) -> str | None:
    """The listing has ended or is suspended: what was on its way comes back."""
    if referral.listing.state not in GONE:
        return None
    name = "wait-end" if referral.state is State.WAITLIST else "provider-end"
    if line_of(referral.state, name) is None:
        return None
    if name == "wait-end" and referral.listing.state is not ListingState.ENDED:
        return None
    return _take(session, referral, name, now)


def _refresh(session: Session, referral: Referral, now: dt.datetime) -> str | None:
    """A file made ready goes back to be looked at if something in it has changed since."""
    if referral.state is not State.READY:
        return None
    asked = Asked(
        session=session, referral=referral, name="payload-stale", actor=SYSTEM, role=Who.SYS,
        now=now, details={},
    )  # fmt: skip
    if not what_changed(Gathering(asked)):
        return None
    return _take(session, referral, "payload-stale", now)


def _reroute(session: Session, referral: Referral, now: dt.datetime) -> str | None:
    return "auto-reroute" if auto_reroute(session, referral, now=now) is not None else None


def _gone() -> Select[tuple[UUID]]:
    states = {
        state
        for line in LIFE.steps
        if line.name in ("provider-end", "wait-end")
        for state in line.sources
    }
    return (
        select(Referral.id)
        .join(Listing, Listing.id == Referral.listing_id)
        .where(Listing.state.in_(GONE), Referral.state.in_(states))
        .order_by(Referral.id)
    )


def _ids(session: Session, query: Select[tuple[UUID]]) -> list[UUID]:
    return list(session.scalars(query))
