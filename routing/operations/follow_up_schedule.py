"""Plans the follow-ups of a referral when it is sent, and ends them when it is over."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from routing.clocks import Audience
from routing.consent import ConsentKind
from routing.follow_ups import schedule
from routing.models import ConsentRecord, FollowUp, Referral
from routing.operations.messages import announce, tell_person
from routing.operations.referral_clocks import calendar_for
from routing.referral_states import LIVE, READABLE, TERMINAL, State

ENDED, CARRIED = "ended", "carried"
REMINDER = "remind-follow-ups"
QUESTION = "person-were-you-contacted"
ASKABLE = READABLE - {State.COMPLETED}
"""With a provider: there is something to ask about."""


def plan_follow_ups(session: Session, referral: Referral, *, now: dt.datetime) -> None:
    """One row for each instant; what was due at the referral before goes on here, due as it was."""
    if referral.parent_id is not None:
        _carry(session, session.get_one(Referral, referral.parent_id), referral, now)
    for name, due_at in schedule(referral.priority, now, calendar_for(referral)):
        session.add(FollowUp(referral_id=referral.id, name=name, due_at=due_at, created_at=now))
    session.flush()


def stop_follow_ups(session: Session, referral: Referral, *, now: dt.datetime) -> None:
    """Nothing more is asked once the referral is over."""
    if referral.state not in TERMINAL:
        return
    for row in session.scalars(_open_of(referral.id)):
        row.stopped_at, row.stop_reason = now, ENDED
    session.flush()


def due_follow_ups(session: Session, *, now: dt.datetime) -> list[UUID]:
    """What has become due and was not noticed yet, oldest first."""
    query = (
        select(FollowUp.id)
        .join(Referral, Referral.id == FollowUp.referral_id)
        .where(
            FollowUp.done_at.is_(None), FollowUp.stopped_at.is_(None),
            FollowUp.noticed_at.is_(None), FollowUp.due_at <= now, Referral.state.in_(LIVE),
        )
        .order_by(FollowUp.due_at, FollowUp.id)
    )  # fmt: skip
    return list(session.scalars(query))


def notice_follow_up(session: Session, follow_up_id: UUID, *, now: dt.datetime) -> str | None:
    """Tell the caseworker that a follow-up is due, and put the question to the person where that
    is safe and agreed; once, whoever runs and however late. Nothing if another was faster.
    """
    row = session.get_one(FollowUp, follow_up_id, with_for_update=True, populate_existing=True)
    if row.noticed_at is not None or row.done_at is not None or row.stopped_at is not None:
        return None
    referral = row.referral
    row.noticed_at = now
    if referral.state in ASKABLE and follow_up_consented(session, referral, now=now):
        row.texted_at = now if tell_person(session, referral, QUESTION, now=now) else None
    announce(session, referral, REMINDER, {Audience.RC}, now=now)
    session.flush()
    return REMINDER


def follow_up_consented(session: Session, referral: Referral, *, now: dt.datetime) -> bool:
    """Whether the person agreed to be contacted afterwards, and has not taken it back."""
    query = select(ConsentRecord.id).where(
        ConsentRecord.member_id == referral.member_id,
        ConsentRecord.kind == ConsentKind.FOLLOW_UP,
        ConsentRecord.withdrawn_at.is_(None),
        ConsentRecord.expires_at > now,
    )
    return session.scalars(query).first() is not None


def finish_due(session: Session, referral: Referral, *, now: dt.datetime) -> UUID | None:
    """The person was asked: one conversation answers all that is due; which was the last."""
    last = None
    for row in session.scalars(_open_of(referral.id).where(FollowUp.due_at <= now)):
        row.done_at, last = now, row.id
    session.flush()
    return last


def first_month_over(session: Session, referral: Referral, *, now: dt.datetime) -> bool:
    """The follow-up of the first month is due: by then everybody was asked why."""
    query = select(FollowUp.id).where(
        FollowUp.referral_id == referral.id, FollowUp.name == "m1", FollowUp.due_at <= now
    )
    return session.scalars(query).first() is not None


def _carry(session: Session, parent: Referral, child: Referral, now: dt.datetime) -> None:
    for row in session.scalars(_open_of(parent.id).where(FollowUp.due_at <= now)):
        row.stopped_at, row.stop_reason = now, CARRIED
        session.add(
            FollowUp(
                referral_id=child.id, name=row.name, due_at=row.due_at, created_at=now,
                noticed_at=row.noticed_at, carried_from_id=row.id,
            )
        )  # fmt: skip


def _open_of(referral_id: UUID) -> Select[tuple[FollowUp]]:
    return (
        select(FollowUp)
        .where(
            FollowUp.referral_id == referral_id, FollowUp.done_at.is_(None),
            FollowUp.stopped_at.is_(None),
        )
        .order_by(FollowUp.due_at, FollowUp.id)
    )  # fmt: skip
