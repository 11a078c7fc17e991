"""The life of a listing for those who keep it: which steps are open to them, and taking one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import translate
from directory.core.security import current_actor, needs
from directory.listing_life import LIFE, State
from directory.models import Listing
from directory.operations.listings import take_listing_step
from directory.queries.listing_scope import (
    STEP_PERMISSIONS,
    listing_to_change,
    role_for_step,
    steps_open_to,
)
from directory.roles import READ_PARTNER

STEP = validate.OneOf(sorted(set(STEP_PERMISSIONS) - {"create"}))
STATE = validate.OneOf([state.value for state in State])
LONGEST_REASON = 300

listing_steps = resource("listing-steps", about="The life of a listing: verify, confirm, suspend.")


class ListingStepIn(Schema):
    """A step, and why where it asks for a reason."""

    step = fields.String(required=True, validate=STEP)
    reason = fields.String(validate=validate.Length(max=LONGEST_REASON))


class ListingStepOut(Schema):
    """A step that may be tried now."""

    step = fields.String(required=True, validate=STEP)
    label = fields.String(required=True)


class ListingLife(Schema):
    """Where a listing stands, and what you may do with it."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=STATE)
    version = fields.Integer(required=True)
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    is_demo = fields.Boolean(required=True)
    steps = fields.List(fields.Nested(ListingStepOut), required=True)


@listing_steps.get("/listings/<uuid:key>/steps")
@listing_steps.response(200, ListingLife)
@listing_steps.alt_response(404, "NOT_FOUND")
@needs(READ_PARTNER)
def life(key: UUID) -> dict[str, Any]:
    """Where a listing within your reach stands, whatever its state."""
    return _life(listing_to_change(db.session, current_actor(), key))


@listing_steps.post("/listings/<uuid:key>/steps")
@listing_steps.arguments(ListingStepIn)
@listing_steps.response(200, ListingLife)
@listing_steps.alt_response(404, "NOT_FOUND")
@listing_steps.alt_response(409, "CONFLICT")
@needs(READ_PARTNER)
def step(body: Mapping[str, Any], key: UUID) -> dict[str, Any]:
    """Move a listing along its life; who verifies is not who edited."""
    actor = current_actor()
    listing = listing_to_change(db.session, actor, key)
    role = role_for_step(db.session, actor, listing, body["step"])
    take_listing_step(
        db.session, listing, body["step"], actor=actor, who=role, now=now(),
        reason=body.get("reason", ""),
    )  # fmt: skip
    return _life(listing)


def _life(listing: Listing) -> dict[str, Any]:
    open_steps = steps_open_to(db.session, current_actor(), listing)
    labels = {line.name: line.label for line in LIFE.leaving(listing.state)}
    return {
        "id": listing.id,
        "state": listing.state.value,
        "version": listing.number,
        "verified_at": listing.verified_at,
        "is_demo": listing.is_demo,
        "steps": [{"step": name, "label": translate(labels[name])} for name in open_steps],
    }
