"""What the resources of the directory take and give."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from directory.api.strict_fields import Key, Number, Switch, Whole
from directory.categories import CATEGORIES
from directory.costs import CostModel
from directory.forms.search import FURTHEST_KM, LONGEST_TEXT
from directory.listing_life import SEARCHABLE
from directory.organisation_kinds import OrganisationKind
from directory.search_request import Sort
from directory.visibility import Precision
from directory.vocabulary import ACCESS_NEEDS

CATEGORY = validate.OneOf(list(CATEGORIES))
KIND = validate.OneOf([kind.value for kind in OrganisationKind])
COST = validate.OneOf([model.value for model in CostModel])
COUNTRY = validate.Regexp(r"^[A-Z]{2}$")
LANGUAGE = validate.Regexp(r"^[a-z]{2,3}$")
REGION = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")
_LON = r"-?(180(\.0{1,9})?|(1[0-7][0-9]|[1-9]?[0-9])(\.[0-9]{1,9})?)"
_LAT = r"-?(90(\.0{1,9})?|[1-8]?[0-9](\.[0-9]{1,9})?)"
BOX = validate.Regexp(f"^{_LON},{_LAT},{_LON},{_LAT}$")
NAMES = fields.Dict(keys=fields.String(), values=fields.String())


def told(sentence: str) -> dict[str, Any]:
    """Metadata of a field: what it is, in one sentence."""
    return {"description": sentence}


class SearchQuery(Schema):
    """The filters of a search; a listing is found when it passes all that are given."""

    q = fields.String(
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=told("Words, French or English; accents and near spellings are forgiven."),
    )
    category = fields.List(fields.String(validate=CATEGORY))
    kind = fields.List(fields.String(validate=KIND), metadata=told("Kind of organisation."))
    cost = fields.List(fields.String(validate=COST))
    language = fields.List(fields.String(validate=LANGUAGE), metadata=told("ISO 639 codes."))
    sector = fields.List(fields.String(validate=REGION))
    accessibility = fields.List(
        fields.String(validate=validate.OneOf(list(ACCESS_NEEDS))),
        metadata=told("Every one of them is met."),
    )
    country = fields.String(validate=COUNTRY, metadata=told("ISO 3166-1 alpha-2."))
    region = fields.String(
        validate=REGION,
        metadata=told("Code (ISO 3166-2 or another scheme) or id; the regions inside count too."),
    )
    organisation = Key()
    open_now = Switch(metadata=told("Receives people at this hour."))
    intake_open = Switch(metadata=told("Takes new people today."))
    self_referral = Switch(metadata=told("One can go there without being sent."))
    verified = Whole(
        validate=validate.Range(1, 9999), metadata=told("Verified at most so many days ago.")
    )
    near = fields.String(
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=told("Name of a place or region, or `latitude,longitude`."),
    )
    within = Number(
        validate=validate.Range(0.001, FURTHEST_KM),
        metadata=told("Kilometres from `near` as the crow flies, the limit included."),
    )
    bbox = fields.String(
        validate=BOX, metadata=told("`west,south,east,north`; west beyond east: the antimeridian.")
    )
    sort = fields.String(validate=validate.OneOf([sort.value for sort in Sort]))


class PagedQuery(SearchQuery):
    """A search, and which page of it."""

    page = Whole(validate=validate.Range(1, 100_000))
    per_page = Whole(validate=validate.Range(1, 100))


class RegionRef(Schema):
    """A region by id and name."""

    id = fields.UUID(required=True)
    code = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)


class OrganisationRef(Schema):
    """An organisation by id and name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=KIND)


