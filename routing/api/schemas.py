"""What the descriptions of several resources of casework share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from marshmallow import Schema, fields, validate

from directory.categories import CATEGORIES
from directory.who import Who
from routing.disclosure import FIELDS
from routing.priorities import Priority
from routing.referral_life import State

CATEGORY = validate.OneOf(list(CATEGORIES))
COUNTRY = validate.Regexp(r"^[A-Z]{2}\Z")
LANGUAGE = validate.Regexp(r"^[a-z]{2,3}\Z")
PRIORITY = validate.OneOf([one.value for one in Priority])
STATE = validate.OneOf([one.value for one in State])
ROLE = validate.OneOf([one.value for one in Who])
FIELD = validate.OneOf(list(FIELDS))
SHORT, LONG = validate.Length(max=120), validate.Length(max=2_000)
FILLED = validate.Length(min=1, max=2_000)
KEY = validate.Length(min=8, max=200)
VERSION = validate.Range(0, 2**31 - 1)
LISTS = validate.Length(max=50)
INSTANT = validate.Range(
    dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
)


def told(sentence: str) -> dict[str, Any]:
    """Metadata of a field: what it is, in one sentence."""
    return {"description": sentence}


def idempotency_key() -> fields.String:
    """The same key sent again by the same account acts once."""
    return fields.String(validate=KEY, metadata=told("Sent again, the request acts once."))


class Paged(Schema):
    """Which part of a list."""

    page = fields.Integer(validate=validate.Range(1, 100_000))
    per_page = fields.Integer(validate=validate.Range(1, 100))


class Done(Schema):
    """What was done."""

    id = fields.UUID(required=True)
