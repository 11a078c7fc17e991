"""Places of a listing: held when a referral is sent, taken when it is accepted, given back after.

Three things keep a period from being oversubscribed: its row is locked, the change is made by an
UPDATE that counts again, and the table refuses more than there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from directory.models import Capacity, Condition, GroupPlaces
from directory.operations.changes import mark_changed
from routing.models import Referral

NONE, HELD, TAKEN = "none", "held", "taken"


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """What a referral counts for: the period, and how."""

    capacity_id: UUID | None
    hold: str
    groups: str = ""

    def written(self) -> dict[str, str | None]:
        """As the event records it."""
        capacity = str(self.capacity_id) if self.capacity_id else None
        return {"capacity": capacity, "hold": self.hold, "groups": self.groups}


NOTHING = PlaceCount(None, NONE)


def hold_place(
    session: Session, referral: Referral, groups: Collection[str], *, on: dt.date
) -> PlaceCount | None:
    """Softly hold a place in the period of ``on``; nothing when none is free.

    Where nobody wrote how many places there are, the referral counts for none.
    """
    period = locked_period(session, referral.listing_id, on)
    if period is None:
        return NOTHING
    if not _allowed(session, referral, period, groups, own=0):
        return None
    if not _count(session, period, held=1, taken=0):
        return None
    mark_changed(session, [referral.listing_id])
    return PlaceCount(period.id, HELD)


def take_place(
    session: Session, referral: Referral, groups: Collection[str], *, on: dt.date
) -> PlaceCount | None:
    """Take a place in the period of ``on``; the soft hold becomes it. Nothing when none is free."""
    period = locked_period(session, referral.listing_id, on)
    if period is None:
        release_place(session, referral)
        return NOTHING
    mine = referral.hold == HELD and referral.capacity_id == period.id
    if not _allowed(session, referral, period, groups, own=int(mine)):
        return None
    if not _count(session, period, held=-int(mine), taken=1):
        return None
    if not mine:
        release_place(session, referral)
    words = " ".join(sorted(groups))
    _count_groups(session, period.id, words, 1)
    mark_changed(session, [referral.listing_id])
    return PlaceCount(period.id, TAKEN, words)


def release_place(session: Session, referral: Referral) -> PlaceCount:
    """Give back the hold or the place, whichever there is."""
    if referral.capacity_id is None or referral.hold == NONE:
        return NOTHING
    period = session.get(Capacity, referral.capacity_id, with_for_update=True)
    if period is not None:
        taken = referral.hold == TAKEN
        _count(session, period, held=-int(not taken), taken=-int(taken))
        if taken:
            _count_groups(session, period.id, referral.hold_group or "", -1)
        mark_changed(session, [referral.listing_id])
    return NOTHING


def close_places(
    session: Session, listing_id: UUID, next_on: dt.date | None, *, on: dt.date, now: dt.datetime
) -> None:
    """The provider says that no place is left: the period has no more than are in use."""
    period = locked_period(session, listing_id, on)
    if period is None:
        return
    period.places = period.held + period.taken
    period.next_on, period.updated_at = next_on, now
    session.flush()
    mark_changed(session, [listing_id])


def locked_period(session: Session, listing_id: UUID, on: dt.date) -> Capacity | None:
    """The period of ``on``, else the next one, its row locked; nothing where none is written."""
    query = (
        select(Capacity)
        .where(
            Capacity.listing_id == listing_id,
            or_(Capacity.until_on.is_(None), Capacity.until_on >= on),
        )
        .order_by(Capacity.from_on.nulls_first(), Capacity.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def _allowed(
    session: Session, referral: Referral, period: Capacity, groups: Collection[str], *, own: int
) -> bool:
    """Whether the quotas leave a place to somebody of ``groups``; ``own`` is their soft hold."""
    if period.places is None:
        return True
    free = period.places - period.held - period.taken + own
    counts = _group_counts(session, period.id)
    return free > 0 and all(
        _within_quota(asks.asks, period.places, free, counts, groups)
        for asks in _quotas(session, referral.listing_id)
    )


def _within_quota(
    asks: dict[str, object], places: int, free: int, counts: dict[str, int], groups: Collection[str]
) -> bool:
    """``routing.criteria.quota`` for places that are being counted, not proposed."""
    group, share = str(asks.get("group") or "returnee"), int(str(asks["share"]))
    accepted = counts.get(group, 0)
    if asks.get("at_most"):
        return group not in groups or accepted < share * places // 100
    reserved = max(-(-share * places // 100) - accepted, 0)
    return group in groups or free > reserved


def _quotas(session: Session, listing_id: UUID) -> list[Condition]:
    query = select(Condition).where(
        Condition.listing_id == listing_id, Condition.kind == "quota", Condition.is_hard
    )
    return list(session.scalars(query))


def _group_counts(session: Session, capacity_id: UUID) -> dict[str, int]:
    rows = session.scalars(select(GroupPlaces).where(GroupPlaces.capacity_id == capacity_id))
    return {row.population_group: row.taken for row in rows}


def _count(session: Session, period: Capacity, *, held: int, taken: int) -> bool:
    """Change the counts unless that would be more than there are places."""
    query = update(Capacity).where(Capacity.id == period.id)
    if held + taken > 0:
        more = Capacity.held + held + Capacity.taken + taken
        query = query.where(or_(Capacity.places.is_(None), more <= Capacity.places))
    changed = session.scalars(
        query.values(held=Capacity.held + held, taken=Capacity.taken + taken)
        .returning(Capacity.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire(period)
    return len(changed) == 1


def _count_groups(session: Session, capacity_id: UUID, groups: str, change: int) -> None:
    for group in groups.split():
        query = select(GroupPlaces).where(
            GroupPlaces.capacity_id == capacity_id, GroupPlaces.population_group == group
        )
        row = session.scalars(query).one_or_none()
        if row is None:
            row = GroupPlaces(capacity_id=capacity_id, population_group=group, taken=0)
            session.add(row)
        row.taken += change
    session.flush()