class Position(Schema):
    """Where something stands, and how exactly that is known."""

    lon = fields.Float(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    precision = fields.String(
        required=True, validate=validate.OneOf([kind.value for kind in Precision])
    )


class Enrolment(Schema):
    """When people can apply."""

    is_open = fields.Boolean(required=True)
    opens_on = fields.Date(required=True, allow_none=True)
    last_day = fields.Date(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)


class ListingItem(Schema):
    """A listing as one entry of a list."""

    id = fields.UUID(required=True)
    name = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata=told("By language.")
    )
    category = fields.String(required=True)
    organisation = fields.Nested(OrganisationRef, required=True)
    cost = fields.String(required=True, allow_none=True, metadata=told("null: not known."))
    price = fields.Decimal(as_string=True, required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    state = fields.String(
        required=True, validate=validate.OneOf(sorted(state.value for state in SEARCHABLE))
    )
    verified_at = fields.AwareDateTime(required=True, allow_none=True)
    is_demo = fields.Boolean(required=True)
    country = fields.String(required=True)
    region = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    position = fields.Nested(Position, required=True)
    metres = fields.Float(
        required=True, allow_none=True, metadata=told("From `near`, along the ellipsoid.")
    )
    enrolment = fields.Nested(
        Enrolment, required=True, allow_none=True, metadata=told("null: no windows are known.")
    )


class FoundListings(Schema):
    """A page of what a search found."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    items = fields.List(fields.Nested(ListingItem), required=True)
    facets = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer()),
        required=True,
        metadata=told("How many listings each choice would leave, the other filters kept."),
    )
    corrected = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata=told("Misspelt words and what they were taken for."),
    )
    left_out = fields.List(
        fields.String(), required=True, metadata=told("Words that no listing has with the others.")
    )


class Criterion(Schema):
    """A condition."""

    kind = fields.String(required=True)
    asks = fields.Dict(required=True, metadata=told("Parameters of the kind."))
    sentence = fields.String(required=True, metadata=told("In plain words."))
    is_hard = fields.Boolean(required=True)
    source = fields.String(required=True, allow_none=True)
    parts = fields.List(fields.Dict(), required=True, metadata=told("Of `all`, `any`, `not`."))


class Allowance(Schema):
    """Money or help in kind that the person receives."""

    kind = fields.String(required=True)
    amount = fields.Decimal(as_string=True, required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    per = fields.String(required=True)
    age_from = fields.Integer(
        required=True, allow_none=True, metadata=told("Of the children for whom it is paid.")
    )
    age_to = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class Hours(Schema):
    """A span of a weekday in local time; 0 is Monday."""

    weekday = fields.Integer(required=True)
    opens_at = fields.Time(required=True)
    closes_at = fields.Time(required=True)


class Window(Schema):
    """An intake window."""

    opens_on = fields.Date(required=True, allow_none=True)
    closes_on = fields.Date(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    recurrence = fields.String(required=True, allow_none=True, metadata=told("RFC 5545."))
    note = fields.String(required=True, allow_none=True)


class SourceNote(Schema):
    """Where the facts come from."""

    url = fields.String(allow_none=True)
    citation = fields.String(allow_none=True)
    date = fields.String(allow_none=True)


class ListingDetail(ListingItem):
    """A listing with everything that may be told."""

    description = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    cost_note = fields.String(required=True, allow_none=True)
    criteria = fields.List(fields.Nested(Criterion), required=True)
    has_no_conditions = fields.Boolean(required=True)
    windows = fields.List(fields.Nested(Window), required=True)
    allowances = fields.List(fields.Nested(Allowance), required=True)
    opening_hours = fields.List(fields.Nested(Hours), required=True)
    languages = fields.List(fields.String(), required=True)
    accessibility = fields.List(fields.String(), required=True)
    sectors = fields.List(fields.String(), required=True)
    specialties = fields.List(fields.String(), required=True)
    documents_required = fields.List(fields.String(), required=True)
    data_needed = fields.List(fields.String(), required=True)
    accepts_self_referral = fields.Boolean(required=True, allow_none=True)
    duration_days = fields.Integer(required=True, allow_none=True)
    hours_per_week = fields.Integer(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    programme = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)
    who_answers = fields.String(required=True, allow_none=True, metadata=told("Title of a role."))
    promised_hours = fields.Integer(
        required=True, allow_none=True, metadata=told("To an answer to an ordinary request.")
    )
    not_known = fields.List(
        fields.String(), required=True, metadata=told("What nobody has told, in words.")
    )
    source = fields.Nested(SourceNote, required=True)


class OrganisationDetail(OrganisationRef):
    """An organisation and its services."""

    country = fields.String(required=True)
    alternate_names = fields.List(fields.String(), required=True)
    website = fields.String(required=True, allow_none=True)
    source = fields.Nested(SourceNote, required=True)
    listings = fields.List(fields.Nested(ListingItem), required=True)


class OpportunityItem(Schema):
    """A service that people can apply for now or soon, or only until a day."""

    listing = fields.Nested(ListingItem, required=True)
    is_open = fields.Boolean(required=True)
    opens_on = fields.Date(required=True, allow_none=True)
    last_day = fields.Date(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)


class Opportunities(Schema):
    """A page of what is open."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    items = fields.List(fields.Nested(OpportunityItem), required=True)
