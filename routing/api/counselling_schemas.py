"""What the JSON interface takes and gives about what people were told, shown and chose."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from directory.costs import CostModel
from routing.api.schemas import CATEGORY, FILLED, LONG, idempotency_key, told
from routing.counselling import SHOWN_AT_MOST
from routing.eligibility import Verdict
from routing.operations.counselling import MATERIALS

MATERIAL = validate.OneOf(MATERIALS)
NAMES = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class InformationIn(Schema):
    """Every kind of help was told today."""

    material = fields.String(
        required=True, validate=MATERIAL, metadata=told("Said only, or given on paper too.")
    )


class InformationOut(Schema):
    """One talk in which every kind of help that exists was told."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    language = fields.String(required=True)
    material = fields.String(required=True, validate=MATERIAL)
    categories = fields.List(fields.String(validate=CATEGORY), required=True)
    listings = fields.List(fields.UUID(), required=True)


class InformationList(Schema):
    """When every kind of help was told, the newest first."""

    items = fields.List(fields.Nested(InformationOut), required=True)


class CounsellingIn(Schema):
    """The options that lay side by side, and the choice."""

    shown = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=SHOWN_AT_MOST),
        metadata=told("Listings that are proposed for this need today."),
    )  # fmt: skip
    chosen = fields.UUID(
        required=True, allow_none=True, metadata=told("One of them; null: none of them today.")
    )
    words = fields.String(
        required=True, validate=FILLED, metadata=told("The choice as the person said it.")
    )
    was_neutral = fields.Boolean(required=True, metadata=told("The choice is the person's own."))
    note = fields.String(validate=LONG)
    why_one = fields.String(
        validate=LONG, metadata=told("Why only one was shown where several are possible.")
    )
    idempotency_key = idempotency_key()


class Between(Schema):
    """Between two values, both included."""

    low = fields.Float(required=True)
    high = fields.Float(required=True)


class OptionOut(Schema):
    """One service as it was offered that day."""

    listing = fields.UUID(required=True)
    version = fields.Integer(required=True)
    name = NAMES
    organisation = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf([one.value for one in Verdict]))
    metres = fields.Nested(Between, required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    duration_days = fields.Integer(required=True, allow_none=True)
    hours_per_week = fields.Integer(required=True, allow_none=True)
    cost_model = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([one.value for one in CostModel])
    )
    price = fields.String(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    gap = fields.Nested(
        Between, required=True, allow_none=True,
        metadata=told("What the person would lack a month; null: not known."),
    )  # fmt: skip
    free = fields.Integer(required=True, allow_none=True)


class CounsellingOut(Schema):
    """One talk about the options."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    shown = fields.List(fields.Nested(OptionOut), required=True)
    unnamed = fields.Integer(
        required=True, metadata=told("Options that only protection staff may know of.")
    )
    eligible_shown = fields.Integer(required=True)
    eligible_existed = fields.Integer(required=True)
    chosen = fields.UUID(
        required=True, allow_none=True, metadata=told("null: none of them, or one that is unnamed.")
    )
    words = fields.String(required=True)
    was_neutral = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)
    why_one = fields.String(required=True, allow_none=True)
    referral = fields.UUID(
        required=True, allow_none=True, metadata=told("The draft that came of it.")
    )


class CounsellingList(Schema):
    """The talks about a need, the newest first."""

    items = fields.List(fields.Nested(CounsellingOut), required=True)


class CardIn(Schema):
    """A public service to which the person goes alone."""

    listing = fields.UUID(required=True)


class CardOut(Schema):
    """A card that was given."""

    id = fields.UUID(required=True)
    listing = fields.UUID(required=True)
    given_at = fields.AwareDateTime(required=True)
