"""Promises made to people: those that an account must know of, and how many were broken."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.models import Organisation
from routing.models import Case, Promise, Referral
from routing.queries.scope import case_seen_by, received_by, recipient_organisations


def promises_seen(session: Session, actor: Actor) -> list[Promise]:
    """Open promises of the actor's cases, and of its organisation to those sent to it, soonest
    first.
    """
    return list(
        session.scalars(
            _open(_seen_by(actor)).options(
                contains_eager(Promise.case),
                contains_eager(Promise.referral),
                joinedload(Promise.organisation),
            )
        )
    )


def promises_of_case(session: Session, case: Case) -> list[Promise]:
    """Open promises to the people of a case, soonest first."""
    query = _open(Promise.case_id == case.id).options(joinedload(Promise.organisation))
    return list(session.scalars(query))


def promises_about(session: Session, referral: Referral) -> list[Promise]:
    """Open promises of the recipient about a referral, soonest first."""
    mine = and_(
        Promise.referral_id == referral.id, Promise.organisation_id == referral.recipient_id
    )
    return list(session.scalars(_open(mine).options(joinedload(Promise.organisation))))


def promise_for(session: Session, actor: Actor, promise_id: UUID) -> Promise:
    """The promise, or ``NotFound`` if there is none that ``actor`` may see."""
    query = (
        select(Promise)
        .join(Promise.case)
        .outerjoin(Promise.referral)
        .where(Promise.id == promise_id, _seen_by(actor))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def broken_promises(
    session: Session, actor: Actor, *, since: dt.datetime, now: dt.datetime
) -> dict[str, int]:
    """How many promises due since then were not kept in time, by organisation, worst first."""
    query = (
        select(Organisation.name, func.count(Promise.id))
        .join(Promise, Promise.organisation_id == Organisation.id)
        .join(Promise.case)
        .where(
            case_seen_by(actor),
            Promise.due_at >= since,
            Promise.due_at < now,
            or_(Promise.closed_at.is_(None), Promise.closed_at > Promise.due_at),
        )
        .group_by(Organisation.id, Organisation.name)
        .order_by(func.count(Promise.id).desc(), Organisation.name)
    )
    return dict(session.execute(query).tuples().all())


def _open(condition: ColumnElement[bool]) -> Select[tuple[Promise]]:
    return (
        select(Promise)
        .join(Promise.case)
        .outerjoin(Promise.referral)
        .where(Promise.closed_at.is_(None), condition)
        .order_by(Promise.due_at, Promise.id)
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    mine = and_(Promise.organisation_id.in_(recipient_organisations(actor)), received_by(actor))
    return or_(case_seen_by(actor), mine)
