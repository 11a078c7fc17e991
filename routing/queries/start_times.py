"""How long people wait between being sent and the start of a service, from what happened (F11)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import quantiles
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.text import N_, Text
from routing.models import Referral, ReferralEvent
from routing.queries.answer_times import FEW, observed_answer
from routing.referral_states import State

LOOKS_BACK = dt.timedelta(days=730)
"""Starts that are older say little about today [P]; waits of two years are known (protocol F11)."""


@dataclass(frozen=True, slots=True)
class Waited:
    """Days from sending to the start, of those whose service began (indicator I-12)."""

    people: int
    median_days: int
    ninth_decile_days: int
    """Nine in ten waited at most so long."""

    def words(self) -> Text:
        """As the page of the listing says it."""
        return N_(
            "From sending to the start: half wait at most {half} days, nine in ten at most {most} "
            "days ({people} people).",
            half=self.median_days, most=self.ninth_decile_days, people=self.people,
        )  # fmt: skip


def waited_for(session: Session, listing_id: UUID, *, now: dt.datetime) -> Waited | None:
    """Nothing while fewer than ``FEW`` have begun in the last two years."""
    began = func.min(ReferralEvent.at)
    query = (
        select(Referral.sent_at, began)
        .join(ReferralEvent, ReferralEvent.referral_id == Referral.id)
        .where(
            Referral.listing_id == listing_id, Referral.sent_at.is_not(None),
            ReferralEvent.target == State.IN_SERVICE, ReferralEvent.source != State.IN_SERVICE,
        )
        .group_by(Referral.id, Referral.sent_at)
        .having(began >= now - LOOKS_BACK)
    )  # fmt: skip
    days = [
        (began_at - sent_at) / dt.timedelta(days=1) for sent_at, began_at in session.execute(query)
    ]
    if len(days) < FEW:
        return None
    tenths = quantiles(days, n=10, method="inclusive")
    return Waited(len(days), round(tenths[4]), round(tenths[8]))


def observed_lines(session: Session, listing_id: UUID, *, now: dt.datetime) -> list[Text]:
    """What the page of a listing says of the past: how it answers, how long people wait."""
    waited = waited_for(session, listing_id, now=now)
    lines = (observed_answer(session, listing_id), waited.words() if waited else None)
    return [line for line in lines if line is not None]
