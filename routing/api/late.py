"""What is late, for those who must see to it; and words given to people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.roles import (
    DELIVER_REFERRAL,
    READ_COORDINATION,
    READ_REFERRAL,
    SUPERVISE,
    WRITE_CASE,
)
from routing.api import late_schemas as schemas
from routing.api.representations import due_out
from routing.forms.promises import read_promise
from routing.models import Promise
from routing.operations.disclosures import referral_for_recipient
from routing.operations.promises import close_promise, promise_about, promise_to_case
from routing.promises import COUNTED, is_broken
from routing.queries.late_board import late_board
from routing.queries.overdue import overdue_by_region, twice_overdue
from routing.queries.promises import broken_promises, promise_for, promises_seen
from routing.queries.scope import case_for

late = resource("late", about="What is late and who owes it, and what people were promised.")
Body = Mapping[str, Any]


@late.get("/late")
@late.response(200, schemas.LateOut)
@needs(SUPERVISE, audited=True)
def board() -> dict[str, Any]:
    """Everything late in your scope, by who owes it, the oldest first; the reading is logged."""
    actor, at = current_actor(), now()
    audit.record(db.session, actor, "routing:late:read", f"account:{actor.user_id}", now=at)
    owed = late_board(db.session, actor, now=at)
    return {
        "owners": [
            {
                "owner": one.owner.name,
                "kind": one.owner.kind.value,
                "escalated": one.escalated,
                "items": [due_out(item) for item in one.items],
            }
            for one in owed
        ],
        "promises": [
            promise_out(one, at) for one in promises_seen(db.session, actor) if one.due_at <= at
        ],
        "broken": broken_promises(db.session, actor, since=at - COUNTED, now=at),
    }


@late.get("/late/region")
@late.response(200, schemas.RegionLateOut)
@needs(READ_COORDINATION)
def region() -> dict[str, Any]:
    """How many clocks are late in your region, and the codes of what nobody takes further."""
    actor, at = current_actor(), now()
    return {
        "regions": [
            {"region": one.region, "clocks": {str(name): n for name, n in one.clocks.items()}}
            for one in overdue_by_region(db.session, actor, now=at)
        ],
        "waiting": [
            {
                "code": one.code,
                "organisation": one.organisation,
                "priority": one.priority.value,
                "due_at": one.due_at,
            }
            for one in twice_overdue(db.session, actor, now=at)
        ],
    }


@late.get("/promises")
@late.response(200, schemas.Promises)
@needs(READ_REFERRAL)
def listed() -> dict[str, Any]:
    """Open promises of your cases, or of your organisation to those sent to it."""
    at = now()
    return {"items": [promise_out(one, at) for one in promises_seen(db.session, current_actor())]}


@late.post("/cases/<uuid:key>/promises")
@late.arguments(schemas.PromiseIn)
@late.response(201, schemas.PromiseOut)
@late.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def promised(body: Body, key: UUID) -> dict[str, Any]:
    """Note what your organisation promised to a person."""
    case, at = case_for(db.session, current_actor(), key), now()
    made = promise_to_case(db.session, case, **read_promise(body), actor=current_actor(), now=at)
    return promise_out(made, at)


@late.post("/inbox/<uuid:key>/promises")
@late.arguments(schemas.PromiseIn)
@late.response(201, schemas.PromiseOut)
@late.alt_response(404, "NOT_FOUND")
@needs(DELIVER_REFERRAL)
def promised_by_provider(body: Body, key: UUID) -> dict[str, Any]:
    """Note what the provider promised to the person who was sent."""
    actor, at = current_actor(), now()
    found = referral_for_recipient(db.session, actor, key, now=at)
    made = promise_about(db.session, found.referral, **read_promise(body), actor=actor, now=at)
    return promise_out(made, at)


@late.post("/promises/<uuid:key>/close")
@late.arguments(schemas.PromiseEnd)
@late.response(200, schemas.PromiseOut)
@late.alt_response(404, "NOT_FOUND")
@late.alt_response(409, "CONFLICT")
@needs(READ_REFERRAL)
def closed(body: Body, key: UUID) -> dict[str, Any]:
    """It was kept, or the person releases from it."""
    actor, at = current_actor(), now()
    promise = promise_for(db.session, actor, key)
    close_promise(db.session, promise, body["outcome"], actor=actor, now=at)
    return promise_out(promise, at)


def promise_out(promise: Promise, at: dt.datetime) -> dict[str, Any]:
    """Without the words that were noted."""
    return {
        "id": promise.id,
        "kind": promise.kind,
        "organisation": promise.organisation_id,
        "referral": promise.referral_id,
        "made_at": promise.made_at,
        "due_at": promise.due_at,
        "closed_at": promise.closed_at,
        "outcome": promise.outcome,
        "is_broken": is_broken(promise.due_at, promise.closed_at, at),
    }
