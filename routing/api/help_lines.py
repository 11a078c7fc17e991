"""Help lines as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.models import Organisation
from directory.roles import EDIT_HELP_LINE
from routing.api.schemas import told
from routing.help_lines import LONGEST_HOURS, read_help_line
from routing.operations.help_lines import set_help_line
from routing.queries.help_lines import help_line_of, help_lines_of

help_lines = resource("help-lines", about="The number that accompanied people call.")
Body = Mapping[str, Any]


class HelpLineIn(Schema):
    """The number and its hours; empty means that receipts show how the caseworker is reached."""

    phone = fields.String(
        required=True, allow_none=True, validate=validate.Length(max=40),
        metadata=told("As it is dialled in the country, or with a country code."),
    )  # fmt: skip
    hours = fields.String(
        required=True, allow_none=True, validate=validate.Length(max=LONGEST_HOURS),
        metadata=told("When somebody answers, in words."),
    )  # fmt: skip


class HelpLineOut(Schema):
    """What the receipts of an organisation say."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    hours = fields.String(required=True, allow_none=True)


class HelpLines(Schema):
    """Of the organisations in which you supervise."""

    items = fields.List(fields.Nested(HelpLineOut), required=True)


@help_lines.get("/help-lines")
@help_lines.response(200, HelpLines)
@needs(EDIT_HELP_LINE)
def index() -> dict[str, Any]:
    """The help lines that are yours to keep."""
    return {"items": [_out(one) for one in help_lines_of(db.session, current_actor())]}


@help_lines.put("/help-lines/<uuid:key>")
@help_lines.arguments(HelpLineIn)
@help_lines.response(200, HelpLineOut)
@help_lines.alt_response(404, "NOT_FOUND")
@needs(EDIT_HELP_LINE)
def change(body: Body, key: UUID) -> dict[str, Any]:
    """Say which number is called; receipts show it from the next one on."""
    actor = current_actor()
    organisation = help_line_of(db.session, actor, key)
    line = read_help_line(body["phone"], body["hours"], organisation.country)
    set_help_line(db.session, organisation, line, actor=actor, now=now())
    return _out(organisation)


def _out(one: Organisation) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "phone": one.help_phone, "hours": one.help_hours}
