"""Shapes of people announced from another country, as the interface takes and gives them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.case_schemas import RouteIn
from routing.api.schemas import CATEGORY, COUNTRY, LANGUAGE, LISTS, LONG, PRIORITY, SHORT
from routing.fact_table import FACTS
from routing.operations.consents import MODES

MAY_GO = validate.OneOf([*FACTS, "name", "routes"])


class PacketNeed(Schema):
    """One thing that the person needs."""

    category = fields.String(required=True, validate=CATEGORY)
    priority = fields.String(required=True, validate=PRIORITY)
    detail = fields.String(validate=LONG)


class PacketIn(Schema):
    """One person, what they need, and what they agreed to; only what is consented goes."""

    sender = fields.UUID(required=True)
    receiver = fields.UUID(allow_none=True)
    installation = fields.String(validate=validate.Length(max=40))
    receiver_name = fields.String(validate=SHORT)
    host_country = fields.String(required=True, validate=COUNTRY)
    country = fields.String(required=True, validate=COUNTRY)
    name = fields.String(validate=SHORT)
    language = fields.String(validate=LANGUAGE)
    routes = fields.List(fields.Nested(RouteIn), validate=LISTS)
    facts = fields.Dict(keys=fields.String(validate=validate.OneOf(list(FACTS))), required=True)
    needs = fields.List(fields.Nested(PacketNeed), required=True, validate=LISTS)
    consent_language = fields.String(required=True, validate=LANGUAGE)
    consent_mode = fields.String(required=True, validate=validate.OneOf(MODES))
    consented = fields.List(fields.String(validate=MAY_GO), required=True, validate=LISTS)
    wants_government = fields.Boolean()
    departs_on = fields.Date(allow_none=True)
    arrives_on = fields.Date(allow_none=True)
    offers = fields.List(fields.UUID(), validate=LISTS)


class CareQuestionOut(Schema):
    """A question to a provider and its answer; names nobody."""

    id = fields.UUID(required=True)
    category = fields.String(required=True)
    question = fields.String(required=True, allow_none=True)
    listing = fields.UUID(attribute="listing_id", required=True, allow_none=True)
    state = fields.String(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    answer = fields.Dict(required=True, allow_none=True)


class PacketBrief(Schema):
    """A packet as a list shows it: nothing about the person."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    host_country = fields.String(required=True)
    country = fields.String(required=True)
    departs_on = fields.Date(required=True, allow_none=True)
    departed_at = fields.AwareDateTime(required=True, allow_none=True)
    arrives_on = fields.Date(required=True, allow_none=True)
    landed_at = fields.AwareDateTime(required=True, allow_none=True)
    acknowledge_by = fields.AwareDateTime(required=True, allow_none=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)


class PacketOut(PacketBrief):
    """With the person, and what was confirmed; reading it is logged."""

    content = fields.Dict(required=True)
    case = fields.UUID(attribute="case_id", required=True, allow_none=True)
    confirmations = fields.List(fields.Nested(CareQuestionOut), required=True)


class Packets(Schema):
    """Those that wait for an arrival first."""

    items = fields.List(fields.Nested(PacketBrief), required=True)


class DepartureIn(Schema):
    """The person has left, or has landed."""

    landed = fields.Boolean()


class PacketFile(Schema):
    """The sealed file as text."""

    file = fields.String(required=True, validate=validate.Length(min=1, max=600_000))


class ImportIn(PacketFile):
    """A sealed file for one of your organisations."""

    receiver = fields.UUID(required=True)


class ArrivedCase(Schema):
    """The case that was opened on arrival."""

    case = fields.UUID(required=True)


class CareQuestionIn(Schema):
    """Without a listing: none was found."""

    category = fields.String(required=True, validate=CATEGORY)
    listing = fields.UUID(allow_none=True)
    question = fields.String(validate=LONG)


class CareAnswerIn(Schema):
    """What you confirm; ``available`` false: you cannot."""

    available = fields.Boolean(required=True)
    valid_until = fields.Date()
    held_until = fields.Date(allow_none=True)
    price = fields.String(validate=SHORT)
    medicine = fields.String(validate=LONG)
    note = fields.String(validate=LONG)


class CareQuestions(Schema):
    """Questions that wait for your answer."""

    items = fields.List(fields.Nested(CareQuestionOut), required=True)
