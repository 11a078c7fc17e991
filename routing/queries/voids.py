"""Referrals of which somebody says that they were entered in error, and who has agreed so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.who import Who
from routing.models import Case, Referral, ReferralEvent
from routing.projection import APPROVE_VOID
from routing.queries.scope import case_overseen_by
from routing.referral_states import LIVE


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word that a referral was entered in error."""

    role: Who
    at: dt.datetime
    reason: str
    actor: str
    counts: bool
    """The referral still stands as it did then."""


@dataclass(frozen=True, slots=True)
class VoidAsked:
    """A referral that waits for the second person."""

    referral: Referral
    approval: Approval


def approvals_of(session: Session, referral: Referral) -> list[Approval]:
    """Who has said so, oldest first."""
    query = (
        select(ReferralEvent)
        .where(ReferralEvent.referral_id == referral.id, ReferralEvent.step == APPROVE_VOID)
        .order_by(ReferralEvent.number)
    )
    return [_approval(event, referral) for event in session.scalars(query)]


def voids_waiting(session: Session, actor: Actor) -> list[VoidAsked]:
    """Referrals in the officer's scope that a supervisor holds for entered in error."""
    query = (
        select(ReferralEvent, Referral)
        .join(Referral, Referral.id == ReferralEvent.referral_id)
        .join(Case, Case.id == Referral.case_id)
        .where(
            ReferralEvent.step == APPROVE_VOID, Referral.state.in_(LIVE), case_overseen_by(actor)
        )
        .order_by(ReferralEvent.at, ReferralEvent.id)
    )
    found = [
        VoidAsked(referral, _approval(event, referral))
        for event, referral in session.execute(query)
    ]
    return [one for one in found if one.approval.counts]


def _approval(event: ReferralEvent, referral: Referral) -> Approval:
    return Approval(
        Who(event.role), event.at, str(event.details.get("reason", "")), event.actor,
        event.target == referral.state,
    )  # fmt: skip
