"""Services that open soon, as JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from directory.api.openapi import resource
from directory.core.clock import today
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.roles import SEND_REFERRAL
from routing.api.case_schemas import CaseBrief
from routing.api.representations import case_brief
from routing.queries.opening_soon import Campaign, opening_soon

openings = resource("openings", about="Whom to prepare for services that open soon.")


class PersonToPrepare(Schema):
    """Somebody whom nothing but the date keeps out."""

    case = fields.Nested(CaseBrief, required=True)
    need = fields.UUID(required=True)
    missing = fields.List(fields.String(), required=True)


class OpeningSoon(Schema):
    """One service with its people."""

    listing = fields.UUID(required=True)
    opens_on = fields.Date(required=True)
    last_on = fields.Date(required=True, allow_none=True)
    people = fields.List(fields.Nested(PersonToPrepare), required=True)


class OpeningsSoon(Schema):
    """The soonest opening first."""

    items = fields.List(fields.Nested(OpeningSoon), required=True)


@openings.get("/cases/opening-soon")
@openings.response(200, OpeningsSoon)
@needs(SEND_REFERRAL)
def soon() -> dict[str, Any]:
    """For your open needs without a referral."""
    return {
        "items": [_out(one) for one in opening_soon(db.session, current_actor(), today=today())]
    }


def _out(campaign: Campaign) -> dict[str, Any]:
    people = [
        {"case": case_brief(one.need.case), "need": one.need.id, "missing": one.missing}
        for one in campaign.people
    ]
    return {
        "listing": campaign.listing.id, "opens_on": campaign.opens_on,
        "last_on": campaign.last_on, "people": people,
    }  # fmt: skip
