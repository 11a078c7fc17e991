"""What the JSON interface takes and gives about follow-ups."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.schemas import CATEGORY, LONG, ROLE, idempotency_key
from routing.attempts import OUTCOMES
from routing.drop_outs import DROP_OUTS
from routing.follow_ups import ASKERS, LABELS, SATISFACTION
from routing.operations.informing import CHANNELS

NAME = validate.OneOf(list(LABELS))


class FollowUpOut(Schema):
    """One instant at which a person is asked how it goes."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, validate=NAME)
    due_at = fields.AwareDateTime(required=True)
    case = fields.UUID(required=True)
    referral = fields.UUID(required=True)
    is_late = fields.Boolean(required=True)
    was_texted = fields.Boolean(required=True)


class LoadOut(Schema):
    """How much one caseworker has to ask; for supervisors."""

    account = fields.UUID(required=True)
    name = fields.String(required=True)
    late = fields.Integer(required=True)
    this_week = fields.Integer(required=True)


class FollowUpsOut(Schema):
    """What is due until the end of seven days, oldest first."""

    items = fields.List(fields.Nested(FollowUpOut), required=True)
    by_caseworker = fields.List(fields.Nested(LoadOut), required=True)


class FollowUpIn(Schema):
    """What the person answered; what was not asked is left out."""

    role = fields.String(required=True, validate=ROLE)
    asker = fields.String(required=True, validate=validate.OneOf(list(ASKERS)))
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    route = fields.UUID(allow_none=True)
    contacted = fields.Boolean(allow_none=True)
    started = fields.Boolean(allow_none=True)
    still_going = fields.Boolean(allow_none=True)
    code = fields.String(validate=validate.OneOf(list(DROP_OUTS)))
    paid = fields.Boolean(allow_none=True)
    satisfaction = fields.String(validate=validate.OneOf(list(SATISFACTION)))
    need = fields.String(validate=CATEGORY)
    complaint = fields.Boolean()
    words = fields.String(validate=LONG)
    idempotency_key = idempotency_key()


class AnswerOut(Schema):
    """As recorded."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)


class TriedIn(Schema):
    """The person was not reached; the follow-up stays due."""

    role = fields.String(required=True, validate=ROLE)
    route = fields.UUID(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in OUTCOMES]))
    announced = fields.Boolean()
    idempotency_key = idempotency_key()


class ProxyOut(Schema):
    """A step that a caseworker noted for a provider by telephone."""

    id = fields.UUID(required=True)
    referral = fields.String(required=True)
    step = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    spoken_to = fields.String(required=True)


class ProxiesOut(Schema):
    """What waits for a yes or a no, the first due first."""

    items = fields.List(fields.Nested(ProxyOut), required=True)


class ProxyIn(Schema):
    """Whether it is so."""

    is_true = fields.Boolean(required=True)


class ProxyAnswered(Schema):
    """As recorded."""

    id = fields.UUID(required=True)
    is_true = fields.Boolean(required=True)
