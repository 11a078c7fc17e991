"""What the resources of complaints take and give. Receipts and words are in bodies only."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from directory.api.strict_fields import Whole
from routing.api.schemas import COUNTRY, KEY, LANGUAGE, VERSION, idempotency_key, told
from routing.complaint_levels import CATEGORIES, Level, Promise
from routing.complaint_life import State
from routing.operations.complaints import LONGEST
from routing.queries.complaint_scope import Sight

RECEIPT = validate.Regexp(r"^[0-9]{16}\Z")
WORDS = validate.Length(min=1, max=LONGEST)
SHORT = validate.Length(max=120)


class ComplaintContact(Schema):
    """One way to reach the person; what is not said to be safe is not."""

    value = fields.String(required=True, validate=validate.Length(min=1, max=120))
    safe_to_call = fields.Boolean()
    safe_to_text = fields.Boolean()
    hours = fields.String(validate=SHORT)


class ComplaintIn(Schema):
    """What somebody says; only words and country are needed."""

    words = fields.String(required=True, validate=WORDS)
    country = fields.String(required=True, validate=COUNTRY)
    category = fields.String(validate=validate.OneOf(list(CATEGORIES)))
    harmed = fields.Boolean(
        metadata=told("Somebody of an organisation did harm: only the protected track reads it.")
    )
    language = fields.String(validate=LANGUAGE)
    about = fields.String(validate=validate.Length(max=200))
    organisation = fields.UUID(metadata=told("Of the public directory."))
    listing = fields.UUID(metadata=told("Of the public directory."))
    name = fields.String(validate=SHORT)
    contact = fields.Nested(ComplaintContact)
    code = fields.String(validate=validate.Length(max=20))
    caseworker_may_know = fields.Boolean()
    name_may_be_shared = fields.Boolean()
    idempotency_key = fields.String(
        validate=KEY, metadata=told("The same content sent again gets the same receipt.")
    )


class ComplaintReceipt(Schema):
    """Shown once, kept nowhere."""

    receipt = fields.String(required=True, validate=RECEIPT)


class PersonActIn(Schema):
    """What the person adds, or why the answer does not satisfy."""

    receipt = fields.String(required=True, validate=RECEIPT)
    text = fields.String(required=True, validate=validate.Length(min=1, max=2_000))
    idempotency_key = idempotency_key()


class ComplaintSaid(Schema):
    """One line of what the person reads."""

    at = fields.AwareDateTime(required=True)
    by_person = fields.Boolean(required=True)
    text = fields.String(required=True)


class ComplaintStanding(Schema):
    """How it stands, for who holds the receipt."""

    state = fields.String(required=True, validate=validate.OneOf([s.value for s in State]))
    standing = fields.String(required=True)
    may = fields.List(fields.String(), required=True)
    lines = fields.List(fields.Nested(ComplaintSaid), required=True)


class ComplaintsAsked(Schema):
    """Which part of the list."""

    page = Whole(validate=validate.Range(1, 100_000))
    per_page = Whole(validate=validate.Range(1, 100))


class ComplaintBrief(Schema):
    """A complaint as a list shows it: nothing of what was said."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    level = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([one.value for one in Level])
    )
    state = fields.String(required=True, validate=validate.OneOf([s.value for s in State]))
    sight = fields.String(required=True, validate=validate.OneOf([s.value for s in Sight]))
    version = fields.Integer(required=True)
    promise = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([one.value for one in Promise])
    )
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    is_demo = fields.Boolean(required=True)


class Complaints(Schema):
    """A page of complaints."""

    items = fields.List(fields.Nested(ComplaintBrief), required=True)
    total = fields.Integer(required=True)


class ComplaintLine(Schema):
    """One thing that happened."""

    step = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    who = fields.String(required=True)
    details = fields.Dict(required=True)


class ComplaintOut(ComplaintBrief):
    """One complaint as far as it may be read; what may not is empty."""

    words = fields.String(required=True, allow_none=True)
    category = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    contact = fields.Dict(required=True, allow_none=True)
    about = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    organisations = fields.List(fields.String(), required=True)
    steps = fields.List(fields.String(), required=True)
    history = fields.List(fields.Nested(ComplaintLine), required=True)


class ComplaintStepIn(Schema):
    """A step or a note, with what it must say."""

    details = fields.Dict(keys=fields.String(), metadata=told("Which ones depends on the step."))
    expected_version = fields.Integer(validate=VERSION)
    idempotency_key = idempotency_key()


class QuarterAsked(Schema):
    """Which quarter of which year."""

    year = Whole(required=True, validate=validate.Range(2000, 2099))
    quarter = Whole(required=True, validate=validate.Range(1, 4))


class ComplaintCount(Schema):
    """One level; numbers as they may be said."""

    level = fields.String(required=True, validate=validate.OneOf([one.value for one in Level]))
    complaints = fields.String(required=True)
    first_action_in_time = fields.String(required=True)
    decided_in_time = fields.String(required=True)
    told = fields.String(required=True)


class ComplaintCounts(Schema):
    """All levels that may be counted."""

    items = fields.List(fields.Nested(ComplaintCount), required=True)
