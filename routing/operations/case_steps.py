"""Moves a case along its life: screening, plan, beginning, pause, closure and coming back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, NotFound
from directory.core.text import N_
from directory.roles import SUPERVISE
from directory.who import Who
from routing.case_life import LABELS, LIFE, CaseFacts, State
from routing.models import Case, Need, Referral
from routing.operations.case_endings import (
    RENEW_DAYS,
    after_closing,
    after_reopening,
    task_for_needs,
)
from routing.queries.consents import services_consented
from routing.queries.reaching import search_summary
from routing.queries.scope import case_seen_by, in_team
from routing.referral_states import LIVE

NOTHING: Mapping[str, Any] = MappingProxyType({})
PLAN_DAYS = 3
"""After help at once, the plan must follow within 72 hours (protocol A.2 step 2)."""
TRANSFER_STEPS = frozenset(
    {"offer-transfer", "accept-transfer", "decline-transfer", "withdraw-transfer"}
)
"""Steps that two organisations take together: ``routing.operations.transfers``."""
UNMET = frozenset({"open", "gap"})
"""States of a need that nobody has met: one for which nothing exists is not met either."""


def register(
    session: Session, case: Case, *, actor: Actor, now: dt.datetime, contact_impossible: bool
) -> None:
    """The first step of a new case; raises ``Conflict`` when nobody could reach the person."""
    routes = sum(len(member.routes) for member in case.members)
    facts = CaseFacts(contact_routes=routes, contact_impossible=contact_impossible)
    LIFE.check(State.NEW, "register", Who.RC, facts)
    _record(session, case, "register", State.NEW, actor=actor, now=now, details={"routes": routes})


def take_case_step(
    session: Session, case: Case, name: str, *, actor: Actor, role: Who, now: dt.datetime,
    expected_version: int | None = None, details: Mapping[str, Any] = NOTHING,
) -> Case:  # fmt: skip
    """Move the case along its life and remember it; ``Conflict`` with every reason if not allowed.

    ``details`` by step: ``screen`` screening; ``plan`` services_shown, plan_agreed; ``call-back``
    channel; ``close`` closure_code, continuing_service, person_told; ``reopen`` reason.
    """
    if name in TRANSFER_STEPS:
        raise Conflict(N_("A transfer has a page of its own: offer, accept or take it back there."))
    with session.begin_nested():
        lock_case(session, case, expected_version)
        _may_act(session, case, actor, role)
        facts = case_facts(session, case, actor=actor, now=now, details=details)
        move_case(session, case, name, role, facts, actor=actor, now=now, details=details)
    return case


def step_of_person(
    session: Session, case: Case, name: str, *, actor: Actor, now: dt.datetime,
    details: Mapping[str, Any] = NOTHING,
) -> None:  # fmt: skip
    """A step that the person brings about, such as calling back; ``actor`` only notes it."""
    with session.begin_nested():
        lock_case(session, case)
        facts = case_facts(session, case, actor=actor, now=now, details=details)
        move_case(session, case, name, Who.BEN, facts, actor=actor, now=now, details=details)


def lock_case(session: Session, case: Case, expected_version: int | None = None) -> None:
    """Read the case anew and keep it until the transaction ends; ``Conflict`` if it has changed."""
    session.flush()
    session.refresh(case, with_for_update=True)
    if expected_version is not None and expected_version != case.version:
        raise Conflict(
            N_("Somebody else was faster: the status is “{state}”.", state=LABELS[case.state])
        )


def move_case(
    session: Session, case: Case, name: str, role: Who, facts: CaseFacts, *, actor: Actor,
    now: dt.datetime, details: Mapping[str, Any] = NOTHING,
) -> None:  # fmt: skip
    """Take the step if its guards hold, with everything that follows; the case is locked."""
    step = LIFE.check(case.state, name, role, facts)
    before, case.state, case.state_since = case.state, step.target, now
    case.version += 1
    _follow(session, case, name, before, details, now)
    case.records = {**(case.records or {}), name: {**details, "at": now.isoformat()}}
    _record(session, case, name, before, actor=actor, now=now, details=details)


def admit(
    session: Session, case: Case, *, actor: Actor, now: dt.datetime, screening: str,
    services_shown: tuple[str, ...], plan_agreed: bool = True,
) -> Case:  # fmt: skip
    """Screening, plan and beginning in one go, where they happen in one meeting.

    Needs at least one need and a consent to services; every guard of the three steps is asked.
    """
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("screen", {"screening": screening}),
        ("plan", {"services_shown": list(services_shown), "plan_agreed": plan_agreed}),
        ("activate", {}),
    )
    for name, details in steps:
        take_case_step(session, case, name, actor=actor, role=Who.RC, now=now, details=details)
    return case


def case_facts(
    session: Session, case: Case, *, actor: Actor, now: dt.datetime,
    details: Mapping[str, Any] = NOTHING, **given: bool,
) -> CaseFacts:  # fmt: skip
    """What the guards of a case look at; ``given`` is what only the caller knows."""
    needs = session.scalars(select(Need).where(Need.case_id == case.id)).all()
    dormant = case.state is State.DORMANT
    return CaseFacts(
        in_case_team=in_team(session, actor, case.id),
        contact_routes=sum(len(member.routes) for member in case.members),
        screening_recorded=bool(details.get("screening")),
        services_explained=bool(details.get("services_shown")),
        needs_assessed=bool(needs),
        plan_agreed=details.get("plan_agreed") is True,
        services_consented=services_consented(session, case, now),
        open_priorities=frozenset(need.priority for need in needs if need.state in UNMET),
        live_referrals=live_referrals(session, case),
        attempts=search_summary(session, case),
        dormant_days=(now - case.state_since).days if dormant else 0,
        called_back=bool(details.get("channel")),
        closure_code=str(details.get("closure_code") or ""),
        continuing_service=str(details.get("continuing_service") or ""),
        person_told=details.get("person_told") is True,
        reason=str(details.get("reason") or ""),
        **given,
    )


def live_referrals(session: Session, case: Case) -> int:
    """How many referrals of the case are not over."""
    query = select(func.count(Referral.id)).where(
        Referral.case_id == case.id, Referral.state.in_(LIVE)
    )
    return session.scalars(query).one()


def _follow(
    session: Session, case: Case, name: str, before: State, details: Mapping[str, Any],
    now: dt.datetime,
) -> None:  # fmt: skip
    """What the step sets in motion."""
    if name == "close":
        case.closed_at, case.closure_code = now, str(details["closure_code"])
        after_closing(session, case, now=now)
    elif name == "activate-at-once":
        task_for_needs(session, case, "plan", now + dt.timedelta(days=PLAN_DAYS), now)
    elif name == "reopen":
        closed_at, case.closed_at, case.closure_code = case.closed_at, None, None
        after_reopening(session, case, closed_at=closed_at, now=now)
    elif before is State.DORMANT and case.state is State.ACTIVE:
        task_for_needs(session, case, "decide-next", now + dt.timedelta(days=RENEW_DAYS), now)


def _may_act(session: Session, case: Case, actor: Actor, role: Who) -> None:
    seen = session.scalars(select(Case.id).where(Case.id == case.id, case_seen_by(actor))).first()
    if seen is None:
        raise NotFound
    if role is Who.RS and not actor.may(SUPERVISE):
        raise Forbidden(N_("Your role does not include this."))


def _record(
    session: Session, case: Case, name: str, before: State, *, actor: Actor, now: dt.datetime,
    details: Mapping[str, Any],
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"routing:case:{name}", f"case_file:{case.id}", now=now,
        chain=case.organisation_id, source=before.value, target=case.state.value,
        recorded=sorted(details),
    )  # fmt: skip
