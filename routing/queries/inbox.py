"""Referrals that a provider has received, those to answer first.

Rows only: what may be read of each comes from ``operations.disclosures.read_by_recipient``, which
asks the consent and logs the reading.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from directory.core.actor import Actor
from directory.models import Listing
from routing.clocks import Clock
from routing.models import Case, Referral, ReferralClock
from routing.queries.scope import received_by
from routing.referral_life import State

TO_ANSWER = (State.SENT, State.ACK)
UNDER_WAY = (
    State.INFO_REQ, State.WAITLIST, State.ACCEPTED, State.CONTACTED, State.IN_SERVICE,
    State.ON_HOLD, State.COMPLETED,
)  # fmt: skip
PROVIDER_CLOCKS = (
    Clock.ACK, Clock.DECISION, Clock.REVIEW, Clock.MAX_WAIT, Clock.CONTACT, Clock.START,
    Clock.EXPECTED_END, Clock.RESUME,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """A referral with the next thing that the provider has promised."""

    referral: Referral
    due_at: dt.datetime | None

    @property
    def to_answer(self) -> bool:
        """It waits for a decision."""
        return self.referral.state in TO_ANSWER


def inbox(session: Session, actor: Actor, *, limit: int = 20, offset: int = 0) -> list[Received]:
    """What the actor's organisations have received and can still read, to answer first."""
    due = (
        select(func.min(ReferralClock.due_at))
        .where(
            ReferralClock.referral_id == Referral.id,
            ReferralClock.stopped_at.is_(None),
            ReferralClock.paused_at.is_(None),
            ReferralClock.name.in_(PROVIDER_CLOCKS),
        )
        .scalar_subquery()
    )
    query = (
        select(Referral, due.label("due_at"))
        .join(Case, Case.id == Referral.case_id)
        .where(received_by(actor))
        .options(
            joinedload(Referral.need), joinedload(Referral.listing).joinedload(Listing.service)
        )
        .order_by(case((Referral.state.in_(TO_ANSWER), 0), else_=1), due.nulls_last(), Referral.id)
        .limit(limit)
        .offset(offset)
    )
    return [Received(referral, due_at) for referral, due_at in session.execute(query)]
