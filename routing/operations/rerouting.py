"""The platform sends a returned referral on by itself, where the person agreed beforehand."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM
from directory.core.errors import DomainError
from directory.models import Listing
from directory.who import Who
from routing.eligibility import Verdict
from routing.models import ConsentRecord, Referral
from routing.operations.events import details_of_last
from routing.operations.gathering import Asked
from routing.operations.messages import tell_person
from routing.operations.referral_creation import send_automatically, tried_listings
from routing.operations.referrals import lock, perform
from routing.priorities import NOT_URGENT
from routing.queries.consents import accepted_alternates, as_person
from routing.queries.disclosure_basis import consent_gap
from routing.queries.eligibility_now import asks_of, assessment_of
from routing.queries.known_facts import facts_of
from routing.referral_life import ReturnKind, State

log = logging.getLogger(__name__)

AUTOMATIC = NOT_URGENT
"""In an emergency a caseworker decides, by phone [P]; a country may set other priorities."""
OF_PROVIDER = frozenset({
    ReturnKind.REJECTED, ReturnKind.NO_REPLY, ReturnKind.NO_DECISION, ReturnKind.WAITLIST,
    ReturnKind.NO_CONTACT, ReturnKind.PROVIDER_END,
})  # fmt: skip
"""Returns that say nothing against going on: what the person does not want is asked first."""
OF_PERSON = frozenset({"R05", "R19", "R20", "R21", "R22", "R24"})
"""Reasons of a provider that must be talked over with the person first."""


def auto_reroute(session: Session, referral: Referral, *, now: dt.datetime) -> Referral | None:
    """The referral to the first agreed alternate that is possible now, already sent; else nothing.

    The person gets a message, and the clock for telling them goes on at the new referral.
    """
    lock(session, referral)
    record = session.get(ConsentRecord, referral.consent_id) if referral.consent_id else None
    if referral.state is not State.RETURNED or record is None or not _allowed(session, referral):
        return None
    for alternate in accepted_alternates(record, tried_listings(session, referral)):
        listing = session.get_one(Listing, alternate.listing_id)
        try:
            with session.begin_nested():
                return _send_on(session, referral, listing, record, now)
        except DomainError as error:
            log.info("referral %s is not sent on: %s", referral.id, error.code)
    return None


def returned_with_alternates(session: Session) -> list[Referral]:
    """Returned referrals that a consent may let go on, the oldest first."""
    query = (
        select(Referral)
        .where(
            Referral.state == State.RETURNED,
            Referral.priority.in_(AUTOMATIC),
            Referral.return_kind.in_(OF_PROVIDER),
            Referral.consent_id.is_not(None),
        )
        .order_by(Referral.created_at, Referral.id)
    )
    return list(session.scalars(query))


def _allowed(session: Session, referral: Referral) -> bool:
    if referral.priority not in AUTOMATIC or referral.return_kind not in OF_PROVIDER:
        return False
    code = _rejection(session, referral).get("code")
    return referral.return_kind is not ReturnKind.REJECTED or code not in OF_PERSON


def _rejection(session: Session, referral: Referral) -> Mapping[str, object]:
    withdrawn = details_of_last(session, referral, "provider-withdraws")
    return withdrawn or details_of_last(session, referral, "reject")


def _send_on(
    session: Session, referral: Referral, listing: Listing, record: ConsentRecord, now: dt.datetime
) -> Referral:
    today, need = now.date(), referral.need
    facts = facts_of(session, referral.member, today=today)
    asks = asks_of(session, listing, facts, sender=referral.case.organisation.key, today=today)
    verdict = assessment_of(asks, facts, today).verdict
    person = as_person(referral.case, facts, today, listing.service.category)
    gap = consent_gap(record, need, listing, now=now, person=person)
    child = send_automatically(session, referral, listing, now=now)
    told = tell_person(session, referral, "person-new-option", now=now)
    perform(
        Asked(
            session=session,
            referral=referral,
            name="auto-reroute",
            actor=SYSTEM,
            role=Who.SYS,
            now=now,
            details={"child_id": str(child.id)},
            found={
                "alternate_in_consent": True,
                "alternate_eligible": verdict is Verdict.ELIGIBLE,
                "alternate_gap": gap,
                "alternate_tried": listing.id in tried_listings(session, referral),
                "auto_reroute_allowed": True,
                "message_queued": told,
            },
        )
    )
    return child
