"""Promises that are broken, for those who supervise: case by case, or only counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from directory.core.actor import Actor, Grant
from directory.models import Listing, Organisation, Region, Service
from directory.roles import READ_COORDINATION
from routing.clocks import Clock
from routing.models import Case, Need, Referral, ReferralClock
from routing.priorities import Priority
from routing.queries.scope import case_seen_by, regions_within


@dataclass(frozen=True, slots=True)
class Overdue:
    """A clock that has passed its time."""

    referral: Referral
    clock: Clock
    due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OverdueCount:
    """How many promises of one kind are broken in a region."""

    region_id: UUID | None
    category: str
    clock: Clock
    number: int


@dataclass(frozen=True, slots=True)
class TwiceOverdue:
    """A referral that came back and that nobody takes further."""

    code: str
    """What is said on the phone instead of a name."""
    organisation: str
    """Who is responsible for the case."""
    priority: Priority
    region_id: UUID | None
    due_at: dt.datetime


def overdue(session: Session, actor: Actor, *, now: dt.datetime, limit: int = 100) -> list[Overdue]:
    """Late clocks of the cases that ``actor`` sees, the latest first."""
    query = (
        select(ReferralClock, Referral)
        .join(Referral, Referral.id == ReferralClock.referral_id)
        .join(Referral.case)
        .where(case_seen_by(actor), *_late(now))
        .options(
            contains_eager(Referral.case),
            joinedload(Referral.listing)
            .joinedload(Listing.service)
            .joinedload(Service.organisation),
        )
        .order_by(ReferralClock.due_at, ReferralClock.id)
        .limit(limit)
    )
    return [
        Overdue(referral, Clock(row.name), row.due_at) for row, referral in session.execute(query)
    ]


def overdue_counts(session: Session, actor: Actor, *, now: dt.datetime) -> list[OverdueCount]:
    """Late clocks counted by region, need and kind: for coordination, which sees no case."""
    grants = actor.grants_for(READ_COORDINATION)
    query = (
        select(Case.region_id, Need.category, ReferralClock.name, func.count(ReferralClock.id))
        .join(Referral, Referral.id == ReferralClock.referral_id)
        .join(Case, Case.id == Referral.case_id)
        .join(Need, Need.id == Referral.need_id)
        .where(or_(false(), *(_within(grant) for grant in grants)), *_late(now))
        .group_by(Case.region_id, Need.category, ReferralClock.name)
        .order_by(Need.category, ReferralClock.name)
    )
    return [
        OverdueCount(region_id, category, Clock(name), number)
        for region_id, category, name, number in session.execute(query)
    ]


def twice_overdue(
    session: Session, actor: Actor, *, now: dt.datetime, limit: int = 200
) -> list[TwiceOverdue]:
    """Returned referrals for which nobody has decided in twice the promised time, oldest first.

    For regional coordination, which may ask the organisation by the code and sees no person.
    """
    grants = actor.grants_for(READ_COORDINATION)
    query = (
        select(ReferralClock, Referral.code, Referral.priority, Organisation.name, Case.region_id)
        .join(Referral, Referral.id == ReferralClock.referral_id)
        .join(Case, Case.id == Referral.case_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(
            or_(false(), *(_within(grant) for grant in grants)),
            ReferralClock.name == Clock.NEXT_ACTION,
            *_late(now),
        )
        .order_by(ReferralClock.due_at, ReferralClock.id)
    )
    found = (
        TwiceOverdue(code, organisation, priority, region_id, clock.due_at)
        for clock, code, priority, organisation, region_id in session.execute(query)
        if now >= clock.due_at + (clock.due_at - clock.started_at)
    )
    return list(islice(found, limit))


def _late(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ReferralClock.stopped_at.is_(None),
        ReferralClock.paused_at.is_(None),
        ReferralClock.due_at <= now,
    )


def _within(grant: Grant) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    if grant.country is not None:
        found &= Case.country == grant.country
    if grant.region_id is not None:
        found &= Case.region_id.in_(regions_within(grant.region_id))
    return found


@dataclass(frozen=True, slots=True)
class RegionOverdue:
    """How many promises of each kind are broken in one region."""

    region: str
    """Its name; empty where the case names none."""
    clocks: dict[Clock, int]

    @property
    def number(self) -> int:
        """All of them."""
        return sum(self.clocks.values())


def overdue_by_region(session: Session, actor: Actor, *, now: dt.datetime) -> list[RegionOverdue]:
    """The same without the needs, which say too much of few people; worst region first."""
    found: dict[UUID | None, dict[Clock, int]] = {}
    for row in overdue_counts(session, actor, now=now):
        clocks = found.setdefault(row.region_id, {})
        clocks[row.clock] = clocks.get(row.clock, 0) + row.number
    ids = [key for key in found if key is not None]
    names = dict(
        session.execute(select(Region.id, Region.name).where(Region.id.in_(ids))).tuples().all()
    )
    regions = [
        RegionOverdue(names.get(key, "") if key else "", clocks) for key, clocks in found.items()
    ]
    return sorted(regions, key=lambda one: (-one.number, one.region))
