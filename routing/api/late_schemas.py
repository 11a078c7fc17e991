"""What is late and what was promised, as the JSON interface gives and takes it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.referral_schemas import DueOut
from routing.api.schemas import told
from routing.promises import PROMISES, Outcome
from routing.queries.late_board import OwnerKind


class OwnerLateOut(Schema):
    """What one provider or caseworker owes."""

    owner = fields.String(required=True, metadata=told("Empty for supervisors and for nobody."))
    kind = fields.String(required=True, validate=validate.OneOf(list(OwnerKind)))
    escalated = fields.Integer(required=True, metadata=told("Of how many the clock told you."))
    items = fields.List(fields.Nested(DueOut), required=True)


class PromiseIn(Schema):
    """A word given to a person, with its day."""

    kind = fields.String(required=True, validate=validate.OneOf(list(PROMISES)))
    day = fields.Date(required=True, metadata=told("By the end of this day."))
    note = fields.String(validate=validate.Length(max=300), allow_none=True)


class PromiseOut(Schema):
    """A promise as stored."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    organisation = fields.UUID(required=True)
    referral = fields.UUID(required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    is_broken = fields.Boolean(required=True)


class Promises(Schema):
    """Open promises, soonest first."""

    items = fields.List(fields.Nested(PromiseOut), required=True)


class PromiseEnd(Schema):
    """How a promise ended."""

    outcome = fields.String(required=True, validate=validate.OneOf(list(Outcome)))


class LateOut(Schema):
    """What is late in a supervisor's scope."""

    owners = fields.List(fields.Nested(OwnerLateOut), required=True)
    promises = fields.List(fields.Nested(PromiseOut), required=True)
    broken = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True,
        metadata=told("Promises not kept in time within 30 days, by organisation."),
    )  # fmt: skip


class RegionLate(Schema):
    """How many clocks are late in one region."""

    region = fields.String(required=True)
    clocks = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class TwiceLate(Schema):
    """A returned referral for which nobody decided in twice the time; no person."""

    code = fields.String(required=True)
    organisation = fields.String(required=True)
    priority = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)


class RegionLateOut(Schema):
    """For regional coordination: numbers and codes."""

    regions = fields.List(fields.Nested(RegionLate), required=True)
    waiting = fields.List(fields.Nested(TwiceLate), required=True)
