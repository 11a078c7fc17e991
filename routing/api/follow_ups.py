"""Follow-ups: what is due, and what people answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.roles import READ_CASE, SEND_REFERRAL, SUPERVISE
from directory.who import Who
from routing.api import follow_up_schemas as schemas
from routing.attempts import Outcome
from routing.forms.follow_ups import read_said
from routing.models import FollowUp
from routing.operations.cases import route_of
from routing.operations.follow_ups import Conversation, record_follow_up, record_not_reached
from routing.queries.follow_ups import WEEK_DAYS, follow_ups_until, loads
from routing.queries.scope import case_for, referral_for

follow_ups = resource("follow-ups", about="Asking people how it goes after they were sent.")
Body = Mapping[str, Any]


@follow_ups.get("/follow-ups")
@follow_ups.response(200, schemas.FollowUpsOut)
@needs(READ_CASE)
def due() -> dict[str, Any]:
    """What is late or due within seven days in your cases."""
    actor, at = current_actor(), now()
    until = at + dt.timedelta(days=WEEK_DAYS)
    found = loads(db.session, actor, now=at, until=until) if actor.may(SUPERVISE) else []
    return {
        "items": [_out(row, at) for row in follow_ups_until(db.session, actor, until=until)],
        "by_caseworker": [
            {"account": one.account_id, "name": one.name, "late": one.late,
             "this_week": one.this_week}
            for one in found
        ],
    }  # fmt: skip


@follow_ups.post("/referrals/<uuid:key>/follow-ups")
@follow_ups.arguments(schemas.FollowUpIn)
@follow_ups.response(201, schemas.AnswerOut)
@follow_ups.alt_response(403, "FORBIDDEN")
@follow_ups.alt_response(404, "NOT_FOUND")
@follow_ups.alt_response(409, "CONFLICT")
@needs(SEND_REFERRAL)
def recorded(body: Body, key: UUID) -> dict[str, Any]:
    """What the person answered; everything due for the referral is done with it."""
    referral = referral_for(db.session, current_actor(), key)
    case_for(db.session, current_actor(), referral.case_id)
    route = route_of(referral.member, body["route"]) if body.get("route") else None
    row = record_follow_up(
        db.session, referral, read_said(body), Conversation(body["asker"], body["channel"], route),
        actor=current_actor(), role=Who(body["role"]), now=now(),
        idempotency_key=body.get("idempotency_key"),
    )  # fmt: skip
    return {"id": row.id, "state": referral.state.value}


@follow_ups.post("/referrals/<uuid:key>/follow-ups/tried")
@follow_ups.arguments(schemas.TriedIn)
@follow_ups.response(201, schemas.AnswerOut)
@follow_ups.alt_response(403, "FORBIDDEN")
@follow_ups.alt_response(404, "NOT_FOUND")
@follow_ups.alt_response(409, "CONFLICT")
@needs(SEND_REFERRAL)
def tried(body: Body, key: UUID) -> dict[str, Any]:
    """The person was not reached: it stays due, and the attempt counts."""
    referral = referral_for(db.session, current_actor(), key)
    case_for(db.session, current_actor(), referral.case_id)
    row = record_not_reached(
        db.session, referral, route_of(referral.member, body["route"]), Outcome(body["outcome"]),
        actor=current_actor(), role=Who(body["role"]), now=now(),
        announced=body.get("announced", False), idempotency_key=body.get("idempotency_key"),
    )  # fmt: skip
    return {"id": row.id, "state": referral.state.value}


def _out(row: FollowUp, at: dt.datetime) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "due_at": row.due_at, "case": row.referral.case_id,
        "referral": row.referral_id, "is_late": row.due_at <= at,
        "was_texted": row.texted_at is not None,
    }  # fmt: skip
