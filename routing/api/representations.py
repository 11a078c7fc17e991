"""Casework as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audience import NARROWEST, Audience
from directory.core.actor import Actor
from directory.models import Listing
from routing.models import Case, CaseMember, ConsentRecord, Need, Referral, ReferralEvent
from routing.operations.disclosures import RecipientView
from routing.queries.caseload import Item
from routing.queries.known_facts import current_facts, facts_of
from routing.queries.referral import Entry, available_steps, clocks_of, history


def case_brief(case: Case) -> dict[str, Any]:
    """Nothing about the people."""
    return {
        "id": case.id,
        "code": case.code,
        "state": case.state.value,
        "version": case.version,
        "country": case.country,
        "opened_at": case.opened_at,
        "is_demo": case.is_demo,
    }


def case_out(session: Session, case: Case, *, now: dt.datetime) -> dict[str, Any]:
    """With people, facts and needs."""
    query = select(Need).where(Need.case_id == case.id).order_by(Need.opened_at, Need.id)
    return {
        **case_brief(case),
        "organisation": case.organisation_id,
        "region": case.region_id,
        "excludes_government": case.excludes_government,
        "closure_code": case.closure_code,
        "members": [_member(session, member, now) for member in case.members],
        "needs": [need_out(need) for need in session.scalars(query)],
    }


def facts_out(session: Session, member: CaseMember, *, now: dt.datetime) -> dict[str, Any]:
    """What is known, with source and date."""
    stale = facts_of(session, member, today=now.date()).stale(now.date())
    return {
        row.name: {
            "value": row.value,
            "source": row.source,
            "as_of": row.as_of,
            "expires": row.expires_on,
            "is_stale": row.name in stale,
        }
        for row in current_facts(session, member.id)
    }


def need_out(need: Need) -> dict[str, Any]:
    """One need."""
    return {
        "id": need.id,
        "member": need.member_id,
        "category": need.category,
        "priority": need.priority.value,
        "state": need.state,
        "detail": need.detail,
        "opened_at": need.opened_at,
    }


def consent_out(record: ConsentRecord) -> dict[str, Any]:
    """One consent or exception."""
    return {
        "id": record.id,
        "kind": record.kind,
        "need": record.need_id,
        "dataset": record.dataset,
        "recipients": [
            {"organisation": r.organisation_id, "accepted": r.accepted, "listing": r.listing_id}
            for r in record.recipients
        ],
        "fields_excluded": record.fields_excluded,
        "fields_extra": record.fields_extra,
        "given_at": record.given_at,
        "expires_at": record.expires_at,
        "withdrawn_at": record.withdrawn_at,
        "exception_code": record.exception_code,
        "countersigned_at": record.countersigned_at,
    }


def referral_out(session: Session, actor: Actor, referral: Referral) -> dict[str, Any]:
    """As the sender sees it."""
    return {
        "id": referral.id,
        "code": referral.code,
        "state": referral.state.value,
        "return_kind": referral.return_kind.value if referral.return_kind else None,
        "version": referral.version,
        "priority": referral.priority.value,
        "case": referral.case_id,
        "need": referral.need_id,
        "listing": listing_id(referral.listing),
        "parent": referral.parent_id,
        "sent_at": referral.sent_at,
        "informed_at": referral.informed_at,
        "clocks": [
            {"clock": row.clock.value, "due_at": row.due_at, "paused": row.paused}
            for row in clocks_of(session, referral)
        ],
        "steps": steps_out(session, actor, referral),
        "history": [entry_out(entry) for entry in history(session, referral)],
    }


def steps_out(session: Session, actor: Actor, referral: Referral) -> list[dict[str, Any]]:
    """What may be tried now."""
    return [
        {"name": step.name, "role": step.role.value, "by_proxy": step.by_proxy}
        for step in available_steps(session, actor, referral)
    ]


def entry_out(entry: Entry) -> dict[str, Any]:
    """One thing that happened."""
    return {
        "number": entry.number,
        "step": entry.step,
        "at": entry.at,
        "source": entry.source.value,
        "target": entry.target.value,
        "code": entry.code,
        "details": dict(entry.details),
    }


def event_out(event: ReferralEvent) -> dict[str, Any]:
    """The event, and where the referral stood with it: the same answer if it is asked again."""
    return {
        "event": event.id,
        "number": event.number,
        "step": event.step,
        "state": event.target,
        "version": event.number,
    }


def received_out(
    session: Session, actor: Actor, view: RecipientView, due_at: dt.datetime | None
) -> dict[str, Any]:
    """As the recipient may read it."""
    referral = view.referral
    return {
        "id": referral.id,
        "code": referral.code,
        "state": referral.state.value,
        "version": referral.version,
        "priority": referral.priority.value,
        "listing": listing_id(referral.listing),
        "stage": int(view.stage),
        "fields_": dict(view.fields),
        "due_at": due_at,
        "steps": steps_out(session, actor, referral),
    }


def due_out(item: Item) -> dict[str, Any]:
    """One thing to do."""
    return {
        "kind": item.kind,
        "code": item.code,
        "due_at": item.due_at,
        "case": item.case.id,
        "need": item.need.id,
        "referral": item.referral.id if item.referral is not None else None,
        "task": item.task.id if item.task is not None else None,
        "of_provider": item.of_provider,
    }


def listing_id(listing: Listing) -> UUID | None:
    """Services for protection staff only are not named here (protocol A.17)."""
    return listing.id if NARROWEST[listing.visibility] <= Audience.PARTNERS else None


def _member(session: Session, member: CaseMember, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": member.id,
        "number": member.number,
        "relation": member.relation,
        "name": member.name,
        "language": member.language,
        "routes": member.routes,
        "facts": facts_out(session, member, now=now),
    }
