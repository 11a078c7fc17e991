"""Needs after they were opened, their tasks, and the team of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.security import current_actor, needs
from directory.models import Account
from directory.roles import SUPERVISE, WRITE_CASE
from routing.api import case_schemas, schemas
from routing.api.representations import case_brief, need_out
from routing.operations.cases import add_worker, change_member, remove_worker
from routing.operations.needs import change_priority, end_need, finish_task, reopen_need
from routing.priorities import Priority
from routing.queries.cases import task_for
from routing.queries.casework import need_for
from routing.queries.consents import member_for
from routing.queries.scope import case_for

resource_needs = resource("needs", about="What people need, and who looks after it.")
Body = Mapping[str, Any]


@resource_needs.post("/needs/<uuid:key>/priority")
@resource_needs.arguments(case_schemas.PriorityIn)
@resource_needs.response(200, case_schemas.NeedOut)
@resource_needs.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def prioritised(body: Body, key: UUID) -> dict[str, Any]:
    """It has become more or less urgent; referrals on their way keep their promise."""
    need = need_for(db.session, current_actor(), key)
    priority = Priority(body["priority"])
    return need_out(change_priority(db.session, need, priority, actor=current_actor(), now=now()))


@resource_needs.post("/needs/<uuid:key>/end")
@resource_needs.arguments(case_schemas.NeedEnd)
@resource_needs.response(200, case_schemas.NeedOut)
@resource_needs.alt_response(404, "NOT_FOUND")
@resource_needs.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def ended(body: Body, key: UUID) -> dict[str, Any]:
    """The need is met otherwise, or not pursued; no referral may be under way."""
    need = need_for(db.session, current_actor(), key)
    return need_out(end_need(db.session, need, body["state"], actor=current_actor(), now=now()))


@resource_needs.post("/needs/<uuid:key>/reopen")
@resource_needs.response(200, case_schemas.NeedOut)
@resource_needs.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def reopened(key: UUID) -> dict[str, Any]:
    """The person needs it again, or something may exist now."""
    need = need_for(db.session, current_actor(), key)
    return need_out(reopen_need(db.session, need, actor=current_actor(), now=now()))


@resource_needs.post("/tasks/<uuid:key>/done")
@resource_needs.response(200, schemas.Done)
@resource_needs.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def done(key: UUID) -> dict[str, Any]:
    """A task is done; if nothing else keeps the need in sight, a new one is opened."""
    task = task_for(db.session, current_actor(), key)
    return {"id": finish_task(db.session, task, actor=current_actor(), now=now()).id}


@resource_needs.post("/cases/<uuid:key>/team")
@resource_needs.arguments(case_schemas.TeamIn)
@resource_needs.response(200, case_schemas.CaseBrief)
@resource_needs.alt_response(404, "NOT_FOUND")
@resource_needs.alt_response(409, "CONFLICT")
@needs(SUPERVISE)
def joined(body: Body, key: UUID) -> dict[str, Any]:
    """Take a caseworker into the team of a case."""
    case = case_for(db.session, current_actor(), key)
    account = db.session.get(Account, body["account"])
    if account is None:
        raise NotFound
    add_worker(db.session, case, account, actor=current_actor(), now=now())
    return case_brief(case)


@resource_needs.delete("/cases/<uuid:key>/team/<uuid:account>")
@resource_needs.response(200, case_schemas.CaseBrief)
@resource_needs.alt_response(404, "NOT_FOUND")
@resource_needs.alt_response(409, "CONFLICT")
@needs(SUPERVISE)
def left(key: UUID, account: UUID) -> dict[str, Any]:
    """Take a caseworker out of the team; somebody must stay."""
    case = case_for(db.session, current_actor(), key)
    remove_worker(db.session, case, account, actor=current_actor(), now=now())
    return case_brief(case)


@resource_needs.post("/members/<uuid:key>")
@resource_needs.arguments(case_schemas.MemberChange)
@resource_needs.response(200, schemas.Done)
@resource_needs.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def corrected(body: Body, key: UUID) -> dict[str, Any]:
    """Correct the name, the language or the relation of a person."""
    member = member_for(db.session, current_actor(), key)
    changed = change_member(
        db.session,
        member,
        actor=current_actor(),
        now=now(),
        name=body.get("name"),
        language=body.get("language"),
        relation=body.get("relation"),
    )
    return {"id": changed.id}
