"""Exceptions from consent: those to countersign, recording one by code, confirming, reviewing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.roles import (
    COUNTERSIGN_EXCEPTION,
    DECLARE_INCAPACITY,
    EXCEPT_CONSENT,
    OVERSEE_CONSENT,
)
from routing.api import exception_schemas as schemas
from routing.api.representations import consent_out
from routing.forms.exceptions import read_exception
from routing.operations.consents import Named
from routing.operations.exceptions import confirm_danger, record_exception, review_exception
from routing.queries.consents import consent_for
from routing.queries.exceptions import (
    CONFIRMABLE,
    Exceptional,
    danger_of,
    referral_under_code,
    to_countersign,
)

exceptions = resource("exceptions", about="Data sent without consent, and who has agreed to it.")
Body = Mapping[str, Any]


@exceptions.get("/exceptions")
@exceptions.response(200, schemas.Exceptions)
@needs(COUNTERSIGN_EXCEPTION, audited=True)
def waiting() -> dict[str, Any]:
    """What a second person must countersign, with the time that is left; reading is logged."""
    found = to_countersign(db.session, current_actor())
    lines: list[tuple[str, str, dict[str, Any]]] = [
        ("routing:consent:view", f"consent:{one.record.id}", {}) for one in found
    ]
    if lines:
        audit.record_many(db.session, current_actor(), lines, now=now())
    return {"items": [_out(one) for one in found]}


@exceptions.post("/exceptions")
@exceptions.arguments(schemas.ExceptionByCodeIn)
@exceptions.response(201, schemas.ExceptionRecorded)
@exceptions.alt_response(403, "FORBIDDEN")
@needs(EXCEPT_CONSENT)
def recorded(body: Body) -> dict[str, Any]:
    """Record why the referral of this code goes without consent."""
    actor = current_actor()
    referral = referral_under_code(db.session, actor, body["referral_code"])
    stated = read_exception(body, actor, now=now())
    named = Named(
        organisation_id=referral.recipient_id, listing_id=referral.listing_id, accepted=True
    )
    record = record_exception(
        db.session,
        referral.member,
        stated.code,
        need=referral.need,
        recipients=(named,),
        facts=stated.facts,
        actor=actor,
        role=stated.role,
        now=now(),
        valid_until=stated.valid_until,
    )
    return {"id": record.id}


@exceptions.post("/exceptions/confirmations")
@exceptions.arguments(schemas.DangerConfirmationIn)
@exceptions.response(201, schemas.ExceptionRecorded)
@exceptions.alt_response(403, "FORBIDDEN")
@exceptions.alt_response(409, "CONFLICT")
@needs(DECLARE_INCAPACITY)
def confirmed(body: Body) -> dict[str, Any]:
    """A registered mental-health professional confirms a danger to life."""
    actor = current_actor()
    referral = referral_under_code(db.session, actor, body["referral_code"], states=CONFIRMABLE)
    row = confirm_danger(
        db.session,
        danger_of(db.session, referral),
        licence=body["licence"],
        actor=actor,
        now=now(),
    )
    return {"id": row.id}


@exceptions.post("/consents/<uuid:key>/review")
@exceptions.arguments(schemas.ExceptionReviewIn)
@exceptions.response(201, schemas.ExceptionRecorded)
@exceptions.alt_response(403, "FORBIDDEN")
@exceptions.alt_response(404, "NOT_FOUND")
@exceptions.alt_response(409, "CONFLICT")
@needs(OVERSEE_CONSENT)
def reviewed(body: Body, key: UUID) -> dict[str, Any]:
    """What the data-protection officer finds of an exception."""
    record = consent_for(db.session, current_actor(), key)
    row = review_exception(
        db.session,
        record,
        body["outcome"],
        note=body.get("note", ""),
        actor=current_actor(),
        now=now(),
    )
    return {"id": row.id}


def _out(one: Exceptional) -> dict[str, Any]:
    return {
        **consent_out(one.record),
        "countersign_by": one.countersign_by,
        "review": one.review,
    }
