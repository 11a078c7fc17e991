"""What cases, people, facts and needs take and give. Data about a person is in bodies only."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from routing.api.schemas import (
    CATEGORY,
    COUNTRY,
    LANGUAGE,
    LISTS,
    LONG,
    PRIORITY,
    ROLE,
    SHORT,
    VERSION,
)
from routing.case_life import State as CaseState
from routing.fact_table import FACTS
from routing.operations.cases import OWNERS, RELATIONS, ROUTE_KINDS


class RouteIn(Schema):
    """One way to reach a person; what is not said to be safe is not."""

    kind = fields.String(required=True, validate=validate.OneOf(ROUTE_KINDS))
    value = fields.String(required=True, validate=validate.Length(min=1, max=120))
    owner = fields.String(validate=validate.OneOf(OWNERS))
    safe_to_call = fields.Boolean()
    safe_to_leave_voice = fields.Boolean()
    safe_to_text = fields.Boolean()
    hours = fields.String(validate=SHORT, allow_none=True)
    language = fields.String(validate=LANGUAGE)


class RouteOut(RouteIn):
    """As stored."""

    id = fields.UUID(required=True)


class CaseIn(Schema):
    """A new case with its principal member."""

    organisation = fields.UUID(required=True)
    country = fields.String(required=True, validate=COUNTRY)
    region = fields.UUID(allow_none=True)
    name = fields.String(validate=SHORT, allow_none=True)
    language = fields.String(validate=LANGUAGE)
    routes = fields.List(fields.Nested(RouteIn), validate=LISTS)
    contact_impossible = fields.Boolean()
    excludes_government = fields.Boolean()


class CaseBrief(Schema):
    """A case as a list shows it: nothing about the person."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf([s.value for s in CaseState]))
    version = fields.Integer(required=True)
    country = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    is_demo = fields.Boolean(required=True)


class Cases(Schema):
    """A page of cases."""

    items = fields.List(fields.Nested(CaseBrief), required=True)


class FactOut(Schema):
    """One statement."""

    value = fields.Raw(required=True, allow_none=True)
    source = fields.String(required=True)
    as_of = fields.Date(required=True)
    expires = fields.Date(required=True, allow_none=True)
    is_stale = fields.Boolean(required=True)


class NeedOut(Schema):
    """One need."""

    id = fields.UUID(required=True)
    member = fields.UUID(required=True)
    category = fields.String(required=True)
    priority = fields.String(required=True)
    state = fields.String(required=True)
    detail = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(required=True)


class MemberOut(Schema):
    """One person of a case."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    relation = fields.String(required=True)
    name = fields.String(allow_none=True)
    language = fields.String(required=True)
    routes = fields.List(fields.Nested(RouteOut), required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Nested(FactOut), required=True)


class CaseOut(CaseBrief):
    """A case with its people, facts and needs; reading it is logged."""

    organisation = fields.UUID(required=True)
    region = fields.UUID(allow_none=True)
    excludes_government = fields.Boolean(required=True)
    closure_code = fields.String(allow_none=True)
    members = fields.List(fields.Nested(MemberOut), required=True)
    needs = fields.List(fields.Nested(NeedOut), required=True)


class CaseFind(Schema):
    """A code, or a contact of the person who calls."""

    code = fields.String(validate=validate.Length(min=1, max=20))
    kind = fields.String(validate=validate.OneOf(ROUTE_KINDS))
    value = fields.String(validate=validate.Length(min=1, max=120))
    country = fields.String(validate=COUNTRY)


class CaseStep(Schema):
    """A step of the life of a case."""

    role = fields.String(validate=ROLE)
    expected_version = fields.Integer(validate=VERSION)
    screening = fields.String(validate=SHORT)
    services_shown = fields.List(fields.String(validate=CATEGORY), validate=LISTS)
    plan_agreed = fields.Boolean()
    channel = fields.String(validate=SHORT)
    closure_code = fields.String(validate=SHORT)
    continuing_service = fields.String(validate=SHORT)
    person_told = fields.Boolean()
    reason = fields.String(validate=LONG)


class MemberIn(Schema):
    """One more person of a case."""

    relation = fields.String(required=True, validate=validate.OneOf(RELATIONS[1:]))
    name = fields.String(validate=SHORT, allow_none=True)
    language = fields.String(validate=LANGUAGE)
    routes = fields.List(fields.Nested(RouteIn), validate=LISTS)


class FactsIn(Schema):
    """Facts by name; the value itself, or with value, source, as_of and expires."""

    facts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(FACTS))),
        values=fields.Raw(),
        required=True,
        validate=validate.Length(min=1, max=len(FACTS)),
    )


class FactsForget(Schema):
    """Facts that are not known any more."""

    names = fields.List(
        fields.String(validate=validate.OneOf(list(FACTS))),
        required=True,
        validate=validate.Length(min=1, max=len(FACTS)),
    )


class FactsOut(Schema):
    """What is known now."""

    facts = fields.Dict(keys=fields.String(), values=fields.Nested(FactOut), required=True)


class NeedIn(Schema):
    """A need of a person."""

    category = fields.String(required=True, validate=CATEGORY)
    priority = fields.String(validate=PRIORITY)
    detail = fields.String(validate=LONG, allow_none=True)


class PriorityIn(Schema):
    """How urgent it has become."""

    priority = fields.String(required=True, validate=PRIORITY)


class NeedEnd(Schema):
    """What became of the need without a referral."""

    state = fields.String(required=True, validate=validate.OneOf(["met", "declined", "ended"]))


class TeamIn(Schema):
    """An account that joins the team of a case."""

    account = fields.UUID(required=True)


class MemberChange(Schema):
    """A corrected name, language or relation; what is not given stays."""

    name = fields.String(validate=SHORT)
    language = fields.String(validate=LANGUAGE)
    relation = fields.String(validate=validate.OneOf(RELATIONS[1:]))
