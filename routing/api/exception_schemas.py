"""What the resources of exceptions from consent take and give."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.consent_schemas import ConsentOut
from routing.api.schemas import LONG, SHORT, told
from routing.consent_exceptions import INCAPACITY_DAYS, ExceptionCode, Guardian
from routing.operations.exceptions import OUTCOMES

CODE = validate.Length(min=1, max=20)


class ExceptionByCodeIn(Schema):
    """Why data goes without consent, for the referral whose code was read out."""

    referral_code = fields.String(required=True, validate=CODE)
    code = fields.String(required=True, validate=validate.OneOf([c.value for c in ExceptionCode]))
    facts = fields.String(validate=LONG)
    licence = fields.String(validate=SHORT)
    determination = fields.String(validate=LONG)
    days = fields.Integer(validate=validate.Range(1, INCAPACITY_DAYS))
    guardian = fields.String(validate=validate.OneOf([one.value for one in Guardian]))
    authority_unreachable = fields.Boolean()
    legal_text = fields.String(validate=LONG)


class ExceptionRecorded(Schema):
    """That it is noted; nothing about the person goes back."""

    id = fields.UUID(required=True)


class DangerConfirmationIn(Schema):
    """A registered professional's word that a life is in danger."""

    referral_code = fields.String(required=True, validate=CODE)
    licence = fields.String(required=True, validate=SHORT)


class ExceptionReviewIn(Schema):
    """What the data-protection officer finds."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    note = fields.String(validate=LONG)


class ExceptionOut(ConsentOut):
    """An exception with the time that is left to countersign it."""

    countersign_by = fields.AwareDateTime(required=True, allow_none=True)
    review = fields.String(required=True, metadata=told("Empty: nobody has looked yet."))


class Exceptions(Schema):
    """Those that wait first, then the newest."""

    items = fields.List(fields.Nested(ExceptionOut), required=True)
