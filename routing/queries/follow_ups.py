"""Follow-ups to do, by when and by whom; and what people said, which counts more than what
providers noted.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session, contains_eager

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.models import Account, Listing, Service
from directory.working_days import calendar_of
from routing.models import Case, CaseWorker, FollowUp, PersonAnswer, Referral, ReferralEvent
from routing.queries.scope import case_seen_by
from routing.referral_states import LIVE

WEEK_DAYS = 7
CONTACT_STEPS = ("first-contact", "start")


@dataclass(frozen=True, slots=True)
class Load:
    """How much one caseworker has to ask."""

    account_id: UUID
    name: str
    late: int
    this_week: int


@dataclass(frozen=True, slots=True)
class FirstContact:
    """What is known of the first contact: as the provider noted it and as the person said it."""

    declared_at: dt.datetime | None
    """When the provider noted the contact that stands or is disputed."""
    was_contacted: bool | None
    """The person's newest word, else the provider's; nothing: nobody said anything."""
    confirmed_at: dt.datetime | None
    """When the person confirmed it; nothing: not confirmed."""


def follow_ups_until(
    session: Session, actor: Actor, *, until: dt.datetime, worker: UUID | None = None
) -> list[FollowUp]:
    """Open follow-ups due until then in the cases that ``actor`` sees, oldest first."""
    query = (
        select(FollowUp)
        .join(FollowUp.referral)
        .join(Referral.case)
        .where(
            case_seen_by(actor), FollowUp.done_at.is_(None), FollowUp.stopped_at.is_(None),
            FollowUp.due_at <= until, Referral.state.in_(LIVE),
        )
        .options(
            contains_eager(FollowUp.referral).contains_eager(Referral.case),
            contains_eager(FollowUp.referral).joinedload(Referral.need),
            contains_eager(FollowUp.referral)
            .joinedload(Referral.listing)
            .joinedload(Listing.service)
            .joinedload(Service.organisation),
        )
        .order_by(FollowUp.due_at, FollowUp.id)
    )  # fmt: skip
    if worker is not None:
        team = select(CaseWorker.case_id).where(CaseWorker.account_id == worker)
        query = query.where(Case.id.in_(team))
    return list(session.scalars(query))


def end_of_week(country: str, now: dt.datetime) -> dt.datetime:
    """The end of the seventh day from now, in the civil time of the country."""
    return calendar_of(country).end_of_day(now + dt.timedelta(days=WEEK_DAYS - 1))


def loads(session: Session, actor: Actor, *, now: dt.datetime, until: dt.datetime) -> list[Load]:
    """How much each caseworker of the cases that ``actor`` sees has to ask, the latest first."""
    late = func.sum(cast(FollowUp.due_at <= now, Integer))
    query = (
        select(Account.id, Account.name, Account.email, late, func.count(FollowUp.id))
        .join(CaseWorker, CaseWorker.account_id == Account.id)
        .join(Case, Case.id == CaseWorker.case_id)
        .join(Referral, Referral.case_id == Case.id)
        .join(FollowUp, FollowUp.referral_id == Referral.id)
        .where(
            case_seen_by(actor), FollowUp.done_at.is_(None), FollowUp.stopped_at.is_(None),
            FollowUp.due_at <= until, Referral.state.in_(LIVE),
        )
        .group_by(Account.id, Account.name, Account.email)
    )  # fmt: skip
    found = [
        Load(key, name or email, int(overdue), number - int(overdue))
        for key, name, email, overdue, number in session.execute(query)
    ]
    return sorted(found, key=lambda load: (-load.late, -load.this_week, load.name))


def follow_up_for(session: Session, actor: Actor, follow_up_id: UUID) -> FollowUp:
    """The follow-up, or ``NotFound`` if there is none of a case that ``actor`` may see."""
    query = (
        select(FollowUp)
        .join(FollowUp.referral)
        .join(Referral.case)
        .where(FollowUp.id == follow_up_id, case_seen_by(actor))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def follow_ups_of(session: Session, referral: Referral) -> list[FollowUp]:
    """The open ones of a referral, the first due first."""
    query = select(FollowUp).where(
        FollowUp.referral_id == referral.id, FollowUp.done_at.is_(None),
        FollowUp.stopped_at.is_(None),
    )  # fmt: skip
    return list(session.scalars(query.order_by(FollowUp.due_at, FollowUp.id)))


def answers_of(session: Session, referral: Referral) -> list[PersonAnswer]:
    """Everything the person said about the referral, newest first."""
    query = select(PersonAnswer).where(PersonAnswer.referral_id == referral.id)
    return list(session.scalars(query.order_by(PersonAnswer.at.desc(), PersonAnswer.id)))


def first_contact(session: Session, referral: Referral) -> FirstContact:
    """Whether the person was contacted: their own word counts, not the provider's (I-11)."""
    declared = session.scalars(
        select(ReferralEvent.at)
        .where(ReferralEvent.referral_id == referral.id, ReferralEvent.step.in_(CONTACT_STEPS))
        .order_by(ReferralEvent.number.desc())
    ).first()
    said = [one for one in answers_of(session, referral) if one.contacted is not None]
    newest = said[0] if said and (declared is None or said[0].at >= declared) else None
    if newest is not None:
        return FirstContact(declared, newest.contacted, newest.at if newest.contacted else None)
    return FirstContact(declared, None if declared is None else True, None)


def satisfaction_by_asker(session: Session, actor: Actor) -> dict[str, Counter[str]]:
    """Marks in the cases that ``actor`` sees, apart for each kind of asker (F28)."""
    query = (
        select(PersonAnswer.asker, PersonAnswer.satisfaction, func.count(PersonAnswer.id))
        .join(Referral, Referral.id == PersonAnswer.referral_id)
        .join(Case, Case.id == Referral.case_id)
        .where(case_seen_by(actor), PersonAnswer.satisfaction.is_not(None))
        .group_by(PersonAnswer.asker, PersonAnswer.satisfaction)
    )
    found: dict[str, Counter[str]] = {}
    for asker, mark, number in session.execute(query):
        found.setdefault(asker, Counter())[str(mark)] = number
    return found
