"""What regions and places take and give: the gazetteer and the tree of regions."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from directory.api.schemas import COUNTRY, RegionRef, told
from directory.api.strict_fields import Whole
from directory.forms.search import LONGEST_TEXT


class RegionsQuery(Schema):
    """Which regions."""

    country = fields.String(validate=COUNTRY)
    level = Whole(validate=validate.Range(1, 9))


class RegionItem(RegionRef):
    """A region."""

    country = fields.String(required=True)
    level = fields.Integer(required=True)
    parent_id = fields.UUID(required=True, allow_none=True)
    lon = fields.Float(required=True, metadata=told("Of a point inside, for labels."))
    lat = fields.Float(required=True)


class PlacesQuery(Schema):
    """What was typed."""

    near = fields.String(required=True, validate=validate.Length(max=LONGEST_TEXT))
    country = fields.String(validate=COUNTRY, metadata=told("Places of it come first."))


class PlaceItem(Schema):
    """A place or region that may be meant."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["place", "region"]))
    name = fields.String(required=True)
    label = fields.String(required=True, metadata=told("What `near` understands."))
    country = fields.String(required=True)
    lon = fields.Float(required=True)
    lat = fields.Float(required=True)
