"""What people are owed back: of one case, and everything an account looks after."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from directory.core.actor import Actor
from directory.core.errors import NotFound
from routing.models import Case, Expense, Referral
from routing.queries.scope import case_seen_by
from routing.reimbursement import OPEN, State, is_late


def expenses_of(session: Session, case: Case) -> list[Expense]:
    """Every expense of a case, what is still owed first, the first due first."""
    found = session.scalars(_joined().where(Referral.case_id == case.id)).all()
    return sorted(found, key=lambda row: (State(row.state) not in OPEN, row.due_at))


def owed(session: Session, actor: Actor) -> list[Expense]:
    """What is still owed to people whom the actor accompanies or supervises, the first due first."""
    query = _joined().where(Expense.state.in_([state.value for state in OPEN]), case_seen_by(actor))
    return list(session.scalars(query.order_by(Expense.due_at, Expense.id)))


def expense_for(session: Session, actor: Actor, expense_id: UUID) -> Expense:
    """The expense, or ``NotFound`` if there is none of a case that ``actor`` may see."""
    query = _joined().where(Expense.id == expense_id, case_seen_by(actor))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound
    return row


def counts_by_state(session: Session, *, now: dt.datetime) -> Counter[str]:
    """How many expenses are in each state, and how many of the open ones are late."""
    counts: Counter[str] = Counter()
    for state, due in session.execute(select(Expense.state, Expense.due_at)):
        counts[state] += 1
        counts["late"] += is_late(State(state), due, now)
    return counts


def _joined() -> Select[tuple[Expense]]:
    return (
        select(Expense)
        .join(Expense.referral)
        .join(Case, Case.id == Referral.case_id)
        .options(contains_eager(Expense.referral))
    )
