"""What people have paid themselves: claimed, approved by somebody else, paid back or refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import roles
from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_, Text
from directory.costs import cost_terms, reimbursement_days
from directory.who import Who
from routing.clocks import Audience
from routing.models import Expense, Referral
from routing.operations.messages import announce
from routing.operations.needs import finish_tasks, open_task
from routing.queries.scope import case_for
from routing.reimbursement import KINDS, OPEN, State, due_at, may_become

LATE_TASK = "reimbursement-late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the person has paid and wants back."""

    kind: str
    amount: Decimal
    currency: str
    paid_on: dt.date
    documents: tuple[str, ...] = ()
    """The papers handed in."""
    payer_id: UUID | None = None
    """The organisation that owes it; nothing: the one that accompanies the person."""


def claim_expense(
    session: Session, referral: Referral, claim: Claim, *, actor: Actor, now: dt.datetime
) -> Expense:
    """Write down what is owed to the person; its due instant runs from now and does not move."""
    case_for(session, actor, referral.case_id)
    if problems := _problems(referral, claim, now):
        raise Invalid(problems)
    days = reimbursement_days(cost_terms(referral.listing.cost_terms or {}))
    row = Expense(
        referral_id=referral.id, kind=claim.kind, amount=claim.amount, currency=claim.currency,
        paid_on=claim.paid_on, payer_id=claim.payer_id or referral.case.organisation_id,
        documents=list(claim.documents), state=State.CLAIMED.value, claimed_at=now,
        due_at=due_at(now, days), recorded_by_id=actor.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, row, actor, now, "claim")
    return row


def move_expense(
    session: Session, expense: Expense, target: State, *, actor: Actor, now: dt.datetime,
    note: str = "", paid_amount: Decimal | None = None,
) -> Expense:  # fmt: skip
    """Approve, refuse (say why) or note as paid. Who claimed does not approve."""
    case_for(session, actor, expense.referral.case_id)
    session.refresh(expense, with_for_update=True)
    if not may_become(State(expense.state), target):
        raise Conflict(N_("This is not possible any more: look at the present state."))
    if target is State.APPROVED:
        _may_approve(expense, actor)
    if target is State.REFUSED and not note.strip():
        raise Invalid({"note": N_("Say why it is refused, so that the person can be told.")})
    if target is State.PAID:
        expense.paid_amount = expense.amount if paid_amount is None else paid_amount
        if not 0 < expense.paid_amount <= expense.amount:
            raise Invalid({"paid_amount": N_("Give what was paid, not more than was claimed.")})
    expense.state = target.value
    expense.note = note.strip() or expense.note
    if target in (State.APPROVED, State.REFUSED):
        expense.decided_at = now
    if target not in OPEN:
        expense.settled_at = now
        finish_tasks(session, expense.referral.need, kind=LATE_TASK, now=now)
    session.flush()
    _record(session, expense, actor, now, target.value)
    return expense


def escalate_late(session: Session, *, now: dt.datetime) -> int:
    """Tell the supervisor of each person whose money is late, once; how many."""
    query = (
        select(Expense)
        .where(
            Expense.state.in_([state.value for state in OPEN]), Expense.due_at < now,
            Expense.escalated_at.is_(None),
        )
        .order_by(Expense.due_at, Expense.id)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    late = session.scalars(query).all()
    for row in late:
        row.escalated_at = now
        open_task(session, row.referral.need, LATE_TASK, Who.RS, now=now)
        announce(session, row.referral, LATE_TASK, {Audience.RS}, now=now)
    session.flush()
    return len(late)


def _may_approve(expense: Expense, actor: Actor) -> None:
    if not actor.may(roles.SUPERVISE):
        raise Forbidden(N_("A supervisor approves what is paid back."))
    if actor.user_id == expense.recorded_by_id:
        raise Forbidden(N_("Somebody else must approve what you have claimed."))


def _problems(referral: Referral, claim: Claim, now: dt.datetime) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if claim.kind not in KINDS:
        problems["kind"] = N_("Please choose one of the list.")
    if not 0 < claim.amount < LARGEST:
        problems["amount"] = N_("Give the amount as a number above zero.")
    if claim.paid_on > now.date():
        problems["paid_on"] = N_("This day is still to come.")
    if len(claim.currency) != CODE_LENGTH or not claim.currency.isalpha():
        problems["currency"] = N_("Give the currency, such as GNF or XOF.")
    parties = (None, referral.case.organisation_id, referral.recipient_id)
    if claim.payer_id not in parties:
        problems["payer"] = N_("Please choose one of the list.")
    return problems


LARGEST, CODE_LENGTH = Decimal(10**10), 3


def _record(session: Session, row: Expense, actor: Actor, now: dt.datetime, verb: str) -> None:
    audit.record(
        session, actor, f"routing:expense:{verb}", f"expense:{row.id}", now=now,
        chain=row.referral.case.organisation_id, state=row.state,
    )  # fmt: skip
