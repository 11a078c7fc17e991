"""Cases, their people, what is known about them and what they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.api.openapi import resource
from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.errors import Invalid
from directory.core.security import current_actor, needs
from directory.core.text import N_
from directory.core.web import asked_page
from directory.roles import READ_CASE, WRITE_CASE
from directory.who import Who
from routing.api import case_schemas, schemas
from routing.api.representations import case_brief, case_out, facts_out, need_out
from routing.models import CaseMember
from routing.operations import cases as writing
from routing.operations.case_steps import take_case_step
from routing.operations.facts import forget_facts, record_facts
from routing.operations.needs import open_need
from routing.priorities import Priority
from routing.queries.cases import case_by_code, cases_by_contact, cases_list
from routing.queries.consents import member_for
from routing.queries.scope import case_for

cases = resource("cases", about="Cases of the people whom an organisation accompanies.")
Body = Mapping[str, Any]


@cases.get("/cases")
@cases.arguments(schemas.Paged, location="query")
@cases.response(200, case_schemas.Cases)
@needs(READ_CASE)
def listed(_query: Body) -> dict[str, Any]:
    """The cases that you may see, the newest first; nothing about the people."""
    page = asked_page()
    found = cases_list(db.session, current_actor(), limit=page.size, offset=page.offset)
    return {"items": [case_brief(case) for case in found]}


@cases.post("/cases")
@cases.arguments(case_schemas.CaseIn)
@cases.response(201, case_schemas.CaseOut)
@cases.alt_response(403, "FORBIDDEN")
@cases.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def opened(body: Body) -> dict[str, Any]:
    """Open a case; one safe contact, or none if there is no way."""
    case = writing.open_case(
        db.session,
        actor=current_actor(),
        now=now(),
        organisation_id=body["organisation"],
        country=body["country"],
        region_id=body.get("region"),
        name=body.get("name"),
        language=body.get("language", "fr"),
        routes=tuple(writing.Route(**route) for route in body.get("routes", ())),
        contact_impossible=body.get("contact_impossible", False),
        excludes_government=body.get("excludes_government", False),
    )
    return case_out(db.session, case, now=now())


@cases.post("/cases/find")
@cases.arguments(case_schemas.CaseFind)
@cases.response(200, case_schemas.Cases)
@cases.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def found(body: Body) -> dict[str, Any]:
    """The cases of a code, or of somebody who calls; numbers are compared by their keyed hash."""
    if "code" in body:
        return {"items": [case_brief(case_by_code(db.session, current_actor(), body["code"]))]}
    missing = [name for name in ("kind", "value", "country") if name not in body]
    if missing:
        raise Invalid({name: N_("Please fill this in.") for name in missing})
    digest = writing.contact_digest(body["kind"], body["value"], body["country"])
    rows = cases_by_contact(db.session, current_actor(), digest)
    audit.record(
        db.session, current_actor(), "routing:case:find", "case_file:*", now=now(), found=len(rows)
    )
    return {"items": [case_brief(case) for case in rows]}


@cases.get("/cases/<uuid:key>")
@cases.response(200, case_schemas.CaseOut)
@cases.alt_response(404, "NOT_FOUND")
@needs(READ_CASE, audited=True)
def detail(key: UUID) -> dict[str, Any]:
    """The case with its people, facts and needs; reading it is logged."""
    case = case_for(db.session, current_actor(), key)
    subject, chain = f"case_file:{case.id}", case.organisation_id
    audit.record(db.session, current_actor(), "routing:case:view", subject, now=now(), chain=chain)
    return case_out(db.session, case, now=now())


@cases.post("/cases/<uuid:key>/steps/<string:name>")
@cases.arguments(case_schemas.CaseStep)
@cases.response(200, case_schemas.CaseBrief)
@cases.alt_response(403, "FORBIDDEN")
@cases.alt_response(404, "NOT_FOUND")
@cases.alt_response(409, "CONFLICT")
@needs(WRITE_CASE)
def stepped(body: Body, key: UUID, name: str) -> dict[str, Any]:
    """Move a case along its life: screen, plan, activate, set-dormant, call-back, close, reopen."""
    case = case_for(db.session, current_actor(), key)
    details = {k: v for k, v in body.items() if k not in ("role", "expected_version")}
    take_case_step(
        db.session,
        case,
        name,
        actor=current_actor(),
        role=Who(body.get("role", "RC")),
        now=now(),
        expected_version=body.get("expected_version"),
        details=details,
    )
    return case_brief(case)


@cases.post("/cases/<uuid:key>/members")
@cases.arguments(case_schemas.MemberIn)
@cases.response(201, case_schemas.CaseOut)
@cases.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def joined(body: Body, key: UUID) -> dict[str, Any]:
    """One more person of the case."""
    case = case_for(db.session, current_actor(), key)
    routes = tuple(writing.Route(**route) for route in body.get("routes", ()))
    writing.add_member(
        db.session,
        case,
        actor=current_actor(),
        now=now(),
        relation=body["relation"],
        name=body.get("name"),
        language=body.get("language", "fr"),
        routes=routes,
    )
    return case_out(db.session, case, now=now())


@cases.post("/members/<uuid:key>/routes")
@cases.arguments(case_schemas.RouteIn)
@cases.response(201, case_schemas.RouteOut)
@cases.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def reachable(body: Body, key: UUID) -> Any:
    """One more way to reach a person."""
    route = writing.Route(**body)
    return writing.add_route(db.session, _member(key), route, actor=current_actor(), now=now())


@cases.post("/members/<uuid:key>/facts")
@cases.arguments(case_schemas.FactsIn)
@cases.response(200, case_schemas.FactsOut)
@cases.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def known(body: Body, key: UUID) -> dict[str, Any]:
    """Record several facts at once; a new statement replaces the older, which is kept."""
    member = _member(key)
    record_facts(db.session, member, body["facts"], actor=current_actor(), now=now())
    return {"facts": facts_out(db.session, member, now=now())}


@cases.post("/members/<uuid:key>/facts/forget")
@cases.arguments(case_schemas.FactsForget)
@cases.response(200, case_schemas.FactsOut)
@cases.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def forgotten(body: Body, key: UUID) -> dict[str, Any]:
    """These are not known any more: they will be asked."""
    member = _member(key)
    forget_facts(db.session, member, body["names"], actor=current_actor(), now=now())
    return {"facts": facts_out(db.session, member, now=now())}


@cases.post("/members/<uuid:key>/needs")
@cases.arguments(case_schemas.NeedIn)
@cases.response(201, case_schemas.NeedOut)
@cases.alt_response(404, "NOT_FOUND")
@needs(WRITE_CASE)
def needed(body: Body, key: UUID) -> dict[str, Any]:
    """One more thing that the person needs."""
    need = open_need(
        db.session,
        _member(key),
        actor=current_actor(),
        now=now(),
        category=body["category"],
        priority=Priority(body.get("priority", "P3")),
        detail=body.get("detail"),
    )
    return need_out(need)


def _member(key: UUID) -> CaseMember:
    return member_for(db.session, current_actor(), key)
