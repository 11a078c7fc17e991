"""Written agreements as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from directory.api.openapi import resource
from directory.categories import CATEGORIES
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.roles import READ_PARTNER, REPORT_AGREEMENT, WRITE_AGREEMENT
from routing.api.schemas import LONG, SHORT, VERSION, told
from routing.criteria.quota import GROUPS
from routing.forms.written_agreements import REPORT, TERMS, read_report, read_terms
from routing.models import WrittenAgreement
from routing.operations.written_agreements import (
    change_terms,
    report_on_agreement,
    write_agreement,
)
from routing.queries.written_agreements import agreement_for, visible_agreements
from routing.written_agreements import PAYMENTS, still_needed

agreements = resource("agreements", about="What senders and providers have put in writing.")
Body = Mapping[str, Any]
COUNT = validate.Range(0, 10_000_000)
CURRENCIES = list(TERMS["currency"].choices or ())
COLUMNS = (
    "id", "key", "title", "sender_id", "provider_id", *TERMS, "note", *REPORT, "accepted_on",
    "version", "is_demo",
)  # fmt: skip


class Terms(Schema):
    """What the parties have agreed."""

    title = fields.String(required=True, validate=SHORT)
    signed_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)
    categories = fields.List(
        fields.String(validate=validate.OneOf(list(CATEGORIES))), validate=validate.Length(max=50)
    )
    quota_group = fields.String(allow_none=True, validate=validate.OneOf([*GROUPS, None]))
    quota_share = fields.Integer(
        allow_none=True,
        validate=validate.Range(1, 100),
        metadata=told("Percent of those accepted."),
    )
    ceiling = fields.Integer(
        allow_none=True, validate=COUNT, metadata=told("Most that is paid for one person.")
    )
    currency = fields.String(allow_none=True, validate=validate.OneOf([*CURRENCIES, None]))
    approval_days = fields.Integer(allow_none=True, validate=validate.Range(0, 365))
    note = fields.String(allow_none=True, validate=LONG)


class AgreementIn(Terms):
    """A new agreement."""

    sender_id = fields.UUID(required=True)
    provider_id = fields.UUID(required=True)


class TermsIn(Terms):
    """Other terms of an agreement."""

    expected_version = fields.Integer(validate=VERSION)


class ReportIn(Schema):
    """How it goes."""

    accepted = fields.Integer(
        allow_none=True, validate=COUNT, metadata=told("Everybody accepted so far.")
    )
    accepted_of_group = fields.Integer(allow_none=True, validate=COUNT)
    payment = fields.String(required=True, validate=validate.OneOf([one.value for one in PAYMENTS]))
    payment_since = fields.Date(allow_none=True)
    payment_expected_on = fields.Date(allow_none=True)
    expected_version = fields.Integer(validate=VERSION)


class AgreementOut(AgreementIn):
    """One agreement with its state."""

    id = fields.UUID(required=True)
    key = fields.String(required=True)
    accepted = fields.Integer(allow_none=True)
    accepted_of_group = fields.Integer(allow_none=True)
    accepted_on = fields.Date(allow_none=True)
    still_needed = fields.Integer(
        allow_none=True,
        metadata=told("How many of the group, if the next ones all are, make the share full."),
    )
    payment = fields.String(required=True)
    payment_since = fields.Date(allow_none=True)
    payment_expected_on = fields.Date(allow_none=True)
    version = fields.Integer(required=True)
    is_demo = fields.Boolean(required=True)


class Agreements(Schema):
    """Those that concern you."""

    items = fields.List(fields.Nested(AgreementOut), required=True)


@agreements.get("/agreements")
@agreements.response(200, Agreements)
@needs(READ_PARTNER)
def listed() -> dict[str, Any]:
    """Agreements of your organisations and, for coordination, of your country."""
    return {"items": [_out(row) for row in db.session.scalars(visible_agreements(current_actor()))]}


@agreements.post("/agreements")
@agreements.arguments(AgreementIn)
@agreements.response(201, AgreementOut)
@needs(WRITE_AGREEMENT)
def written(body: Body) -> dict[str, Any]:
    """Write an agreement down."""
    row = write_agreement(
        db.session, body["sender_id"], body["provider_id"], read_terms(body),
        actor=current_actor(), now=now(),
    )  # fmt: skip
    return _out(row)


@agreements.get("/agreements/<uuid:key>")
@agreements.response(200, AgreementOut)
@agreements.alt_response(404, "NOT_FOUND")
@needs(READ_PARTNER)
def detail(key: UUID) -> dict[str, Any]:
    """One agreement."""
    return _out(agreement_for(db.session, current_actor(), key))


@agreements.post("/agreements/<uuid:key>/terms")
@agreements.arguments(TermsIn)
@agreements.response(200, AgreementOut)
@agreements.alt_response(404, "NOT_FOUND")
@agreements.alt_response(409, "CONFLICT")
@needs(WRITE_AGREEMENT)
def changed(body: Body, key: UUID) -> dict[str, Any]:
    """Other terms."""
    row = agreement_for(db.session, current_actor(), key)
    change_terms(
        db.session, row, read_terms(body), actor=current_actor(), now=now(),
        expected_version=body.get("expected_version"),
    )  # fmt: skip
    return _out(row)


@agreements.post("/agreements/<uuid:key>/report")
@agreements.arguments(ReportIn)
@agreements.response(200, AgreementOut)
@agreements.alt_response(404, "NOT_FOUND")
@agreements.alt_response(409, "CONFLICT")
@needs(REPORT_AGREEMENT)
def reported(body: Body, key: UUID) -> dict[str, Any]:
    """How it goes: people accepted so far, and payments."""
    row = agreement_for(db.session, current_actor(), key)
    report_on_agreement(
        db.session, row, read_report(body), actor=current_actor(), now=now(),
        expected_version=body.get("expected_version"),
    )  # fmt: skip
    return _out(row)


def _out(row: WrittenAgreement) -> dict[str, Any]:
    lacking = None
    if row.quota_share is not None and row.accepted is not None:
        lacking = still_needed(row.quota_share, row.accepted, row.accepted_of_group or 0)
    return {name: getattr(row, name) for name in COLUMNS} | {"still_needed": lacking}
