"""Complaints as lists: those of which somebody may know, with what is due, and how they are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.text import Text
from directory.models import Listing, Organisation, Service
from directory.who import LABELS as WHO
from directory.who import Who
from routing.complaint_levels import PROMISES, Promise
from routing.complaint_life import LABELS, LIFE, NOTES, TOLD, State
from routing.models import Complaint, ComplaintClock, ComplaintEvent, ComplaintParty
from routing.queries.complaint_scope import (
    CONDITIONS,
    Sight,
    complaint_seen_by,
)

DONE = (State.CLOSED,)


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint in a list, and the promise that is due first."""

    complaint: Complaint
    sight: Sight
    promise: Promise | None
    due_at: dt.datetime | None


def complaints_list(
    session: Session, actor: Actor, *, limit: int, offset: int = 0, closed: bool = False
) -> list[Row]:
    """What ``actor`` may see, the most urgent first; three queries however many there are."""
    due = (
        select(ComplaintClock.complaint_id, func.min(ComplaintClock.due_at).label("due_at"))
        .where(ComplaintClock.stopped_at.is_(None))
        .group_by(ComplaintClock.complaint_id)
        .subquery()
    )
    query = (
        select(Complaint, due.c.due_at)
        .outerjoin(due, due.c.complaint_id == Complaint.id)
        .where(
            complaint_seen_by(actor),
            Complaint.state.in_(DONE) if closed else Complaint.state.not_in(DONE),
        )
        .order_by(due.c.due_at.is_(None), due.c.due_at, Complaint.received_at, Complaint.id)
        .limit(limit)
        .offset(offset)
    )
    found = session.execute(query).all()
    ids = [complaint.id for complaint, _ in found]
    sights: dict[Any, Sight] = {}
    for sight, condition in reversed(CONDITIONS.items()):
        seen = select(Complaint.id).where(Complaint.id.in_(ids), condition(actor))
        sights |= dict.fromkeys(session.scalars(seen), sight)
    clocks = _first_clocks(session, ids)
    return [
        Row(complaint, sights[complaint.id], *clocks.get(complaint.id, (None, None)))
        for complaint, _ in found
    ]


def complaints_count(session: Session, actor: Actor, *, closed: bool = False) -> int:
    """How many there are for ``actor``; the same condition as the list."""
    state = Complaint.state.in_(DONE) if closed else Complaint.state.not_in(DONE)
    query = select(func.count(Complaint.id)).where(complaint_seen_by(actor), state)
    return session.scalars(query).one()


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as a handler reads it."""

    step: str
    label: Text
    at: dt.datetime
    who: Text
    details: dict[str, Any]


SHARED_STEPS = frozenset({"share", "answer"})
"""What service and supervisor read of the history."""


def history(session: Session, complaint: Complaint, sight: Sight) -> list[Line]:
    """What happened, as far as ``sight`` reaches, oldest first."""
    if sight is Sight.STATE:
        return []
    query = select(ComplaintEvent).where(ComplaintEvent.complaint_id == complaint.id)
    if sight is Sight.SHARED:
        query = query.where(ComplaintEvent.step.in_(SHARED_STEPS))
    return [
        Line(event.step, label_of(event.step), event.at, WHO[Who(event.role)], event.details)
        for event in session.scalars(query.order_by(ComplaintEvent.number))
    ]


@dataclass(frozen=True, slots=True)
class Said:
    """One line of what the person reads with the receipt."""

    at: dt.datetime
    by_person: bool
    text: str
    """Somebody's own words; empty where ``standing`` says it."""
    standing: Text | None = None


def what_person_reads(session: Session, complaint: Complaint) -> list[Said]:
    """The course of things for who holds the receipt: messages, answers, how it stands."""
    query = select(ComplaintEvent).where(ComplaintEvent.complaint_id == complaint.id)
    lines = []
    for event in session.scalars(query.order_by(ComplaintEvent.number)):
        line = _said(complaint, event)
        if line is not None:
            lines.append(line)
    return lines


def standing(complaint: Complaint) -> Text:
    """How it stands, for the person."""
    return TOLD[complaint.state]


def certain_parties(complaint: Complaint) -> list[Organisation]:
    """The organisations that it is about for certain."""
    rows = (party.organisation for party in complaint.parties if party.is_certain)
    return sorted(rows, key=lambda row: row.name)


def possible_parties(complaint: Complaint) -> list[ComplaintParty]:
    """Those whose name fits what was typed."""
    return [party for party in complaint.parties if not party.is_certain]


def service_of(session: Session, complaint: Complaint) -> dict[str, Any] | None:
    """Name of the service that it is about, by language."""
    query = select(Service.name).join(Listing, Listing.service_id == Service.id)
    return session.scalars(query.where(Listing.id == complaint.listing_id)).one_or_none()


def clocks_of(complaint: Complaint) -> Sequence[tuple[Text, ComplaintClock]]:
    """Every promise with its words, kept or not."""
    return [(PROMISES[Promise(clock.name)], clock) for clock in complaint.clocks]


def label_of(step: str) -> Text:
    """What people read for a step or a note."""
    if step in NOTES:
        return NOTES[step].label
    return next(line.label for line in LIFE.steps if line.name == step)


def state_label(complaint: Complaint) -> Text:
    """What handlers read for its state."""
    return LABELS[complaint.state]


def _said(complaint: Complaint, event: ComplaintEvent) -> Said | None:
    details = event.details
    if event.step == "submit":
        return Said(event.at, by_person=True, text=str(complaint.words))
    if event.step in ("add", "message"):
        return Said(event.at, by_person=event.step == "add", text=str(details["text"]))
    if event.step in ("reopen", "appeal") and event.role == Who.BEN:
        return Said(event.at, by_person=True, text=str(details["reason"]))
    if event.step == "inform":
        return Said(event.at, by_person=False, text=str(details["explanation"]))
    if event.step in NOTES or event.source == event.target:
        return None
    return Said(event.at, by_person=False, text="", standing=TOLD[State(event.target)])


def _first_clocks(session: Session, ids: list[Any]) -> dict[Any, tuple[Promise, dt.datetime]]:
    query = (
        select(ComplaintClock)
        .where(ComplaintClock.complaint_id.in_(ids), ComplaintClock.stopped_at.is_(None))
        .order_by(ComplaintClock.due_at.desc(), ComplaintClock.id)
    )
    return {row.complaint_id: (Promise(row.name), row.due_at) for row in session.scalars(query)}
