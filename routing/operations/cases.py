"""Opens cases, and writes who belongs to them and how they can be reached safely."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import roles
from directory.core import audit, outbox
from directory.core.actor import Actor
from directory.core.encryption import KEYRING
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.text import N_
from directory.models import Account, Organisation, Region
from routing.case_life import State
from routing.models import (
    Case,
    CaseMember,
    CaseWorker,
    ConsentRecord,
    ContactRoute,
    Need,
    Referral,
)
from routing.operations.case_steps import register
from routing.operations.unique_codes import unused_code
from routing.phone_numbers import e164

RELATIONS = ("principal", "spouse", "child", "other")
ROUTE_KINDS = ("phone", "email", "visit", "trusted-contact")
OWNERS = ("self", "relative", "friend", "peer")
PHONE_DIGEST = "contact"
"""What the keyed hash of a contact is for: the same number hashes differently elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way to reach a person, and what is safe on it. What is not said is not safe."""

    kind: str
    """One of ``ROUTE_KINDS``."""
    value: str
    owner: str = "self"
    """One of ``OWNERS``."""
    safe_to_call: bool = False
    safe_to_leave_voice: bool = False
    safe_to_text: bool = False
    hours: str | None = None
    """In the person's words."""
    language: str = "fr"


def open_case(
    session: Session, *, actor: Actor, now: dt.datetime, organisation_id: UUID, country: str,
    region_id: UUID | None = None, name: str | None = None, language: str = "fr",
    routes: tuple[Route, ...] = (), contact_impossible: bool = False,
    excludes_government: bool = False, is_demo: bool = False,
) -> Case:  # fmt: skip
    """A registered case with its principal member; who opens it is its first caseworker.

    Needs one safe contact route, or ``contact_impossible``. ``case_steps.admit`` makes it active.
    """
    _may_open(actor, organisation_id)
    if session.get(Organisation, organisation_id) is None:
        raise Invalid({"organisation_id": N_("There is no such organisation.")})
    _check_region(session, region_id, country)
    case = Case(
        code=unused_code(session, Case), organisation_id=organisation_id, region_id=region_id,
        country=country, state=State.REGISTERED, state_since=now, opened_at=now,
        excludes_government=excludes_government, is_demo=is_demo,
    )  # fmt: skip
    session.add(case)
    session.flush()
    add_member(session, case, actor=actor, now=now, relation="principal", name=name,
               language=language, routes=routes)  # fmt: skip
    if actor.user_id is not None:
        session.add(CaseWorker(case_id=case.id, account_id=actor.user_id, since=now))
    register(session, case, actor=actor, now=now, contact_impossible=contact_impossible)
    return case


def add_member(
    session: Session, case: Case, *, actor: Actor, now: dt.datetime, relation: str,
    name: str | None = None, language: str = "fr", routes: tuple[Route, ...] = (),
) -> CaseMember:  # fmt: skip
    """One more person of the case, with own facts, consents and referrals."""
    if relation not in RELATIONS:
        raise Invalid({"relation": N_("Please choose one of the list.")})
    numbers = [member.number for member in case.members]
    if relation == "principal" and numbers:
        raise Conflict(N_("The case has a principal person already."))
    member = CaseMember(
        case_id=case.id, number=max(numbers, default=0) + 1, relation=relation,
        name=name or None, language=language,
    )  # fmt: skip
    case.members.append(member)
    session.flush()
    for route in routes:
        add_route(session, member, route, actor=actor, now=now)
    _record(session, actor, "routing:case:write", case, now, member=str(member.id))
    return member


def change_member(
    session: Session, member: CaseMember, *, actor: Actor, now: dt.datetime,
    name: str | None = None, language: str | None = None, relation: str | None = None,
) -> CaseMember:  # fmt: skip
    """Correct the name, the language or the relation; what is not given stays."""
    if relation is not None and relation != member.relation:
        if relation not in RELATIONS[1:] or member.relation == "principal":
            raise Invalid({"relation": N_("Please choose one of the list.")})
        member.relation = relation
    if name is not None:
        member.name = name or None
    if language is not None:
        member.language = language
    _record(session, actor, "routing:case:write", member.case, now, member=str(member.id))
    return member


def remove_member(session: Session, member: CaseMember, *, actor: Actor, now: dt.datetime) -> None:
    """Take somebody off who was noted by mistake; whoever has needs or consents stays."""
    if member.relation == "principal":
        raise Conflict(N_("The case is this person's own: close it instead."))
    for table in (Need, ConsentRecord, Referral):
        if session.scalars(select(table.id).where(table.member_id == member.id)).first():
            raise Conflict(N_("Needs, consents or referrals are noted for this person already."))
    case = member.case
    _record(session, actor, "routing:case:remove-member", case, now, member=str(member.id))
    case.members.remove(member)
    session.flush()


