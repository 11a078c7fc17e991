"""What people have paid and are owed back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor, needs
from directory.roles import READ_CASE, WRITE_CASE
from routing.api.schemas import LISTS, LONG, SHORT
from routing.forms.expenses import read_claim
from routing.models import Expense
from routing.operations.expenses import claim_expense, move_expense
from routing.queries.expenses import expense_for, owed
from routing.queries.scope import referral_for
from routing.reimbursement import KINDS, State, is_late

expenses = resource("expenses", about="What people have paid and are owed back.")
Body = Mapping[str, Any]
MOST = 10**9


def payable(amount: Decimal) -> None:
    """More than nothing. The description has it as a text, for which no largest number is said."""
    if not 0 < amount <= MOST:
        raise ValidationError("Must be greater than 0 and at most 1000000000.")


class ExpenseIn(Schema):
    """What a person has paid and wants back."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    amount = fields.Decimal(required=True, places=2, as_string=True, validate=payable)
    currency = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{3}\Z"))
    paid_on = fields.Date(required=True)
    documents = fields.List(fields.String(validate=SHORT), validate=LISTS)
    payer = fields.UUID(allow_none=True)


class ExpenseStep(Schema):
    """What became of it."""

    state = fields.String(required=True, validate=validate.OneOf(["approved", "paid", "refused"]))
    note = fields.String(validate=LONG)
    paid_amount = fields.Decimal(places=2, as_string=True, validate=payable, allow_none=True)


class ExpenseOut(Schema):
    """An expense with its promise."""

    id = fields.UUID(required=True)
    referral = fields.UUID(required=True)
    kind = fields.String(required=True)
    amount = fields.String(required=True)
    currency = fields.String(required=True)
    paid_on = fields.Date(required=True)
    payer = fields.UUID(required=True)
    state = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    is_late = fields.Boolean(required=True)
    paid_amount = fields.String(required=True, allow_none=True)


class Expenses(Schema):
    """What is still owed, the first due first."""

    items = fields.List(fields.Nested(ExpenseOut), required=True)


@expenses.get("/expenses")
@expenses.response(200, Expenses)
@needs(READ_CASE, audited=True)
def still_owed() -> dict[str, Any]:
    """What is still owed to the people of your cases; reading is logged."""
    found = owed(db.session, current_actor())
    lines: list[tuple[str, str, dict[str, Any]]] = [
        ("routing:expense:read", f"expense:{row.id}", {}) for row in found
    ]
    if lines:
        audit.record_many(db.session, current_actor(), lines, now=now())
    return {"items": [_out(row) for row in found]}


@expenses.post("/referrals/<uuid:key>/expenses")
@expenses.arguments(ExpenseIn)
@expenses.response(201, ExpenseOut)
@expenses.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def claimed(body: Body, key: UUID) -> dict[str, Any]:
    """Write down what the person has paid; the promise runs from now."""
    referral = referral_for(db.session, current_actor(), key)
    row = claim_expense(db.session, referral, read_claim(body), actor=current_actor(), now=now())
    return _out(row)


@expenses.post("/expenses/<uuid:key>/steps")
@expenses.arguments(ExpenseStep)
@expenses.response(200, ExpenseOut)
@expenses.alt_response(403, "FORBIDDEN")
@expenses.alt_response(404, "NOT_FOUND")
@expenses.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def moved(body: Body, key: UUID) -> dict[str, Any]:
    """Approve (a supervisor who has not claimed it), refuse with a reason, or note as paid."""
    row = move_expense(
        db.session,
        expense_for(db.session, current_actor(), key),
        State(body["state"]),
        actor=current_actor(),
        now=now(),
        note=body.get("note", ""),
        paid_amount=body.get("paid_amount"),
    )
    return _out(row)


def _out(row: Expense) -> dict[str, Any]:
    return {
        "id": row.id,
        "referral": row.referral_id,
        "kind": row.kind,
        "amount": str(row.amount),
        "currency": row.currency,
        "paid_on": row.paid_on,
        "payer": row.payer_id,
        "state": row.state,
        "due_at": row.due_at,
        "is_late": is_late(State(row.state), row.due_at, now()),
        "paid_amount": None if row.paid_amount is None else str(row.paid_amount),
    }
