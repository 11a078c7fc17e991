"""One referral: what may be done now and by whom, its history, its clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.machine import Step
from directory.core.text import N_, Text
from directory.who import LABELS, Who
from routing.clocks import CLOCKS, Clock
from routing.models import Referral, ReferralClock, ReferralEvent
from routing.projection import APPROVE_VOID, ATTEMPT, CONFIRM_PROXY, FOLLOW_UP, INFORM
from routing.queries.scope import acting_roles, referral_for
from routing.referral_life import LIFE, ReferralFacts, State

__all__ = [
    "AvailableStep", "Entry", "RunningClock", "available_steps", "clocks_of", "history",
    "referral_for", "timeline",
]  # fmt: skip

NOTE_LABELS: dict[str, Text] = {
    INFORM: N_("The person was told"),
    ATTEMPT: N_("Tried to reach the person"),
    APPROVE_VOID: N_("Agreed that it was entered in error"),
    FOLLOW_UP: N_("The person said how it goes"),
    CONFIRM_PROXY: N_("The provider answered for what was noted by telephone"),
}
OF_THE_SENDER = frozenset({APPROVE_VOID, FOLLOW_UP})
"""Notes that the provider does not see: what a person says of it is said in confidence."""
BY_CLOCK = frozenset({Who.SYS})
PROVIDER = frozenset({"FP", "PW"})


@dataclass(frozen=True, slots=True)
class AvailableStep:
    """A step that the actor may try now, and in which role."""

    line: Step[State, Who, ReferralFacts]
    role: Who
    by_proxy: bool = False
    """In the provider's name, after speaking to them."""

    @property
    def name(self) -> str:
        """Code of the step."""
        return self.line.name


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history, as far as the reader may see it."""

    number: int
    step: str
    label: Text
    at: dt.datetime
    who: Text
    source: State
    target: State
    code: str | None
    details: Mapping[str, Any]
    by_proxy: bool


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A promise that runs now."""

    clock: Clock
    label: Text
    due_at: dt.datetime
    paused: bool


def available_steps(session: Session, actor: Actor, referral: Referral) -> list[AvailableStep]:
    """The steps that the actor may try, the main one first, each in the first role that may."""
    found: dict[str, AvailableStep] = {}
    roles = sorted(acting_roles(session, actor, referral))
    for by_proxy in (False, True):
        for role in roles:
            for line in LIFE.available(referral.state, role, by_proxy=by_proxy):
                found.setdefault(line.name, AvailableStep(line, role, by_proxy))
    return sorted(found.values(), key=lambda step: (not step.line.main, step.by_proxy))


def history(session: Session, referral: Referral) -> list[Entry]:
    """Everything that happened, oldest first, with its details: for the sender's side."""
    return [_entry(event, own_details=True) for event in _events(session, referral.id)]


def timeline(session: Session, referral: Referral) -> list[Entry]:
    """What the provider may see: every step since it was sent, details only of its own."""
    sent = False
    entries = []
    for event in _events(session, referral.id):
        sent = sent or event.step == "send"
        if sent and event.step not in OF_THE_SENDER:
            entries.append(_entry(event, own_details=event.role in PROVIDER))
    return entries


def clocks_of(session: Session, referral: Referral) -> list[RunningClock]:
    """The clocks that run now, the first due first."""
    query = select(ReferralClock).where(
        ReferralClock.referral_id == referral.id, ReferralClock.stopped_at.is_(None)
    )
    return [
        RunningClock(
            Clock(row.name), CLOCKS[Clock(row.name)].label, row.due_at, row.paused_at is not None
        )
        for row in session.scalars(query.order_by(ReferralClock.due_at, ReferralClock.id))
    ]


def _events(session: Session, referral_id: UUID) -> list[ReferralEvent]:
    query = select(ReferralEvent).where(ReferralEvent.referral_id == referral_id)
    return list(session.scalars(query.order_by(ReferralEvent.number)))


def _entry(event: ReferralEvent, *, own_details: bool) -> Entry:
    source, target = State(event.source), State(event.target)
    return Entry(
        number=event.number,
        step=event.step,
        label=_label(event.step, source),
        at=event.at,
        who=LABELS[Who(event.role)],
        source=source,
        target=target,
        code=event.code,
        details=event.details if own_details else {},
        by_proxy=event.details.get("by_proxy") is True,
    )


def _label(step: str, source: State) -> Text:
    if step in NOTE_LABELS:
        return NOTE_LABELS[step]
    return next(line.label for line in LIFE.leaving(source) if line.name == step)