def add_route(
    session: Session, member: CaseMember, route: Route, *, actor: Actor, now: dt.datetime
) -> ContactRoute:
    """One more way to reach the person, after those there are; raises ``Invalid``."""
    row = ContactRoute(
        member_id=member.id, rank=max((known.rank for known in member.routes), default=0) + 1
    )
    _write_route(row, route, member.case.country)
    member.routes.append(row)
    session.flush()
    _record(session, actor, "routing:case:write", member.case, now, route=str(row.id))
    return row


def change_route(
    session: Session, row: ContactRoute, member: CaseMember, route: Route, *, actor: Actor,
    now: dt.datetime,
) -> ContactRoute:  # fmt: skip
    """What is safe has changed, or the number; what waits for the old one is dropped if need be."""
    old, could_text = str(row.value), row.safe_to_text
    _write_route(row, route, member.case.country)
    if could_text and (row.value != old or not row.safe_to_text):
        outbox.drop(session, recipient=old)
    session.flush()
    _record(session, actor, "routing:case:write", member.case, now, route=str(row.id))
    return row


def remove_route(
    session: Session, row: ContactRoute, member: CaseMember, *, actor: Actor, now: dt.datetime
) -> None:
    """The person must not be contacted that way any more; past attempts keep their count."""
    outbox.drop(session, recipient=str(row.value))
    member.routes.remove(row)
    session.flush()
    _record(session, actor, "routing:case:write", member.case, now, route=str(row.id))


def route_of(member: CaseMember, route_id: UUID) -> ContactRoute:
    """One route of the person, or ``NotFound``."""
    found = next((route for route in member.routes if route.id == route_id), None)
    if found is None:
        raise NotFound
    return found


def add_worker(
    session: Session, case: Case, account: Account, *, actor: Actor, now: dt.datetime
) -> CaseWorker:
    """Take an account into the team; it must be a caseworker of the same organisation."""
    grants = account.actor.grants_for(roles.READ_CASE)
    if not any(grant.organisation_id in (None, case.organisation_id) for grant in grants):
        raise Conflict(N_("This account is not a caseworker of the organisation of the case."))
    query = select(CaseWorker).where(
        CaseWorker.case_id == case.id, CaseWorker.account_id == account.id
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        row = CaseWorker(case_id=case.id, account_id=account.id, since=now)
        session.add(row)
        session.flush()
    _record(session, actor, "routing:case:team", case, now, account=str(account.id))
    return row


def remove_worker(
    session: Session, case: Case, account_id: UUID, *, actor: Actor, now: dt.datetime
) -> None:
    """Take an account out of the team; somebody must stay."""
    rows = session.scalars(select(CaseWorker).where(CaseWorker.case_id == case.id)).all()
    leaving = [row for row in rows if row.account_id == account_id]
    if leaving and len(rows) == len(leaving):
        raise Conflict(N_("Somebody must stay in the team of the case."))
    for row in leaving:
        session.delete(row)
    session.flush()
    _record(session, actor, "routing:case:team", case, now, account=str(account_id))


def exclude_government(
    session: Session, case: Case, *, excluded: bool, actor: Actor, now: dt.datetime
) -> Case:
    """One tap: no public body is told anything; or the person has changed their mind."""
    case.excludes_government = excluded
    case.version += 1
    _record(session, actor, "routing:case:write", case, now, excludes_government=excluded)
    return case


def contact_digest(kind: str, value: str, country: str) -> str:
    """Keyed hash under which a contact is found again; numbers are compared in one form."""
    written = e164(value, country) if kind in ("phone", "trusted-contact") else value.casefold()
    return KEYRING.digest(PHONE_DIGEST, written)


def _write_route(row: ContactRoute, route: Route, country: str) -> None:
    problems = {
        name: N_("Please choose one of the list.")
        for name, known in (("kind", ROUTE_KINDS), ("owner", OWNERS))
        if getattr(route, name) not in known
    }
    if not route.value.strip():
        problems["value"] = N_("Please fill this in.")
    if problems:
        raise Invalid(problems)
    is_number = route.kind in ("phone", "trusted-contact")
    row.kind, row.owner, row.language = route.kind, route.owner, route.language
    row.value = e164(route.value, country) if is_number else route.value.strip()
    row.value_digest = contact_digest(route.kind, route.value.strip(), country)
    row.safe_to_call, row.safe_to_text = route.safe_to_call, route.safe_to_text
    row.safe_to_leave_voice = route.safe_to_leave_voice
    row.hours = route.hours or None


def _may_open(actor: Actor, organisation_id: UUID) -> None:
    grants = actor.grants_for(roles.WRITE_CASE)
    if not any(grant.organisation_id in (None, organisation_id) for grant in grants):
        raise Forbidden(N_("You are not a caseworker of this organisation."))


def _check_region(session: Session, region_id: UUID | None, country: str) -> None:
    region = session.get(Region, region_id) if region_id is not None else None
    if region_id is not None and (region is None or region.country != country):
        raise Invalid({"region_id": N_("This region is not in the country of the case.")})


def _record(
    session: Session, actor: Actor, action: str, case: Case, now: dt.datetime, **details: object
) -> None:
    subject, chain = f"case_file:{case.id}", case.organisation_id
    audit.record(session, actor, action, subject, now=now, chain=chain, **details)
