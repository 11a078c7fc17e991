"""Consents as recorded, and as the rules see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory.core.actor import Actor
from directory.core.errors import NotFound
from directory.models import Listing
from directory.who import Who
from routing.consent import Consent, ConsentKind, Giver, Person, Recipient
from routing.consent_exceptions import ExceptionCode, ExceptionRecord, Guardian
from routing.country_rules import may_consent_alone, rules_of
from routing.disclosure import DATASET_VERSION
from routing.facts import Facts
from routing.models import Case, CaseMember, ConsentRecipient, ConsentRecord, Need
from routing.queries.known_facts import age_between, is_minor
from routing.queries.scope import case_overseen_by, case_seen_by, visible_cases

CONFIRMATION, REVIEW = "confirmation", "review"
"""Kinds of ``ExceptionReview``."""
PURPOSE = "referral"
"""Why data is shared when a person is sent to a service."""


def consents_of(session: Session, case: Case) -> list[ConsentRecord]:
    """Every consent and exception of a case, newest first."""
    query = select(ConsentRecord).where(ConsentRecord.case_id == case.id)
    return list(session.scalars(query.order_by(ConsentRecord.given_at.desc(), ConsentRecord.id)))


def consent_for(session: Session, actor: Actor, consent_id: UUID) -> ConsentRecord:
    """The consent, or ``NotFound`` if there is none of a case that ``actor`` may see."""
    query = (
        select(ConsentRecord)
        .join(Case, Case.id == ConsentRecord.case_id)
        .where(ConsentRecord.id == consent_id, or_(case_seen_by(actor), case_overseen_by(actor)))
    )
    record = session.scalars(query).one_or_none()
    if record is None:
        raise NotFound
    return record


def candidate_consents(
    session: Session, need: Need, recipient_id: UUID, *, lock: bool = False
) -> list[ConsentRecord]:
    """Consents and exceptions for this need that name the organisation, newest first.

    ``lock`` keeps a withdrawal waiting until the running transaction has ended.
    """
    query = (
        select(ConsentRecord)
        .where(
            ConsentRecord.member_id == need.member_id,
            (ConsentRecord.need_id == need.id) | ConsentRecord.need_id.is_(None),
            ConsentRecord.id.in_(
                select(ConsentRecipient.consent_id).where(
                    ConsentRecipient.organisation_id == recipient_id
                )
            ),
        )
        .order_by(ConsentRecord.given_at.desc(), ConsentRecord.id)
    )
    if lock:
        query = query.with_for_update(read=True).execution_options(populate_existing=True)
    return list(session.scalars(query))


def services_consented(session: Session, case: Case, now: dt.datetime) -> bool:
    """Whether somebody of the case agreed to be helped, and has not taken it back."""
    query = select(ConsentRecord.id).where(
        ConsentRecord.case_id == case.id,
        ConsentRecord.kind == ConsentKind.SERVICES,
        ConsentRecord.withdrawn_at.is_(None),
        ConsentRecord.expires_at > now,
    )
    return session.scalars(query).first() is not None


def as_consent(record: ConsentRecord) -> Consent:
    """A recorded consent as the rules see it."""
    return Consent(
        kind=ConsentKind(record.kind),
        recipients=recipients_of(record),
        dataset=record.dataset,
        dataset_version=record.dataset_version,
        purpose=record.purpose,
        given_at=record.given_at,
        expires_at=record.expires_at,
        giver=Giver(record.giver),
        fields_excluded=frozenset(record.fields_excluded),
        fields_extra=frozenset(record.fields_extra),
        excludes_government=record.excludes_government,
        withdrawn_at=record.withdrawn_at,
        assent=record.assent,
    )


def recipients_of(record: ConsentRecord) -> tuple[Recipient, ...]:
    """The organisations that were named, in order."""
    return tuple(
        Recipient(str(row.organisation_id), row.rank, row.accepted) for row in record.recipients
    )


def as_exception(record: ConsentRecord) -> ExceptionRecord:
    """A recorded exception as the rules see it."""
    facts: dict[str, Any] = record.exception_facts or {}
    return ExceptionRecord(
        code=ExceptionCode(record.exception_code or ""),
        by=Who(facts.get("by", Who.RC)),
        at=record.given_at,
        facts=facts.get("facts", ""),
        countersigned_at=record.countersigned_at,
        licence=facts.get("licence", ""),
        determination=facts.get("determination", ""),
        valid_until=record.expires_at,
        guardian=Guardian(facts["guardian"]) if facts.get("guardian") else None,
        authority_unreachable=bool(facts.get("authority_unreachable")),
        legal_text=facts.get("legal_text", ""),
        confirmed_by_professional_at=confirmed_at(record),
    )


def confirmed_at(record: ConsentRecord) -> dt.datetime | None:
    """When a mental-health professional confirmed the danger; nothing if nobody did."""
    return next((row.at for row in record.reviews if row.kind == CONFIRMATION), None)


def as_person(case: Case, facts: Facts, today: dt.date, category: str = "") -> Person:
    """What the rules on consent need to know of a person who is sent to a kind of service."""
    signs = facts.known("vulnerability", today).value or ()
    rules, ages = rules_of(case.country), age_between(facts, today)
    return Person(
        is_minor=is_minor(facts, today, rules.adult_years),
        may_consent_alone=may_consent_alone(rules, ages[0] if ages else None, category),
        is_unaccompanied="unaccompanied-child" in signs,
        excludes_government=case.excludes_government,
    )


def accepted_alternates(record: ConsentRecord, but: Iterable[UUID]) -> list[ConsentRecipient]:
    """Listings that the person accepted beforehand, in order, apart from those in ``but``."""
    tried = set(but)
    return [
        row
        for row in record.recipients
        if row.accepted and row.listing_id is not None and row.listing_id not in tried
    ]


def dataset_of(listing: Listing) -> tuple[str, str]:
    """The data set of a service of its category, with its version."""
    return listing.service.category, DATASET_VERSION


def member_within(session: Session, actor: Actor, member_id: UUID) -> CaseMember:
    """The person of a case that ``actor`` accompanies or oversees; else ``NotFound``."""
    query = (
        select(CaseMember)
        .join(Case, Case.id == CaseMember.case_id)
        .where(CaseMember.id == member_id, or_(case_seen_by(actor), case_overseen_by(actor)))
    )
    member = session.scalars(query).one_or_none()
    if member is None:
        raise NotFound
    return member


def member_for(session: Session, actor: Actor, member_id: UUID) -> CaseMember:
    """The person, or ``NotFound`` if there is none of a case that ``actor`` may see."""
    cases = visible_cases(actor).with_only_columns(Case.id)
    query = select(CaseMember).where(CaseMember.id == member_id, CaseMember.case_id.in_(cases))
    member = session.scalars(query).one_or_none()
    if member is None:
        raise NotFound
    return member
