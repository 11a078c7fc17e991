"""What the resources of referrals take and give. Data about a person is in bodies only."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.schemas import FILLED, LONG, PRIORITY, ROLE, STATE, VERSION, idempotency_key
from routing.attempts import OUTCOMES
from routing.clocks import Clock
from routing.operations.informing import CHANNELS
from routing.referral_life import ReturnKind


class ReferralIn(Schema):
    """A draft for a need."""

    listing = fields.UUID(required=True)
    parent = fields.UUID(allow_none=True)
    idempotency_key = idempotency_key()


class ClockOut(Schema):
    """A promise that runs."""

    clock = fields.String(required=True, validate=validate.OneOf([one.value for one in Clock]))
    due_at = fields.AwareDateTime(required=True)
    paused = fields.Boolean(required=True)


class StepOut(Schema):
    """A step that may be tried now, and in which role."""

    name = fields.String(required=True)
    role = fields.String(required=True, validate=ROLE)
    by_proxy = fields.Boolean(required=True)


class EntryOut(Schema):
    """One thing that happened."""

    number = fields.Integer(required=True)
    step = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    source = fields.String(required=True)
    target = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    details = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)


class ReferralOut(Schema):
    """A referral as the sender sees it."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=STATE)
    return_kind = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([k.value for k in ReturnKind])
    )
    version = fields.Integer(required=True)
    priority = fields.String(required=True, validate=PRIORITY)
    case = fields.UUID(required=True)
    need = fields.UUID(required=True)
    listing = fields.UUID(required=True, allow_none=True)
    parent = fields.UUID(required=True, allow_none=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    informed_at = fields.AwareDateTime(required=True, allow_none=True)
    clocks = fields.List(fields.Nested(ClockOut), required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    history = fields.List(fields.Nested(EntryOut), required=True)


class EventOut(Schema):
    """The event that was recorded, and where the referral is now."""

    event = fields.UUID(required=True)
    number = fields.Integer(required=True)
    step = fields.String(required=True)
    state = fields.String(required=True, validate=STATE)
    version = fields.Integer(required=True)


class StepIn(Schema):
    """A step with what it must say; ``details`` by step as the pages ask it."""

    role = fields.String(required=True, validate=ROLE)
    expected_version = fields.Integer(validate=VERSION)
    idempotency_key = idempotency_key()
    details = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


class InformIn(Schema):
    """Telling the person what came of it."""

    role = fields.String(required=True, validate=ROLE)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    reached = fields.Boolean(required=True)
    reply = fields.String(validate=LONG)
    expected_version = fields.Integer(validate=VERSION)
    idempotency_key = idempotency_key()


class AttemptIn(Schema):
    """One try to reach the person."""

    role = fields.String(required=True, validate=ROLE)
    route = fields.UUID(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in OUTCOMES]))
    announced = fields.Boolean()
    idempotency_key = idempotency_key()


class AttemptOut(Schema):
    """As recorded."""

    id = fields.UUID(required=True)


class RerouteIn(Schema):
    """Where to send the person next."""

    listing = fields.UUID(required=True)
    announce = fields.Boolean()
    affordability = fields.String(validate=LONG)
    phone_check = fields.String(validate=LONG)
    expected_version = fields.Integer(validate=VERSION)
    idempotency_key = idempotency_key()


class ApprovalIn(Schema):
    """Why the referral was entered in error."""

    role = fields.String(required=True, validate=validate.OneOf(["RS", "DPO"]))
    reason = fields.String(required=True, validate=FILLED)


class PayloadOut(Schema):
    """What the provider will see, first and after acceptance."""

    dataset = fields.String(required=True)
    version = fields.String(required=True)
    preview = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    full = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    digest = fields.String(required=True)


class ReceivedOut(Schema):
    """A referral as its recipient may read it now; reading it is logged."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=STATE)
    version = fields.Integer(required=True)
    priority = fields.String(required=True, validate=PRIORITY)
    listing = fields.UUID(required=True, allow_none=True)
    stage = fields.Integer(required=True)
    fields_ = fields.Dict(
        keys=fields.String(), values=fields.Raw(allow_none=True), required=True, data_key="fields"
    )
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepOut), required=True)


class Inbox(Schema):
    """What was received, to answer first."""

    items = fields.List(fields.Nested(ReceivedOut), required=True)


class DueOut(Schema):
    """One thing to do."""

    kind = fields.String(required=True)
    code = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    case = fields.UUID(required=True)
    need = fields.UUID(required=True)
    referral = fields.UUID(required=True, allow_none=True)
    task = fields.UUID(required=True, allow_none=True)
    of_provider = fields.Boolean(required=True)


class CaseloadOut(Schema):
    """What is due: late, today and later."""

    late = fields.List(fields.Nested(DueOut), required=True)
    today = fields.List(fields.Nested(DueOut), required=True)
    later = fields.List(fields.Nested(DueOut), required=True)
