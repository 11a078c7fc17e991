"""The state of a referral as the sum of its events: rows are written, and checked, with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from routing.referral_life import LIFE, RETURN_KIND_OF, ReturnKind, State

GENESIS = "0" * 64
INFORM = "inform"
ATTEMPT = "attempt"
APPROVE_VOID = "approve-void"
FOLLOW_UP = "follow-up"
CONFIRM_PROXY = "confirm-proxy"
NOTES = frozenset({INFORM, ATTEMPT, APPROVE_VOID, FOLLOW_UP, CONFIRM_PROXY})
"""Events that change no state."""
NEWS = frozenset({State.ACCEPTED, State.WAITLIST, State.RETURNED})
"""Outcomes of which the person must be told."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as plain values."""

    step: str
    source: State
    target: State
    at: dt.datetime
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Projection:
    """What the events of one referral add up to; the names are those of its row."""

    state: State = State.NEW
    return_kind: ReturnKind | None = None
    version: int = 0
    sent_at: dt.datetime | None = None
    informed_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    start_on: dt.date | None = None
    info_rounds: int = 0
    contests: int = 0
    disputes: int = 0
    hold: str = "none"
    capacity: str | None = None
    hold_group: str | None = None


COUNTED = {"ask-info": "info_rounds", "contest": "contests", "dispute": "disputes"}
STORED = (
    "state", "return_kind", "version", "sent_at", "informed_at", "closed_at", "start_on",
    "info_rounds", "contests", "disputes", "hold", "hold_group",
)  # fmt: skip
"""Columns of the row that are nothing but the projection; ``capacity`` is the key of a row."""


def replay(events: Iterable[Happened]) -> Projection:
    """The projection of all events, in order."""
    found = Projection()
    for event in events:
        found = after(found, event)
    return found


def after(before: Projection, event: Happened) -> Projection:
    """The projection once ``event`` has happened too."""
    found = replace(before, version=before.version + 1)
    if event.step in NOTES:
        reached = event.step == INFORM and event.details.get("reached") is True
        return replace(found, informed_at=event.at) if reached else found
    found = replace(found, state=event.target, return_kind=return_kind_of(event))
    if event.target in NEWS and event.source is not event.target:
        found = replace(found, informed_at=None)
    if event.step == "send":
        found = replace(found, sent_at=event.at)
    if event.target in LIFE.terminal:
        found = replace(found, closed_at=event.at)
    if event.step in COUNTED:
        name = COUNTED[event.step]
        found = replace(found, **{name: getattr(found, name) + 1})
    return _with_place(_with_start(found, event), event)


def return_kind_of(event: Happened) -> ReturnKind | None:
    """How the referral came back, if the event returned it."""
    if event.target is not State.RETURNED:
        return None
    line = next(line for line in LIFE.leaving(event.source) if line.name == event.step)
    return RETURN_KIND_OF[line.id]


def _with_start(found: Projection, event: Happened) -> Projection:
    given = event.details.get("started_on") or event.details.get("start_on")
    return replace(found, start_on=dt.date.fromisoformat(str(given))) if given else found


def _with_place(found: Projection, event: Happened) -> Projection:
    place = event.details.get("place_count")
    if not isinstance(place, Mapping):
        return found
    return replace(
        found,
        hold=str(place["hold"]),
        capacity=str(place["capacity"]) if place.get("capacity") else None,
        hold_group=str(place["groups"]) if place.get("groups") else None,
    )


def digest(
    referral: str, number: int, event: Happened, *, actor: str, role: str, code: str | None,
    previous: str,
) -> str:  # fmt: skip
    """SHA-256 over everything the event says and the digest of the one before."""
    content = [
        referral, number, event.step, event.source.value, event.target.value,
        event.at.astimezone(dt.UTC).isoformat(), actor, role, code, event.details, previous,
    ]  # fmt: skip
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
