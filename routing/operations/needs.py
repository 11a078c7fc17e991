"""Needs of a person, and the dated tasks that keep them from being forgotten."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Invalid
from directory.core.text import N_
from directory.queries.calendars import calendar_in
from directory.who import Who
from routing.clocks import Clock, due
from routing.models import CaseMember, GapRecord, Need, Referral, Task
from routing.priorities import Priority
from routing.referral_states import LIVE

FIND_SERVICE, DECIDE_NEXT = "find-service", "decide-next"
GAP_REVIEW_DAYS = 30
OPEN, MET, GAP, DECLINED, ENDED = "open", "met", "gap", "declined", "ended"


def open_need(
    session: Session, member: CaseMember, *, actor: Actor, now: dt.datetime, category: str,
    priority: Priority = Priority.P3, detail: str | None = None,
) -> Need:  # fmt: skip
    """One thing that the person needs, with a dated task until a referral is on its way."""
    if category not in CATEGORIES:
        raise Invalid({"category": N_("Please choose one of the list.")})
    need = Need(
        case_id=member.case_id, member_id=member.id, category=category, priority=priority,
        detail=detail or None, opened_at=now,
    )  # fmt: skip
    session.add(need)
    session.flush()
    open_task(session, need, FIND_SERVICE, Who.RC, now=now)
    _record(session, need, actor, now, "open")
    return need


def change_priority(
    session: Session, need: Need, priority: Priority, *, actor: Actor, now: dt.datetime
) -> Need:
    """It has become more or less urgent; referrals on their way keep their own promise."""
    need.priority = priority
    _record(session, need, actor, now, "prioritise")
    return need


def end_need(session: Session, need: Need, state: str, *, actor: Actor, now: dt.datetime) -> Need:
    """The need is met otherwise, or the person does not pursue it; no referral may be under way."""
    if state not in (MET, DECLINED, ENDED):
        raise Invalid({"state": N_("Please choose one of the list.")})
    if has_live_referral(session, need.id):
        raise Conflict(N_("A referral for this need is still under way."))
    settle(session, need, state, now=now)
    _record(session, need, actor, now, state)
    return need


def settle(session: Session, need: Need, state: str, *, now: dt.datetime) -> None:
    """The need is not open any more, and nothing remains to be done about it."""
    need.state, need.closed_at = state, now
    finish_tasks(session, need, now=now)


def reopen_need(session: Session, need: Need, *, actor: Actor, now: dt.datetime) -> Need:
    """The person needs it again, or something may exist now."""
    need.state, need.closed_at = OPEN, None
    ensure_followed(session, need, now=now)
    _record(session, need, actor, now, "reopen")
    return need


def open_task(
    session: Session, need: Need, kind: str, owner: Who, *, now: dt.datetime,
    due_at: dt.datetime | None = None,
) -> Task:  # fmt: skip
    """A dated task about the need; without a date, as soon as its priority asks for a next step."""
    at = due_at or due(
        Clock.NEXT_ACTION, need.priority, now, calendar_in(session, need.case.country)
    )
    task = Task(need_id=need.id, kind=kind, owner_role=owner.value, due_at=at, created_at=now)
    session.add(task)
    session.flush()
    return task


def finish_task(session: Session, task: Task, *, actor: Actor, now: dt.datetime) -> Task:
    """The task is done; the need is followed up in another way or gets a new task."""
    need = session.get_one(Need, task.need_id)
    task.done_at = now
    session.flush()
    ensure_followed(session, need, now=now)
    _record(session, need, actor, now, "finish-task")
    return task


def finish_tasks(session: Session, need: Need, *, now: dt.datetime, kind: str = "") -> None:
    """Every open task about the need is done, or only those of one kind."""
    query = select(Task).where(Task.need_id == need.id, Task.done_at.is_(None))
    for task in session.scalars(query.where(Task.kind == kind) if kind else query):
        task.done_at = now
    session.flush()


def ensure_followed(
    session: Session, need: Need, *, now: dt.datetime, owner: Who = Who.RC
) -> Task | None:
    """An open need that nothing keeps in sight gets a dated task."""
    if need.state != OPEN or has_live_referral(session, need.id) or open_tasks(session, need.id):
        return None
    return open_task(session, need, DECIDE_NEXT, owner, now=now)


def has_live_referral(session: Session, need_id: UUID) -> bool:
    """Whether a referral for the need is under way."""
    query = select(Referral.id).where(Referral.need_id == need_id, Referral.state.in_(LIVE))
    return session.scalars(query).first() is not None


def open_tasks(session: Session, need_id: UUID) -> list[Task]:
    """What remains to be done about a need, the most urgent first."""
    query = select(Task).where(Task.need_id == need_id, Task.done_at.is_(None))
    return list(session.scalars(query.order_by(Task.due_at, Task.id)))


def record_gap(
    session: Session, need: Need, *, cause: str, review_on: dt.date, run_id: UUID | None,
    actor: Actor, now: dt.datetime,
) -> GapRecord:  # fmt: skip
    """No service exists for the need today; somebody looks again on ``review_on``."""
    gap = GapRecord(
        need_id=need.id, run_id=run_id, cause=cause, recorded_at=now,
        recorded_by_id=actor.user_id, review_on=review_on,
    )  # fmt: skip
    session.add(gap)
    settle(session, need, GAP, now=now)
    return gap


def note_gap(
    session: Session, need: Need, cause: str, *, actor: Actor, now: dt.datetime
) -> GapRecord:
    """A service was found that cannot do it: counted as a gap while the need stays open."""
    gap = GapRecord(
        need_id=need.id, run_id=None, cause=cause, recorded_at=now, recorded_by_id=actor.user_id,
        review_on=now.date() + dt.timedelta(days=GAP_REVIEW_DAYS),
    )  # fmt: skip
    session.add(gap)
    return gap


def _record(session: Session, need: Need, actor: Actor, now: dt.datetime, verb: str) -> None:
    audit.record(
        session, actor, f"routing:need:{verb}", f"need:{need.id}", now=now,
        chain=need.case.organisation_id, priority=need.priority.value, state=need.state,
    )  # fmt: skip
