"""Appends to the history of a referral; the row is the projection of its events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import Conflict
from directory.core.text import N_
from directory.who import Who
from routing.models import Referral, ReferralEvent
from routing.projection import GENESIS, STORED, Happened, Projection, after, digest, replay
from routing.referral_life import State


def append_event(
    session: Session, referral: Referral, happened: Happened, *, actor: Actor, role: Who,
    code: str | None = None, idempotency_key: str | None = None, before: Projection | None = None,
) -> ReferralEvent:  # fmt: skip
    """Add one event and bring the row up to date with it. The caller holds the row's lock.

    ``before`` is what the row said, if that is not what it says now.
    """
    happened = plain(happened)
    previous = _last_digest(session, referral)
    before = before or projection_of(referral)
    number = before.version + 1
    event = ReferralEvent(
        referral_id=referral.id, number=number, step=happened.step, source=happened.source.value,
        target=happened.target.value, at=happened.at, actor=actor.label, role=role.value, code=code,
        details=dict(happened.details), idempotency_key=idempotency_key, previous=previous,
        digest=digest(str(referral.id), number, happened, actor=actor.label, role=role.value,
                      code=code, previous=previous),
    )  # fmt: skip
    write_projection(referral, after(before, happened))
    session.add(event)
    session.flush()
    return event


def plain(happened: Happened) -> Happened:
    """The event with its details as JSON would give them back, so that its digest stays true."""
    details = json.loads(json.dumps(dict(happened.details), ensure_ascii=False, default=str))
    return Happened(happened.step, happened.source, happened.target, happened.at, details)


def projection_of(referral: Referral) -> Projection:
    """What the row says."""
    values: dict[str, Any] = {name: getattr(referral, name) for name in STORED}
    capacity = str(referral.capacity_id) if referral.capacity_id else None
    return Projection(**values, capacity=capacity)


def write_projection(referral: Referral, found: Projection) -> None:
    """Make the row say it."""
    for name in STORED:
        setattr(referral, name, getattr(found, name))
    referral.capacity_id = UUID(found.capacity) if found.capacity else None


def replayed(session: Session, referral: Referral) -> Projection:
    """What the events say."""
    return replay(happened(event) for event in events_of(session, referral.id))


def happened(event: ReferralEvent) -> Happened:
    """The event as plain values."""
    return Happened(event.step, State(event.source), State(event.target), event.at, event.details)


def events_of(session: Session, referral_id: UUID) -> list[ReferralEvent]:
    """Every event of the referral, in order."""
    query = select(ReferralEvent).where(ReferralEvent.referral_id == referral_id)
    return list(session.scalars(query.order_by(ReferralEvent.number)))


def first_fault(session: Session, referral: Referral) -> int | None:
    """Number of the first event that was changed, removed or moved; nothing when all is whole."""
    previous, expected = GENESIS, 1
    for event in events_of(session, referral.id):
        true_digest = digest(
            str(referral.id), expected, happened(event), actor=event.actor, role=event.role,
            code=event.code, previous=previous,
        )  # fmt: skip
        if (event.number, event.previous, event.digest) != (expected, previous, true_digest):
            return expected
        previous, expected = event.digest, expected + 1
    return None if referral.version == expected - 1 else expected


def scoped_key(actor: Actor, key: str | None) -> str | None:
    """The idempotency key of one account: another account cannot meet or guess it."""
    if not key:
        return None
    return hashlib.sha256(f"{actor.label}:{key}".encode()).hexdigest()


def repeated(session: Session, key: str | None) -> ReferralEvent | None:
    """The event that was already recorded under the key."""
    if key is None:
        return None
    return session.scalars(
        select(ReferralEvent).where(ReferralEvent.idempotency_key == key)
    ).one_or_none()


def done_before(
    session: Session, actor: Actor, referral_id: UUID, step: str, idempotency_key: str | None
) -> ReferralEvent | None:
    """What the actor's own earlier request under this key has done; nothing: it is the first.

    Looked at before anything else: the request itself may have taken the referral out of the
    actor's sight, and whoever lost the answer must still hear that it was done. Raises
    ``Conflict`` if the key was used for another request.
    """
    first = repeated(session, scoped_key(actor, idempotency_key))
    return first and same_request(first, referral_id, step)


def same_request(first: ReferralEvent, referral_id: UUID, step: str) -> ReferralEvent:
    """The event of the first request; the key of another request is refused."""
    if first.referral_id != referral_id or first.step != step:
        raise Conflict(N_("This key was used for another request."))
    return first


def details_of_last(session: Session, referral: Referral, step: str) -> Mapping[str, Any]:
    """What the newest event of that name recorded; nothing if it never happened."""
    query = (
        select(ReferralEvent)
        .where(ReferralEvent.referral_id == referral.id, ReferralEvent.step == step)
        .order_by(ReferralEvent.number.desc())
        .limit(1)
    )
    event = session.scalars(query).one_or_none()
    details: Mapping[str, Any] = event.details if event is not None else {}
    return details


def _last_digest(session: Session, referral: Referral) -> str:
    query = select(ReferralEvent.digest).where(
        ReferralEvent.referral_id == referral.id, ReferralEvent.number == referral.version
    )
    found = session.scalars(query).one_or_none()
    return found if found is not None else GENESIS
