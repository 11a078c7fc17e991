"""Files opened in an emergency, as JSON; each call is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.pages.fresh import second_factor_is
from directory.roles import OPEN_IN_EMERGENCY, REVIEW_EMERGENCY
from routing.api.case_schemas import RouteOut
from routing.api.schemas import COUNTRY, FILLED, PRIORITY, Done
from routing.emergency_access import REASONS, VERDICTS
from routing.models import EmergencyAccess
from routing.operations.emergency_access import (
    Opening,
    close_access,
    open_in_emergency,
    read_in_emergency,
    review_access,
    widen_access,
)
from routing.priorities import Priority
from routing.queries.emergency_access import access_for, count_of, review_for, reviewable

emergency = resource("emergency", about="Files opened in an emergency, and their review.")
Body = Mapping[str, Any]


class OpeningIn(Schema):
    """Who, why, and the present code of your second factor."""

    priority = fields.String(required=True, validate=PRIORITY)
    reason_code = fields.String(required=True, validate=validate.OneOf(list(REASONS)))
    reason = fields.String(required=True, validate=FILLED)
    second_factor = fields.String(required=True, validate=validate.Length(max=12))
    code = fields.String(validate=validate.Length(max=20))
    number = fields.Integer(validate=validate.Range(1, 99))
    phone = fields.String(validate=validate.Length(max=40))
    country = fields.String(validate=COUNTRY)


class EmergencyFact(Schema):
    """One statement."""

    name = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    source = fields.String(required=True)
    as_of = fields.Date(required=True)


class EmergencyFile(Schema):
    """What may be read until it closes."""

    id = fields.UUID(required=True)
    expires_at = fields.AwareDateTime(required=True)
    widened = fields.Boolean(required=True)
    name = fields.String(required=True, allow_none=True)
    routes = fields.List(fields.Nested(RouteOut), required=True)
    facts = fields.List(fields.Nested(EmergencyFact), required=True)


class SecondReason(Schema):
    """Why the subset is not enough."""

    reason = fields.String(required=True, validate=FILLED)


class ReviewIn(Schema):
    """The officer's answer."""

    verdict = fields.String(required=True, validate=validate.OneOf(list(VERDICTS)))
    note = fields.String(required=True, validate=FILLED)
    tells_person = fields.Boolean(required=True)


class OpeningOut(Schema):
    """One opening as the officer sees it."""

    id = fields.UUID(required=True)
    opened_at = fields.AwareDateTime(required=True)
    reason_code = fields.String(required=True)
    reason = fields.String(required=True)
    role = fields.String(required=True)
    review_due_at = fields.AwareDateTime(required=True)
    reviewed_at = fields.AwareDateTime(required=True, allow_none=True)
    verdict = fields.String(required=True, allow_none=True)


class OpeningCount(Schema):
    """Published inside the organisation."""

    opened = fields.Integer(required=True)
    due = fields.Integer(required=True)
    on_time = fields.Integer(required=True)


class Openings(Schema):
    """Those without a review first."""

    items = fields.List(fields.Nested(OpeningOut), required=True)
    count = fields.Nested(OpeningCount, required=True)


@emergency.post("/emergency")
@emergency.arguments(OpeningIn)
@emergency.response(201, EmergencyFile)
@emergency.alt_response(409, "CONFLICT")
@needs(OPEN_IN_EMERGENCY)
def opened(body: Body) -> dict[str, Any]:
    """Open one person's file for an hour; the officer and the caseworker are told at once."""
    said = {k: v for k, v in body.items() if k not in ("second_factor", "priority")}
    access = open_in_emergency(
        db.session,
        Opening(priority=Priority(body["priority"]), **said),
        second_factor=second_factor_is(body["second_factor"]),
        actor=current_actor(),
        now=now(),
    )
    return _file(access)


@emergency.get("/emergency/<uuid:access>")
@emergency.response(200, EmergencyFile)
@emergency.alt_response(403, "FORBIDDEN")
@emergency.alt_response(404, "NOT_FOUND")
@needs(OPEN_IN_EMERGENCY, audited=True)
def read(access: UUID) -> dict[str, Any]:
    """The file, while it is open."""
    return _file(access_for(db.session, current_actor(), access))


@emergency.post("/emergency/<uuid:access>/widen")
@emergency.arguments(SecondReason)
@emergency.response(200, EmergencyFile)
@emergency.alt_response(403, "FORBIDDEN")
@emergency.alt_response(404, "NOT_FOUND")
@needs(OPEN_IN_EMERGENCY)
def widened(body: Body, access: UUID) -> dict[str, Any]:
    """A second reason shows all that is known, but for the address of a protected place."""
    found = access_for(db.session, current_actor(), access)
    return _file(widen_access(db.session, found, body["reason"], actor=current_actor(), now=now()))


@emergency.post("/emergency/<uuid:access>/close")
@emergency.response(200, Done)
@emergency.alt_response(403, "FORBIDDEN")
@emergency.alt_response(404, "NOT_FOUND")
@needs(OPEN_IN_EMERGENCY)
def closed(access: UUID) -> dict[str, Any]:
    """The file is not needed any more."""
    found = access_for(db.session, current_actor(), access)
    return {"id": close_access(db.session, found, actor=current_actor(), now=now()).id}


@emergency.get("/emergency/reviews")
@emergency.response(200, Openings)
@needs(REVIEW_EMERGENCY, audited=True)
def reviews() -> dict[str, Any]:
    """Every opening that you review, with the figures."""
    found = reviewable(db.session, current_actor())
    return {"items": found, "count": count_of(found, now())}


@emergency.post("/emergency/reviews/<uuid:review>")
@emergency.arguments(ReviewIn)
@emergency.response(200, OpeningOut)
@emergency.alt_response(403, "FORBIDDEN")
@emergency.alt_response(404, "NOT_FOUND")
@emergency.alt_response(409, "CONFLICT")
@needs(REVIEW_EMERGENCY)
def reviewed(body: Body, review: UUID) -> Any:
    """Justified, not, or an incident; and whether the person is told."""
    access = review_for(db.session, current_actor(), review)
    return review_access(db.session, access, actor=current_actor(), now=now(), **body)


def _file(access: EmergencyAccess) -> dict[str, Any]:
    rows = read_in_emergency(db.session, access, actor=current_actor(), now=now())
    return {
        "id": access.id,
        "expires_at": access.expires_at,
        "widened": bool(access.second_reason),
        "name": access.member.name,
        "routes": access.member.routes,
        "facts": rows,
    }
