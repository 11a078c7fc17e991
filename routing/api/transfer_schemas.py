"""What the resources of transfers, and of cases that end soon, take and give."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.case_schemas import CaseBrief
from routing.api.schemas import FILLED, LANGUAGE, LISTS, SHORT, VERSION
from routing.consent import Giver
from routing.operations.consents import MODES
from routing.transfer_parts import GROUNDS, HANDOVERS, PARTS, STATES


class OfferIn(Schema):
    """A case is offered to another organisation; every adult of it agrees."""

    receiver = fields.UUID(required=True)
    ground = fields.String(required=True, validate=validate.OneOf(list(GROUNDS)))
    summary = fields.String(required=True, validate=FILLED)
    struck = fields.List(fields.String(validate=validate.OneOf(list(PARTS))), validate=LISTS)
    change_explained = fields.Boolean(required=True)
    agreed = fields.List(fields.Integer(validate=validate.Range(1, 99)), required=True)
    giver = fields.String(validate=validate.OneOf([one.value for one in Giver]))
    assent = fields.Boolean(allow_none=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    witness = fields.String(validate=SHORT)
    language = fields.String(validate=LANGUAGE)
    expected_version = fields.Integer(validate=VERSION)


class TransferPerson(Schema):
    """One member in brief."""

    relation = fields.String(required=True)
    years = fields.List(fields.Integer(allow_none=True), required=True, allow_none=True)


class TransferNeed(Schema):
    """One open need in brief."""

    category = fields.String(required=True)
    priority = fields.String(required=True)


class CallOut(Schema):
    """An urgent request to be called back."""

    id = fields.UUID(required=True)
    by_sender = fields.Boolean(required=True)
    message = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)


class TransferBrief(Schema):
    """A transfer as a list shows it."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(STATES)))
    sender = fields.UUID(required=True)
    receiver = fields.UUID(required=True)
    ground = fields.String(required=True)
    offered_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)


class TransferOut(TransferBrief):
    """As far as your side may know it: people in brief until accepted, then the case itself."""

    summary = fields.String(allow_none=True)
    struck = fields.List(fields.String(), required=True)
    handed_over = fields.Boolean(required=True)
    people = fields.List(fields.Nested(TransferPerson), required=True)
    needs = fields.List(fields.Nested(TransferNeed), required=True)
    referrals_under_way = fields.Integer(required=True, allow_none=True)
    case = fields.UUID(required=True, allow_none=True)
    calls = fields.List(fields.Nested(CallOut), required=True)


class Transfers(Schema):
    """Those that wait for your answer first."""

    items = fields.List(fields.Nested(TransferBrief), required=True)


class HandoverIn(Schema):
    """The meeting or call of both caseworkers."""

    on = fields.Date(required=True)
    how = fields.String(required=True, validate=validate.OneOf(list(HANDOVERS)))
    who = fields.String(required=True, validate=validate.Length(min=1, max=200))
    with_person = fields.Boolean()


class AcceptIn(Schema):
    """The caseworker who accompanies the person from now on."""

    worker = fields.UUID(required=True)


class ReasonIn(Schema):
    """Why."""

    reason = fields.String(required=True, validate=FILLED)


class CallIn(Schema):
    """What is urgent."""

    message = fields.String(required=True, validate=FILLED)


class TakenOver(Schema):
    """The case as you lead it now."""

    case = fields.UUID(required=True)


class EndingOut(Schema):
    """One referral under way that outlives its programme."""

    case = fields.Nested(CaseBrief, required=True)
    referral = fields.UUID(required=True)
    need = fields.UUID(required=True)
    last_day = fields.Date(required=True)
    expected_end = fields.Date(required=True, allow_none=True)
    programme = fields.String(required=True, allow_none=True)


class EndingList(Schema):
    """The soonest end first."""

    items = fields.List(fields.Nested(EndingOut), required=True)
