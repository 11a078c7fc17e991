"""Complaints: made and followed without an account; listed and moved on by those who handle them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Forbidden, NotFound
from directory.core.i18n import language, translate
from directory.core.security import current_actor, needs, public
from directory.core.text import N_
from directory.core.web import asked_page
from directory.pages.limits import complaining, trying_receipts
from directory.roles import COUNT_COMPLAINT, READ_COMPLAINT
from directory.who import Who
from routing.api import complaint_schemas as schemas
from routing.forms.complaints import COMPLAINT_FIELDS, read_complaint_details
from routing.models import Complaint
from routing.operations.complaint_events import COMPLAINANT
from routing.operations.complaint_steps import (
    Act,
    act_on_complaint,
    available_notes,
    available_steps,
    person_acts,
    read_complaint,
    role_of,
)
from routing.operations.complaints import (
    Contact,
    Told,
    checked_contact,
    complaint_by_receipt,
    receive_complaint,
)
from routing.queries.complaint_counts import Quarter, complaint_counts
from routing.queries.complaint_inbox import (
    Row,
    certain_parties,
    complaints_count,
    complaints_list,
    history,
    standing,
    what_person_reads,
)
from routing.queries.complaint_scope import Sight, complaint_for

complaints = resource("complaints", about="What people say went wrong, and what became of it.")
Body = Mapping[str, Any]


@complaints.post("/complaints")
@complaints.arguments(schemas.ComplaintIn)
@complaints.response(201, schemas.ComplaintReceipt)
@complaining
@public
def made(body: Body) -> dict[str, str]:
    """Complain; no account, no name. The receipt is shown once and opens it again."""
    given = dict(body)
    key, contact = given.pop("idempotency_key", ""), given.pop("contact", None)
    organisation_id, listing_id = given.pop("organisation", None), given.pop("listing", None)
    if contact is not None:
        kind = "email" if "@" in contact["value"] else "phone"
        contact = checked_contact(Contact(kind=kind, **contact), given["country"])
    told = Told(
        **{"language": language(), **given}, contact=contact, organisation_id=organisation_id,
        listing_id=listing_id,
    )  # fmt: skip
    received = receive_complaint(db.session, told, actor=current_actor(), now=now(), key=key)
    return {"receipt": received.receipt}


@complaints.post("/complaints/follow")
@complaints.arguments(schemas.ComplaintReceipt)
@complaints.response(200, schemas.ComplaintStanding)
@complaints.alt_response(404, "NOT_FOUND")
@trying_receipts
@public
def followed(body: Body) -> dict[str, Any]:
    """How it stands, for who holds the receipt."""
    return _standing(complaint_by_receipt(db.session, body["receipt"]))


@complaints.post("/complaints/follow/<string:name>")
@complaints.arguments(schemas.PersonActIn)
@complaints.response(200, schemas.ComplaintStanding)
@complaints.alt_response(404, "NOT_FOUND")
@complaints.alt_response(409, "CONFLICT")
@trying_receipts
@public
def answered(body: Body, name: str) -> dict[str, Any]:
    """``add`` a message, or say that the answer does not satisfy: ``reopen``, ``appeal``."""
    complaint = complaint_by_receipt(db.session, body["receipt"])
    if name not in ("add", "reopen", "appeal"):
        raise NotFound
    act = Act(
        actor=COMPLAINANT, role=Who.BEN, now=now(), key=body.get("idempotency_key"),
        details=read_complaint_details(name, {COMPLAINT_FIELDS[name][0].name: body["text"]}),
    )  # fmt: skip
    act_on_complaint(db.session, complaint, name, act)
    return _standing(complaint)


@complaints.get("/complaints")
@complaints.arguments(schemas.ComplaintsAsked, location="query")
@complaints.response(200, schemas.Complaints)
@needs(READ_COMPLAINT)
def listed(_query: Body) -> dict[str, Any]:
    """The open complaints of which you may know, the most urgent first."""
    page, actor = asked_page(), current_actor()
    rows = complaints_list(db.session, actor, limit=page.size, offset=page.offset)
    return {"items": [_brief(row) for row in rows], "total": complaints_count(db.session, actor)}


@complaints.get("/complaints/counts")
@complaints.arguments(schemas.QuarterAsked, location="query")
@complaints.response(200, schemas.ComplaintCounts)
@needs(COUNT_COMPLAINT)
def counted(query: Body) -> dict[str, Any]:
    """Sums by level of one quarter; small numbers are not said."""
    quarter = Quarter(query["year"], query["quarter"])
    rows = complaint_counts(db.session, current_actor(), quarter, now=now())
    return {
        "items": [
            {
                "level": row.level.value, "complaints": translate(row.complaints),
                "first_action_in_time": translate(row.first_action_in_time),
                "decided_in_time": translate(row.decided_in_time), "told": translate(row.told),
            }
            for row in rows
        ]
    }  # fmt: skip


@complaints.get("/complaints/<uuid:key>")
@complaints.response(200, schemas.ComplaintOut)
@complaints.alt_response(404, "NOT_FOUND")
@needs(READ_COMPLAINT, audited=True)
def detail(key: UUID) -> dict[str, Any]:
    """One complaint as far as you may read it; the reading is logged."""
    complaint, sight = read_complaint(db.session, current_actor(), key, now=now())
    return _out(complaint, sight)


@complaints.post("/complaints/<uuid:key>/steps/<string:name>")
@complaints.arguments(schemas.ComplaintStepIn)
@complaints.response(200, schemas.ComplaintLine)
@complaints.alt_response(403, "FORBIDDEN")
@complaints.alt_response(404, "NOT_FOUND")
@complaints.alt_response(409, "CONFLICT")
@needs(READ_COMPLAINT)
def stepped(body: Body, key: UUID, name: str) -> dict[str, Any]:
    """Take a step or add a note; a stale ``expected_version`` is refused with the present status."""
    complaint = complaint_for(db.session, current_actor(), key)
    role = role_of(db.session, current_actor(), complaint)
    if role is None:
        raise Forbidden(N_("Your role does not include this."))
    act = Act(
        actor=current_actor(), role=role, now=now(), key=body.get("idempotency_key"),
        expected_version=body.get("expected_version"),
        details=read_complaint_details(name, body.get("details", {})),
    )  # fmt: skip
    event = act_on_complaint(db.session, complaint, name, act)
    return {"step": event.step, "at": event.at, "who": event.role, "details": event.details}


def _standing(complaint: Complaint) -> dict[str, Any]:
    return {
        "state": complaint.state.value, "standing": translate(standing(complaint)),
        "may": person_acts(complaint, now()),
        "lines": [
            {
                "at": line.at, "by_person": line.by_person,
                "text": translate(line.standing) if line.standing else line.text,
            }
            for line in what_person_reads(db.session, complaint)
        ],
    }  # fmt: skip


def _brief(row: Row) -> dict[str, Any]:
    complaint, full = row.complaint, row.sight is Sight.FULL
    return {
        "id": complaint.id, "code": complaint.code, "state": complaint.state.value,
        "level": None if row.sight is Sight.STATE else complaint.level.value,
        "sight": row.sight.value, "version": complaint.version, "is_demo": complaint.is_demo,
        "promise": row.promise.value if row.promise and full else None,
        "due_at": row.due_at if full else None,
    }  # fmt: skip


def _out(complaint: Complaint, sight: Sight) -> dict[str, Any]:
    full, state_only = sight is Sight.FULL, sight is Sight.STATE
    role = role_of(db.session, current_actor(), complaint)
    named = full or (sight is Sight.SHARED and complaint.name_may_be_shared)
    return {
        **_brief(Row(complaint, sight, None, None)),
        "words": complaint.words if full else None,
        "category": complaint.category if full else None,
        "name": complaint.name if named else None, "contact": complaint.contact if full else None,
        "about": complaint.about if full else None,
        "summary": None if state_only else complaint.summary,
        "decision": complaint.decision if full else None,
        "organisations": [one.name for one in certain_parties(complaint)] if full else [],
        "steps": [
            *(line.name for line in available_steps(complaint, role)),
            *available_notes(complaint, role),
        ],
        "history": [
            {"step": line.step, "at": line.at, "who": translate(line.who), "details": line.details}
            for line in history(db.session, complaint, sight)
        ],
    }  # fmt: skip
