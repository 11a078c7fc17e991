"""Referrals: drafted, made ready, sent, answered, brought back and sent on; one step, one event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.audience import NARROWEST, Audience
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.security import current_actor, needs
from directory.models import Listing
from directory.roles import READ_CASE, READ_REFERRAL, SEND_REFERRAL, VOID_REFERRAL
from directory.who import Who
from routing.api import referral_schemas
from routing.api.representations import due_out, event_out, referral_out
from routing.attempts import Outcome
from routing.forms.steps import read_details
from routing.models import Referral
from routing.operations.cases import route_of
from routing.operations.events import done_before
from routing.operations.informing import approve_void, inform, record_attempt
from routing.operations.referral_creation import create_referral, reroute
from routing.operations.referrals import take_step
from routing.projection import ATTEMPT, INFORM
from routing.queries.caseload import caseload
from routing.queries.casework import need_for
from routing.queries.disclosure_basis import basis_for
from routing.queries.known_facts import facts_of
from routing.queries.payload import payload_of
from routing.queries.scope import case_for, referral_for

referrals = resource("referrals", about="People sent to services, and what became of it.")
Body = Mapping[str, Any]


@referrals.get("/caseload")
@referrals.response(200, referral_schemas.CaseloadOut)
@needs(READ_CASE)
def due() -> dict[str, Any]:
    """What is due in your cases: late, today and later."""
    found = caseload(db.session, current_actor(), now=now())
    groups = {"late": found.late, "today": found.today, "later": found.later}
    return {name: [due_out(item) for item in items] for name, items in groups.items()}


@referrals.post("/needs/<uuid:key>/referrals")
@referrals.arguments(referral_schemas.ReferralIn)
@referrals.response(201, referral_schemas.ReferralOut)
@referrals.alt_response(404, "NOT_FOUND")
@referrals.alt_response(409, "CONFLICT")
@needs(SEND_REFERRAL)
def drafted(body: Body, key: UUID) -> dict[str, Any]:
    """A draft that would send the person to a service."""
    parent = body.get("parent")
    referral = create_referral(
        db.session,
        need_for(db.session, current_actor(), key),
        _listing(body["listing"]),
        actor=current_actor(),
        now=now(),
        parent=_own(parent) if parent is not None else None,
        idempotency_key=body.get("idempotency_key"),
    )
    return referral_out(db.session, current_actor(), referral)


@referrals.get("/referrals/<uuid:key>")
@referrals.response(200, referral_schemas.ReferralOut)
@referrals.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def detail(key: UUID) -> dict[str, Any]:
    """A referral of one of your cases, with its history; reading it is logged."""
    referral = _own(key)
    _log(referral, "routing:referral:view")
    return referral_out(db.session, current_actor(), referral)


@referrals.get("/referrals/<uuid:key>/payload")
@referrals.response(200, referral_schemas.PayloadOut)
@referrals.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def payload(key: UUID) -> dict[str, Any]:
    """What the provider will see, first and after acceptance, as things stand now."""
    referral = _own(key)
    _log(referral, "routing:referral:preview")
    facts = facts_of(db.session, referral.member, today=now().date())
    basis = basis_for(
        db.session, referral.need, referral.listing, facts=facts, now=now(),
        pinned=referral.consent_id,
    )  # fmt: skip
    found = payload_of(
        db.session, referral.code, referral.need, referral.listing, basis.record,
        facts=facts, today=now().date(),
    )  # fmt: skip
    return {**found.written(), "digest": found.digest}


@referrals.post("/referrals/<uuid:key>/steps/<string:name>")
@referrals.arguments(referral_schemas.StepIn)
@referrals.response(200, referral_schemas.EventOut)
@referrals.alt_response(403, "FORBIDDEN")
@referrals.alt_response(404, "NOT_FOUND")
@referrals.alt_response(409, "CONFLICT")
@needs(READ_REFERRAL)
def stepped(body: Body, key: UUID, name: str) -> dict[str, Any]:
    """Take a step; a stale ``expected_version`` is refused with the present status."""
    actor, again = current_actor(), body.get("idempotency_key")
    first = done_before(db.session, actor, key, name, again)
    if first is not None:
        return event_out(first)
    event = take_step(
        db.session,
        referral_for(db.session, actor, key),
        name,
        actor=actor,
        role=Who(body["role"]),
        now=now(),
        expected_version=body.get("expected_version"),
        idempotency_key=again,
        details=read_details(name, body.get("details", {})),
    )
    return event_out(event)


@referrals.post("/referrals/<uuid:key>/inform")
@referrals.arguments(referral_schemas.InformIn)
@referrals.response(200, referral_schemas.EventOut)
@referrals.alt_response(403, "FORBIDDEN")
@referrals.alt_response(404, "NOT_FOUND")
@referrals.alt_response(409, "CONFLICT")
@needs(READ_REFERRAL)
def informed(body: Body, key: UUID) -> dict[str, Any]:
    """Note that the person was told what came of it, or that telling them failed."""
    actor, again = current_actor(), body.get("idempotency_key")
    first = done_before(db.session, actor, key, INFORM, again)
    if first is not None:
        return event_out(first)
    event = inform(
        db.session,
        referral_for(db.session, actor, key),
        actor=actor,
        role=Who(body["role"]),
        now=now(),
        channel=body["channel"],
        reached=body["reached"],
        reply=body.get("reply", ""),
        expected_version=body.get("expected_version"),
        idempotency_key=again,
    )
    return event_out(event)


@referrals.post("/referrals/<uuid:key>/attempts")
@referrals.arguments(referral_schemas.AttemptIn)
@referrals.response(201, referral_schemas.AttemptOut)
@referrals.alt_response(403, "FORBIDDEN")
@referrals.alt_response(404, "NOT_FOUND")
@referrals.alt_response(409, "CONFLICT")
@needs(READ_REFERRAL)
def attempted(body: Body, key: UUID) -> dict[str, Any]:
    """One try to reach the person."""
    actor, again = current_actor(), body.get("idempotency_key")
    first = done_before(db.session, actor, key, ATTEMPT, again)
    if first is not None:
        return {"id": first.details["attempt"]}
    referral = referral_for(db.session, actor, key)
    row = record_attempt(
        db.session,
        referral,
        actor=actor,
        role=Who(body["role"]),
        now=now(),
        route=route_of(referral.member, body["route"]),
        outcome=Outcome(body["outcome"]),
        announced=body.get("announced", False),
        idempotency_key=again,
    )
    return {"id": row.id}


@referrals.post("/referrals/<uuid:key>/reroute")
@referrals.arguments(referral_schemas.RerouteIn)
@referrals.response(201, referral_schemas.ReferralOut)
@referrals.alt_response(403, "FORBIDDEN")
@referrals.alt_response(404, "NOT_FOUND")
@referrals.alt_response(409, "CONFLICT")
@needs(SEND_REFERRAL)
def rerouted(body: Body, key: UUID) -> dict[str, Any]:
    """Send the person of a returned referral to another service, at once."""
    details = {name: body[name] for name in PREPARED if name in body}
    child = reroute(
        db.session,
        _own(key),
        _listing(body["listing"]),
        actor=current_actor(),
        now=now(),
        expected_version=body.get("expected_version"),
        idempotency_key=body.get("idempotency_key"),
        details=details,
    )
    return referral_out(db.session, current_actor(), child)


PREPARED = ("announce", "affordability", "phone_check")


@referrals.post("/referrals/<uuid:key>/void-approvals")
@referrals.arguments(referral_schemas.ApprovalIn)
@referrals.response(200, referral_schemas.EventOut)
@referrals.alt_response(403, "FORBIDDEN")
@referrals.alt_response(404, "NOT_FOUND")
@referrals.alt_response(409, "CONFLICT")
@needs(VOID_REFERRAL)
def approved(body: Body, key: UUID) -> dict[str, Any]:
    """The first of the two who agree that the referral was entered in error."""
    referral = referral_for(db.session, current_actor(), key)
    event = approve_void(
        db.session,
        referral,
        actor=current_actor(),
        role=Who(body["role"]),
        now=now(),
        reason=body["reason"],
    )
    return event_out(event)


@referrals.post("/referrals/<uuid:key>/void")
@referrals.arguments(referral_schemas.ApprovalIn)
@referrals.response(200, referral_schemas.EventOut)
@referrals.alt_response(403, "FORBIDDEN")
@referrals.alt_response(404, "NOT_FOUND")
@referrals.alt_response(409, "CONFLICT")
@needs(VOID_REFERRAL)
def voided(body: Body, key: UUID) -> dict[str, Any]:
    """The second of the two takes the referral out."""
    referral = referral_for(db.session, current_actor(), key)
    event = take_step(
        db.session,
        referral,
        "void",
        actor=current_actor(),
        role=Who(body["role"]),
        now=now(),
        details={"reason": body["reason"]},
    )
    return event_out(event)


def _own(key: UUID) -> Referral:
    """A referral of a case that the actor may read."""
    referral = referral_for(db.session, current_actor(), key)
    case_for(db.session, current_actor(), referral.case_id)
    return referral


def _listing(key: UUID) -> Listing:
    """A service that may be named here: those for protection staff are not (protocol A.17)."""
    listing = db.session.get(Listing, key)
    if listing is None or NARROWEST[listing.visibility] > Audience.PARTNERS:
        raise NotFound
    return listing


def _log(referral: Referral, action: str) -> None:
    audit.record(
        db.session, current_actor(), action, f"referral:{referral.id}", now=now(),
        chain=referral.case.organisation_id,
    )  # fmt: skip
