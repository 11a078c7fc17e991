"""Appends to the history of a complaint, each event chained to the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.who import Who
from routing.complaint_levels import SENSITIVE, Level
from routing.complaint_life import State
from routing.models import Complaint, ComplaintEvent
from routing.projection import GENESIS

COMPLAINANT = Actor(None, "complainant")
"""Whoever complains without an account: nothing about them is written down, not even a network."""
PROTECTED_CHAIN = uuid5(NAMESPACE_OID, "passerelle:complaints:protected")
"""Audit chain of the protected track: who reads the record of others learns nothing of it."""


@dataclass(frozen=True, slots=True)
class Written:
    """One event before it is stored."""

    step: str
    source: State
    target: State
    at: dt.datetime
    details: Mapping[str, Any]


def append_event(
    session: Session, complaint: Complaint, written: Written, *, actor: Actor, role: Who,
    idempotency_key: str | None = None,
) -> ComplaintEvent:  # fmt: skip
    """Add one event. The caller holds the row's lock and writes the row."""
    details = json.loads(json.dumps(dict(written.details), ensure_ascii=False, default=str))
    event = ComplaintEvent(
        complaint_id=complaint.id, number=complaint.version + 1, step=written.step,
        source=written.source.value, target=written.target.value, at=written.at,
        actor=actor.label, role=role.value, details=details, idempotency_key=idempotency_key,
        previous=_last_digest(session, complaint),
    )  # fmt: skip
    event.digest = digest_of(event)
    complaint.version = event.number
    session.add(event)
    session.flush()
    return event


def digest_of(event: ComplaintEvent) -> str:
    """SHA-256 over everything the event says and the digest of the one before."""
    content = [
        str(event.complaint_id), event.number, event.step, event.source, event.target,
        event.at.astimezone(dt.UTC).isoformat(), event.actor, event.role, event.details,
        event.previous,
    ]  # fmt: skip
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def first_fault(session: Session, complaint: Complaint) -> int | None:
    """Number of the first event that was changed, removed or moved; nothing when all is whole."""
    previous, expected = GENESIS, 1
    query = select(ComplaintEvent).where(ComplaintEvent.complaint_id == complaint.id)
    for event in session.scalars(query.order_by(ComplaintEvent.number)):
        follows = (event.number, event.previous) == (expected, previous)
        if not follows or digest_of(event) != event.digest:
            return expected
        previous, expected = event.digest, expected + 1
    return None if complaint.version == expected - 1 else expected


def repeated(session: Session, key: str | None) -> ComplaintEvent | None:
    """The event that was already recorded under the key."""
    if key is None:
        return None
    query = select(ComplaintEvent).where(ComplaintEvent.idempotency_key == key)
    return session.scalars(query).one_or_none()


def record(
    session: Session, complaint: Complaint, action: str, *, actor: Actor, now: dt.datetime,
    before: Level | None = None,
) -> None:  # fmt: skip
    """An audit line. It says that something was done, never how grave the complaint is."""
    audit.record(
        session, actor, f"routing:complaint:{action}", f"complaint:{complaint.id}", now=now,
        chain=chain_of(complaint.level, before),
    )  # fmt: skip


def chain_of(*levels: Level | None) -> UUID | None:
    """Where the audit line goes: apart as soon as the protected track is touched."""
    return PROTECTED_CHAIN if SENSITIVE in levels else None


def _last_digest(session: Session, complaint: Complaint) -> str:
    query = select(ComplaintEvent.digest).where(
        ComplaintEvent.complaint_id == complaint.id, ComplaintEvent.number == complaint.version
    )
    found = session.scalars(query).one_or_none()
    return found if found is not None else GENESIS
