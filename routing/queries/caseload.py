"""What a caseworker or supervisor has to do: late, today, and next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from directory.core.actor import Actor
from directory.core.text import N_, Text
from directory.models import Listing, Service
from directory.roles import SUBSTITUTE_CONSENT, SUPERVISE
from directory.working_days import calendar_of
from routing.clocks import CLOCKS, Action, Clock
from routing.models import Case, Need, Referral, ReferralClock, Task
from routing.queries.follow_ups import WEEK_DAYS, follow_ups_until
from routing.queries.scope import case_seen_by
from routing.referral_life import State

SENDER_CLOCKS = frozenset({
    Clock.DRAFT, Clock.SEND, Clock.INFO, Clock.INFORM, Clock.NEXT_ACTION, Clock.SATISFACTION,
})  # fmt: skip
"""Promises of the sender's own side; those of the provider appear when they are late."""
TASKS: dict[str, Text] = {
    "find-service": N_("Find a service"),
    "decide-next": N_("Decide what happens next"),
    "plan": N_("Make the plan"),
    "renew-consents": N_("Ask for the consents again"),
    "countersign": N_("Countersign the exception"),
    "seek-consent": N_("Ask for consent, as soon as possible"),
    "ask-location": N_("Ask where the person lives now"),
    "search-transport": N_("Look for transport or lodging"),
    "discuss-other-trades": N_("Talk about other trades"),
    "search-specialist": N_("Look for a specialist"),
    "check-duplicate": N_("Check what was already received"),
    "counsel": N_("Talk about availability and cost"),
    "trace-person": N_("Find out how to reach the person"),
    "search-funding": N_("Look for funding"),
    "protection-alert": N_("Check the safety of the person"),
    "record-complaint": N_("Help the person to complain"),
    "ask-stale-facts": N_("Ask again what may have changed"),
    "assess-again": N_("Check the dangers and make the plan again"),
    "post-closure-check": N_("Ask how the child is doing since the case was closed"),
    "tell-emergency-access": N_("Tell the person that their file was opened in an emergency"),
    "call-person": N_("Call the person, who has asked for it"),
    "check-contact": N_("Ask the provider: the person says that nobody was in touch"),
    "answer-not-contacted": N_("The person says that nobody contacted them: find out why"),
    "note-arrival": N_("The person wrote that they have arrived: note it and go on"),
    "agree-other-route": N_("The person wants no more messages: agree on another way"),
    "look-again": N_("Look again: enrolment opens"),
    "offer-again": N_("Offer help again, once, without pressing"),
    "child-disagrees": N_("Child and guardian disagree: look at it with both"),
    "reimbursement-late": N_("Money owed to the person is late"),
}
"""What people read for a task."""
BEFORE: dict[str, str] = {Clock.NEXT_ACTION: Clock.INFORM}
"""What comes first: nobody decides for a person who does not know."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, with its day."""

    kind: str
    """``clock``, ``task`` or ``follow-up``."""
    code: str
    """Name of the clock or kind of the task."""
    label: Text
    due_at: dt.datetime
    case: Case
    need: Need
    referral: Referral | None = None
    task: Task | None = None
    of_provider: bool = False
    """The provider is late: to be chased."""
    escalated: bool = False
    """The clock has told those above."""

    @property
    def state(self) -> State | None:
        """Where the referral is."""
        return self.referral.state if self.referral is not None else None


@dataclass(frozen=True, slots=True)
class Caseload:
    """Everything that is due, by when; each list the most urgent first."""

    late: tuple[Item, ...]
    today: tuple[Item, ...]
    later: tuple[Item, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing is due, not even later."""
        return not (self.late or self.today or self.later)


def caseload(session: Session, actor: Actor, *, now: dt.datetime) -> Caseload:
    """What is due in the cases that ``actor`` sees; a fixed number of queries."""
    items = sorted(
        (*_clocks(session, actor, now), *_tasks(session, actor), *_follow_ups(session, actor, now)),
        key=lambda item: (item.due_at, item.need.priority, str(item.case.id)),
    )
    late = tuple(item for item in items if item.due_at <= now)
    today = tuple(item for item in items if now < item.due_at <= _end_of_day(item, now))
    rest = tuple(item for item in items if item.due_at > _end_of_day(item, now))
    return Caseload(late, today, rest)


def pressing(items: Iterable[Item]) -> list[Item]:
    """Each kind of job of a referral once, the earliest; what must wait for another is left out."""
    found: dict[tuple[object, str], Item] = {}
    for item in items:
        key = item.referral.id if item.referral is not None else item.task and item.task.id
        known = found.setdefault((key, item.code), item)
        if item.due_at < known.due_at:
            found[key, item.code] = item
    return [item for (key, code), item in found.items() if (key, BEFORE.get(code, "")) not in found]


def _end_of_day(item: Item, now: dt.datetime) -> dt.datetime:
    return calendar_of(item.case.country).end_of_day(now)


def _clocks(session: Session, actor: Actor, now: dt.datetime) -> list[Item]:
    query = (
        select(ReferralClock, Referral)
        .join(Referral, Referral.id == ReferralClock.referral_id)
        .join(Referral.case)
        .where(
            case_seen_by(actor),
            ReferralClock.stopped_at.is_(None),
            ReferralClock.paused_at.is_(None),
            or_(ReferralClock.name.in_(SENDER_CLOCKS), ReferralClock.due_at <= now),
        )
        .options(
            contains_eager(Referral.case),
            joinedload(Referral.need),
            joinedload(Referral.listing)
            .joinedload(Listing.service)
            .joinedload(Service.organisation),
        )
    )
    return [
        Item(
            "clock", row.name, CLOCKS[Clock(row.name)].label, row.due_at, referral.case,
            referral.need, referral, of_provider=row.name not in SENDER_CLOCKS,
            escalated=any(key.startswith(f"{row.name}:{Action.ESCALATE}") for key in row.fired),
        )
        for row, referral in session.execute(query)
    ]  # fmt: skip


def _follow_ups(session: Session, actor: Actor, now: dt.datetime) -> list[Item]:
    """Those of the coming week; the others are far away and come by themselves."""
    label = CLOCKS[Clock.FOLLOW_UPS].label
    return [
        Item(
            "follow-up", Clock.FOLLOW_UPS, label, row.due_at, row.referral.case, row.referral.need,
            row.referral,
        )
        for row in follow_ups_until(session, actor, until=now + dt.timedelta(days=WEEK_DAYS))
    ]  # fmt: skip


def _tasks(session: Session, actor: Actor) -> list[Item]:
    owners = ["RS"] if actor.may(SUPERVISE) else []
    owners += ["CPA"] if actor.may(SUBSTITUTE_CONSENT) else ["RC"]
    query = (
        select(Task, Need)
        .join(Need, Need.id == Task.need_id)
        .join(Need.case)
        .where(case_seen_by(actor), Task.done_at.is_(None), Task.owner_role.in_(owners))
        .options(contains_eager(Need.case))
    )
    return [
        Item("task", task.kind, TASKS[task.kind], task.due_at, need.case, need, task=task)
        for task, need in session.execute(query)
    ]
