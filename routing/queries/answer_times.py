"""How fast and how often a listing really answers, from what happened (F30)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.text import N_, Text
from directory.models import Listing
from routing.models import Referral, ReferralEvent

ANSWERS = ("accept", "reject", "waitlist", "offer")
FEW = 5
"""Fewer referrals than that say nothing."""
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of the referrals sent to one listing."""

    asked: int
    in_time: int
    """Answered before the promised time was over."""
    median_hours: float | None
    """Of those that were answered at all, from sending to the first answer."""

    def short(self) -> Text:
        """As a card says it."""
        share = round(100 * self.in_time / self.asked)
        if self.median_hours is None:
            return N_("answers in time: {share} per cent of {asked}", share=share, asked=self.asked)
        if self.median_hours < 2 * HOURS_A_DAY:
            hours = max(round(self.median_hours), 1)
            return N_(
                "answers in {hours} h (median), in time: {share} per cent of {asked}",
                hours=hours, share=share, asked=self.asked,
            )  # fmt: skip
        return N_(
            "answers in {days} days (median), in time: {share} per cent of {asked}",
            days=round(self.median_hours / HOURS_A_DAY), share=share, asked=self.asked,
        )  # fmt: skip

    def words(self) -> Text:
        """As the page of the listing says it."""
        share = round(100 * self.in_time / self.asked)
        if self.median_hours is None:
            return N_("Never answered {asked} people that were sent.", asked=self.asked)
        if self.median_hours < 2 * HOURS_A_DAY:
            return N_(
                "Really answers in {hours} h (median); in time: {share} per cent of {asked}.",
                hours=max(round(self.median_hours), 1), share=share, asked=self.asked,
            )  # fmt: skip
        return N_(
            "Really answers in {days} days (median); in time: {share} per cent of {asked}.",
            days=round(self.median_hours / HOURS_A_DAY), share=share, asked=self.asked,
        )  # fmt: skip


def observed_answers(session: Session, listing_ids: Collection[UUID]) -> dict[UUID, Observed]:
    """For the listings to which enough people were sent; two queries."""
    counts = select(Listing.id, Listing.asked, Listing.answers).where(
        Listing.id.in_(listing_ids), Listing.asked >= FEW
    )
    rows = {key: (asked, answers) for key, asked, answers in session.execute(counts)}
    times = _hours(session, rows)
    return {
        key: Observed(asked, answers, median(times[key]) if times.get(key) else None)
        for key, (asked, answers) in rows.items()
    }


def observed_answer(session: Session, listing_id: UUID) -> Text | None:
    """In words; nothing while too few were sent."""
    found = observed_answers(session, [listing_id]).get(listing_id)
    return found.words() if found is not None else None


def _hours(session: Session, listing_ids: Collection[UUID]) -> dict[UUID, list[float]]:
    first = func.min(ReferralEvent.at)
    query = (
        select(Referral.listing_id, Referral.sent_at, first)
        .join(ReferralEvent, ReferralEvent.referral_id == Referral.id)
        .where(
            Referral.listing_id.in_(listing_ids), Referral.sent_at.is_not(None),
            ReferralEvent.step.in_(ANSWERS), ReferralEvent.role.in_(("FP", "PW")),
        )
        .group_by(Referral.id, Referral.listing_id, Referral.sent_at)
    )  # fmt: skip
    found: dict[UUID, list[float]] = {}
    for listing_id, sent_at, at in session.execute(query):
        found.setdefault(listing_id, []).append((at - sent_at) / dt.timedelta(hours=1))
    return found
