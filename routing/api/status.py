"""Where a request stands, for programs that a person speaks to: a kiosk, a hotline, a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Conflict, NotFound
from directory.core.i18n import words
from directory.core.security import public
from directory.core.text import N_, Text
from directory.pages.limits import guessing_limited
from routing.api import status_schemas as schemas
from routing.models import CaseMember
from routing.operations.person_answers import BENEFICIARY, ask_call, say_contacted, take_back
from routing.queries.person_status import Request, request_of, status_of
from routing.queries.tracking import member_of_tracking_code

status = resource("status", about="Where a request stands, for whoever holds the code.")
Body = Mapping[str, Any]
UNSURE = N_("Ask the person whether they are sure, then send it with “confirmed”.")


@status.post("/status")
@status.arguments(schemas.StatusAsked)
@status.response(200, schemas.StatusOut)
@status.alt_response(404, "NOT_FOUND")
@status.alt_response(429, "TOO_MANY_REQUESTS")
@public
@guessing_limited
def shown(body: Body) -> dict[str, Any]:
    """Every request of the person in words; an unknown code and a wrong one look the same."""
    member = _member(body["code"])
    audit.record(
        db.session, BENEFICIARY, "routing:status:read", f"case_member:{member.id}", now=now(),
        chain=member.case.organisation_id,
    )  # fmt: skip
    return _out(member)


@status.post("/status/answers")
@status.arguments(schemas.PersonAnswer)
@status.response(200, schemas.StatusOut)
@status.alt_response(404, "NOT_FOUND")
@status.alt_response(409, "CONFLICT")
@status.alt_response(429, "TOO_MANY_REQUESTS")
@public
@guessing_limited
def answered(body: Body) -> dict[str, Any]:
    """The person was contacted or not, asks to be called, or takes the agreement back."""
    member = _member(body["code"])
    referral = request_of(db.session, member, body["number"])
    if referral is None:
        raise NotFound
    if body["answer"] == "call-me":
        ask_call(db.session, referral, now=now())
    elif body["answer"] == "take-back":
        if body.get("confirmed") is not True:
            raise Conflict(UNSURE)
        take_back(db.session, referral, now=now())
    else:
        say_contacted(db.session, referral, contacted=body["answer"] == "contacted", now=now())
    return _out(member)


def _member(code: str) -> CaseMember:
    member = member_of_tracking_code(db.session, code)
    if member is None:
        raise NotFound
    return member


def _out(member: CaseMember) -> dict[str, Any]:
    found = status_of(db.session, member, now=now())
    return {"office": words(found.desk.words), "requests": [_request(r) for r in found.requests]}


def _request(request: Request) -> dict[str, Any]:
    found = {field.name: getattr(request, field.name) for field in fields(request)}
    return {
        name: words(value) if isinstance(value, Text) else value for name, value in found.items()
    }
