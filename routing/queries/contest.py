"""What a refusal said, beside what the listing says and what is known: the ground of a contest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.core.text import N_, Text
from routing.answers import Answer
from routing.conditions import leaves
from routing.contradictions import contradicts, kinds_of
from routing.models import Referral, ReferralEvent
from routing.queries.eligibility_now import asks_of
from routing.queries.known_facts import facts_of

REFUSALS = ("reject", "provider-withdraws")
METRES = 1000


def last_refusal(session: Session, referral: Referral) -> ReferralEvent | None:
    """The newest refusal of the provider."""
    query = (
        select(ReferralEvent)
        .where(ReferralEvent.referral_id == referral.id, ReferralEvent.step.in_(REFUSALS))
        .order_by(ReferralEvent.number.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def comparison(session: Session, referral: Referral, *, today: dt.date) -> list[Text]:
    """How the last refusal contradicts the listing or the data; empty when it does not."""
    event = last_refusal(session, referral)
    if event is None or event.code is None:
        return []
    detail = event.details.get("detail") or {}
    return compared(session, referral, event.code, detail, today=today)


def compared(
    session: Session, referral: Referral, code: str, detail: Mapping[str, Any], *, today: dt.date
) -> list[Text]:
    """The same, of a refusal that is being made."""
    listing = referral.listing
    found = contradicts(code, detail, listing.conditions, urban=listing.site.is_urban)
    return [
        *([found] if found is not None else []),
        *_met(session, referral, code, detail, today),
    ]


def _met(
    session: Session, referral: Referral, code: str, detail: Mapping[str, Any], today: dt.date
) -> Iterator[Text]:
    """The conditions of that kind which the person meets, by what is known today."""
    kinds = kinds_of(code)
    if not kinds:
        return
    facts = facts_of(session, referral.member, today=today)
    try:
        sender = referral.case.organisation.key
        asks = asks_of(session, referral.listing, facts, sender=sender, today=today)
    except Conflict:
        return
    for leaf in leaves(asks.conditions):
        if leaf.kind in kinds:
            finding = leaf.clause.judge(facts, today, asks.offer)
            if finding.answer is Answer.YES:
                yield N_("By what is known here, this is met: {reason}", reason=finding.reason)
    claimed = detail.get("distance_km")
    if code == "R04" and asks.offer.reach is not None and isinstance(claimed, int | float):
        farthest = asks.offer.reach.hi / METRES
        if farthest < claimed:
            yield N_(
                "The provider measured {claimed} km; here it is at most {measured} km.",
                claimed=claimed, measured=round(farthest, 1),
            )  # fmt: skip
