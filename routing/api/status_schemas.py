"""What the resource "status" takes and gives: codes in bodies only, words back."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.schemas import told
from routing.tracking_codes import LONGEST_TYPED

CODE = validate.Length(min=1, max=LONGEST_TYPED)
NUMBER = validate.Length(min=1, max=12)
ANSWERS = ("contacted", "not-contacted", "call-me", "take-back")


class StatusAsked(Schema):
    """The code of a receipt, as it was typed."""

    code = fields.String(required=True, validate=CODE, metadata=told("Code of the receipt."))


class PersonAnswer(StatusAsked):
    """What the holder of the code says about one request."""

    number = fields.String(
        required=True, validate=NUMBER, metadata=told("Number of the request, as on the receipt.")
    )
    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    confirmed = fields.Boolean(
        metadata=told("An agreement is taken back only when this is true: ask twice.")
    )


class RequestOut(Schema):
    """One request in words, in the language of ``Accept-Language``."""

    number = fields.String(required=True)
    help = fields.String(required=True, metadata=told("Kind of help, where it may be said."))
    provider = fields.String(required=True, allow_none=True)
    sent_at = fields.AwareDateTime(required=True)
    what = fields.String(required=True, metadata=told("What happens now."))
    next = fields.String(
        required=True, allow_none=True, metadata=told("Who acts next and by when.")
    )
    is_late = fields.Boolean(required=True)
    is_over = fields.Boolean(required=True)
    asks_whether_contacted = fields.Boolean(required=True)
    can_be_taken_back = fields.Boolean(required=True)


class StatusOut(Schema):
    """Every request of the person, and whom to call."""

    office = fields.String(required=True, metadata=told("Whom to call, in words."))
    requests = fields.List(fields.Nested(RequestOut), required=True)
