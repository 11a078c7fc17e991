"""What providers say of the files that a sender sends them: counted on the sender (F22, I-09)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from routing.models import Case, Referral, ReferralEvent
from routing.queries.scope import case_seen_by

INCOMPLETE = "R11"


@dataclass(frozen=True, slots=True)
class SenderQuality:
    """The files of one organisation."""

    sent: int
    incomplete: int
    """Came back because something was missing (R11)."""
    unanswered: int
    """Came back because the provider's question was not answered in time."""


def sender_quality(session: Session, actor: Actor) -> dict[UUID, SenderQuality]:
    """By organisation, over the cases that ``actor`` sees."""
    sent = (
        select(Case.organisation_id, func.count(Referral.id))
        .join(Referral, Referral.case_id == Case.id)
        .where(case_seen_by(actor), Referral.sent_at.is_not(None))
        .group_by(Case.organisation_id)
    )
    faults = (
        select(Case.organisation_id, ReferralEvent.step, func.count(ReferralEvent.id))
        .join(Referral, Referral.case_id == Case.id)
        .join(ReferralEvent, ReferralEvent.referral_id == Referral.id)
        .where(
            case_seen_by(actor),
            or_(
                ReferralEvent.code == INCOMPLETE,
                ReferralEvent.step == "info-expire",
            ),
        )
        .group_by(Case.organisation_id, ReferralEvent.step)
    )
    counted: dict[UUID, dict[str, int]] = {}
    for organisation, step, number in session.execute(faults):
        counted.setdefault(organisation, {})[step] = number
    return {
        organisation: SenderQuality(
            number,
            sum(n for step, n in counted.get(organisation, {}).items() if step != "info-expire"),
            counted.get(organisation, {}).get("info-expire", 0),
        )
        for organisation, number in session.execute(sent)
    }
