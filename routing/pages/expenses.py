"""Money owed to people: what they have paid, by when they have it back, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.i18n import words
from directory.core.security import current_actor, needs
from directory.core.text import N_, Text
from directory.core.web import render
from directory.costs import cost_terms, reimbursement_days
from directory.roles import READ_CASE, WRITE_CASE
from directory.vocabulary import DOCUMENTS
from routing.forms.expenses import read_amount, read_claim
from routing.models import Expense, Referral
from routing.operations.expenses import claim_expense, move_expense
from routing.pages.person_address import person_url
from routing.pages.reading import read_referral
from routing.queries.expenses import expense_for, owed
from routing.reimbursement import KINDS, LABELS, State, is_late

blueprint = Blueprint("expenses", __name__)
DONE: dict[State, Text] = {
    State.APPROVED: N_("Approved. Note it here as soon as the money is there."),
    State.PAID: N_("Noted as paid back."),
    State.REFUSED: N_("Refused. Tell the person why, and how to complain."),
}


@blueprint.get("/expenses")
@needs(READ_CASE, audited=True)
def view() -> Response:
    """Everything that is still owed, the first due first."""
    found = owed(db.session, current_actor())
    lines: list[tuple[str, str, dict[str, Any]]] = [
        ("routing:expense:read", f"expense:{row.id}", {}) for row in found
    ]
    if lines:
        audit.record_many(db.session, current_actor(), lines, now=now())
    return render("routing/expenses.html", expenses=found, **words_of_expenses())


@blueprint.get("/referrals/<uuid:referral_id>/expenses/new")
@needs(WRITE_CASE, audited=True)
def form(referral_id: UUID) -> Response:
    """What the person has paid for this service."""
    return _show(read_referral(referral_id), {})


@blueprint.post("/referrals/<uuid:referral_id>/expenses/new")
@needs(WRITE_CASE, audited=True)
def claim(referral_id: UUID) -> ResponseReturnValue:
    """Keep it; the promise runs from now."""
    referral = read_referral(referral_id)
    try:
        row = claim_expense(
            db.session, referral, read_claim(request.form), actor=current_actor(), now=now()
        )
    except Invalid as error:
        return _show(referral, request.form, error)
    flash(words(N_("It is noted. The person should have it back by {date}.",
                   date=row.due_at.date())))  # fmt: skip
    return redirect(person_url(referral.member), 303)


@blueprint.post("/expenses/<uuid:expense_id>/<name>")
@needs(WRITE_CASE)
def move(expense_id: UUID, name: str) -> ResponseReturnValue:
    """Approve, refuse, or note that it was paid back."""
    expense = expense_for(db.session, current_actor(), expense_id)
    back = person_url(expense.referral.member)
    try:
        target = State(name)
        paid = read_amount(request.form.get("paid_amount")) if target is State.PAID else None
        move_expense(
            db.session, expense, target, actor=current_actor(), now=now(),
            note=request.form.get("note", ""), paid_amount=paid,
        )  # fmt: skip
    except (Conflict, Forbidden, Invalid, ValueError) as error:
        db.session.rollback()
        for reason in _reasons(error):
            flash(words(reason))
        return redirect(back, 303)
    flash(words(DONE[target]))
    return redirect(back, 303)


def words_of_expenses() -> dict[str, Any]:
    """What every list of expenses needs."""
    return {
        "EXPENSE_KINDS": KINDS, "EXPENSE_STATES": LABELS, "DOCUMENTS": DOCUMENTS,
        "is_overdue": _is_overdue,
    }  # fmt: skip


def _is_overdue(row: Expense) -> bool:
    return is_late(State(row.state), row.due_at, now())


def _reasons(error: Exception) -> list[Text]:
    if isinstance(error, Invalid):
        return list(error.fields.values())
    if isinstance(error, Conflict | Forbidden):
        return list(error.reasons)
    return [N_("Please choose one of the list.")]


def _show(referral: Referral, given: Mapping[str, Any], error: Invalid | None = None) -> Response:
    listing, sender = referral.listing, referral.case.organisation
    terms = cost_terms(listing.cost_terms or {})
    payers = [(sender.id, sender.name)]
    if listing.service.organisation_id != sender.id:
        payers.append((listing.service.organisation_id, listing.service.organisation.name))
    return render(
        "routing/expense.html", status=422 if error else 200, referral=referral,
        given=given or {"currency": listing.currency or "", "paid_on": today().isoformat()},
        problems=error.fields if error else {}, kinds=KINDS.items(), payers=payers,
        papers=[DOCUMENTS.get(name, name) for name in terms.reimbursement_documents],
        days=reimbursement_days(terms),
    )  # fmt: skip
