"""Looking for a person: tries with or without a referral, announced calls, what remains to try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.roles import READ_CASE, WRITE_CASE
from directory.who import Who
from directory.working_days import calendar_of
from routing.attempts import OUTCOMES, Outcome, still_to_do
from routing.operations.cases import route_of
from routing.operations.reaching import announce_call, record_try
from routing.queries.consents import member_for
from routing.queries.reaching import search_summary
from routing.queries.scope import case_for

reaching = resource("reaching", about="Looking for people who cannot be reached.")
Body = Mapping[str, Any]


class TryIn(Schema):
    """One try to reach the person."""

    role = fields.String(required=True, validate=validate.OneOf(["RC", "RS"]))
    route = fields.UUID(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in OUTCOMES]))
    announced = fields.Boolean()


class MadeOut(Schema):
    """As recorded."""

    id = fields.UUID(required=True)


class AnnouncedCallIn(Schema):
    """When somebody will call."""

    route = fields.UUID(required=True)
    call_at = fields.AwareDateTime(required=True)


class SearchOut(Schema):
    """What was tried since the person was last in touch, and what remains before the case rests."""

    attempts = fields.Integer(required=True)
    still = fields.List(fields.String(), required=True)


@reaching.get("/cases/<uuid:key>/search")
@reaching.response(200, SearchOut)
@reaching.alt_response(404, "NOT_FOUND")
@needs(READ_CASE)
def searched(key: UUID) -> dict[str, Any]:
    """How far the search for the people of a case has come."""
    done = search_summary(db.session, case_for(db.session, current_actor(), key))
    return {"attempts": done.count, "still": [words(line) for line in still_to_do(done)]}


@reaching.post("/members/<uuid:key>/attempts")
@reaching.arguments(TryIn)
@reaching.response(201, MadeOut)
@reaching.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def tried(body: Body, key: UUID) -> dict[str, Any]:
    """One try, whatever the referral; the same within a minute counts once."""
    member = member_for(db.session, current_actor(), key)
    row = record_try(
        db.session, member, actor=current_actor(), role=Who(body["role"]), now=now(),
        route=route_of(member, body["route"]), outcome=Outcome(body["outcome"]),
        announced=body.get("announced", False),
    )  # fmt: skip
    return {"id": row.id}


@reaching.post("/members/<uuid:key>/announced-calls")
@reaching.arguments(AnnouncedCallIn)
@reaching.response(201, MadeOut)
@reaching.alt_response(404, "NOT_FOUND")
@reaching.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def announced(body: Body, key: UUID) -> dict[str, Any]:
    """Write to the person when somebody will call; only where writing is safe."""
    member = member_for(db.session, current_actor(), key)
    local = body["call_at"].astimezone(calendar_of(member.case.country).zone)
    row = announce_call(
        db.session, member, route_of(member, body["route"]), local.date(), local.time(),
        actor=current_actor(), now=now(),
    )  # fmt: skip
    return {"id": row.id}
