"""Cases found by their code or by a contact of the person, and what belongs to them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.models import Account
from routing.case_life import State
from routing.codes import read_code
from routing.models import Case, CaseMember, CaseWorker, ContactRoute, Need, Task
from routing.queries.scope import case_seen_by, visible_cases


def cases_list(
    session: Session, actor: Actor, *, states: Collection[State] = (), limit: int = 50,
    offset: int = 0,
) -> list[Case]:  # fmt: skip
    """The cases that ``actor`` may see, the newest first."""
    query = visible_cases(actor).order_by(Case.opened_at.desc(), Case.id)
    if states:
        query = query.where(Case.state.in_(states))
    query = query.options(selectinload(Case.members)).limit(limit).offset(offset)
    return list(session.scalars(query))


def case_by_code(session: Session, actor: Actor, code: str) -> Case:
    """The case of that code, however it was typed; ``NotFound`` if out of sight."""
    found = session.scalars(visible_cases(actor).where(Case.code == read_code(code)))
    case = found.one_or_none()
    if case is None:
        raise NotFound
    return case


def cases_by_contact(session: Session, actor: Actor, digest: str) -> list[Case]:
    """The cases of a person who calls, found by the keyed hash of the number or address.

    The hash comes from ``operations.cases.contact_digest``; the number itself is not in the query.
    """
    members = (
        select(CaseMember.case_id)
        .join(ContactRoute, ContactRoute.member_id == CaseMember.id)
        .where(ContactRoute.value_digest == digest)
    )
    query = visible_cases(actor).where(Case.id.in_(members)).order_by(Case.opened_at.desc())
    return list(session.scalars(query))


def team_of(session: Session, case: Case) -> list[Account]:
    """The accounts of the team, those longest in it first."""
    query = (
        select(Account)
        .join(CaseWorker, CaseWorker.account_id == Account.id)
        .where(CaseWorker.case_id == case.id)
        .order_by(CaseWorker.since, Account.id)
    )
    return list(session.scalars(query))


def task_for(session: Session, actor: Actor, task_id: UUID) -> Task:
    """The task, or ``NotFound`` if there is none of a case that ``actor`` may see."""
    query = (
        select(Task)
        .join(Need, Need.id == Task.need_id)
        .join(Case, Case.id == Need.case_id)
        .where(Task.id == task_id, case_seen_by(actor))
    )
    task = session.scalars(query).one_or_none()
    if task is None:
        raise NotFound
    return task
