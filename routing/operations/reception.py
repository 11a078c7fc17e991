"""Receives a person: case, facts, first need and agreement in one go, as they come in one talk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core.actor import Actor
from directory.core.errors import Forbidden
from directory.core.text import N_
from directory.models import Organisation
from directory.roles import WRITE_CASE
from directory.who import Who
from routing.consent import ConsentKind
from routing.models import Case, Need
from routing.operations.case_steps import admit, take_case_step
from routing.operations.cases import Route, open_case
from routing.operations.consents import Agreement, give_consent
from routing.operations.counselling import record_information
from routing.operations.facts import record_facts
from routing.operations.needs import open_need
from routing.priorities import Priority

SCREENING = "rapid-1"
"""Version of the questions on danger that are asked at reception."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What must be settled before a case can begin."""

    in_danger: bool
    services_explained: bool
    plan_agreed: bool
    consents: bool
    """The person agrees to be accompanied."""
    mode: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception(Beginning):
    """What a first talk brings."""

    category: str
    priority: Priority
    detail: str
    name: str
    language: str
    routes: tuple[Route, ...]
    contact_impossible: bool
    facts: Mapping[str, object]
    excludes_government: bool


def receive_person(
    session: Session, found: Reception, *, organisation: Organisation, actor: Actor,
    now: dt.datetime,
) -> Need:  # fmt: skip
    """The first need of a new case; the case is active if the person agrees to be accompanied.

    Without that agreement the case stays registered, and nothing is lost. Whoever is in danger is
    helped at once: the plan follows.
    """
    case = open_case(
        session, actor=actor, now=now, organisation_id=organisation.id,
        country=organisation.country, name=found.name or None, language=found.language,
        routes=found.routes, contact_impossible=found.contact_impossible,
        excludes_government=found.excludes_government,
    )  # fmt: skip
    member = case.members[0]
    record_facts(session, member, found.facts, actor=actor, now=now)
    need = open_need(
        session, member, actor=actor, now=now, category=found.category, priority=found.priority,
        detail=found.detail or None,
    )  # fmt: skip
    if found.consents:
        begin_case(session, case, found, actor=actor, now=now)
    return need


def begin_case(
    session: Session, case: Case, found: Beginning, *, actor: Actor, now: dt.datetime
) -> Case:
    """The person agrees to be accompanied, and the case becomes active."""
    member = case.members[0]
    agreement = Agreement(
        kind=ConsentKind.SERVICES, mode=found.mode, witness=found.witness,
        language=member.language,
    )  # fmt: skip
    give_consent(session, member, agreement, actor=actor, now=now)
    if found.services_explained:
        record_information(session, case, material="spoken", actor=actor, now=now)
    if found.in_danger:
        return take_case_step(session, case, "activate-at-once", actor=actor, role=Who.RC, now=now)
    shown = tuple(CATEGORIES) if found.services_explained else ()
    return admit(
        session, case, actor=actor, now=now, screening=SCREENING, services_shown=shown,
        plan_agreed=found.plan_agreed,
    )  # fmt: skip


def receiving_organisations(session: Session, actor: Actor) -> list[Organisation]:
    """The organisations for which the actor may receive people; ``Forbidden`` if there is none."""
    ids: set[UUID] = {
        grant.organisation_id
        for grant in actor.grants_for(WRITE_CASE)
        if grant.organisation_id is not None
    }
    found = [row for key in ids if (row := session.get(Organisation, key)) is not None]
    if not found:
        raise Forbidden(N_("You are not a caseworker of any organisation."))
    return sorted(found, key=lambda row: row.name)
