"""Exceptions from consent: recorded by whom they belong to, countersigned by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory import roles
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid, NotFound
from directory.core.text import N_
from directory.who import Who
from routing.consent_exceptions import ExceptionCode
from routing.models import CaseMember, ConsentRecord, Need, Task
from routing.operations.consents import (
    Agreement,
    Named,
    audit_consent,
    recipient_problems,
    written_agreement,
)
from routing.operations.needs import open_task
from routing.queries.scope import case_for, is_overseen

COUNTERSIGN = dt.timedelta(hours=24)
SEEK_CONSENT = dt.timedelta(hours=72)
PERMISSIONS: dict[Who, str] = {
    Who.RC: roles.SEND_REFERRAL,
    Who.MHP: roles.DECLARE_INCAPACITY,
    Who.CPA: roles.SUBSTITUTE_CONSENT,
    Who.DPO: roles.VOID_REFERRAL,
}
"""Who may record an exception at all; which one, the rules say when it is used."""


def record_exception(
    session: Session, member: CaseMember, code: ExceptionCode, *, need: Need,
    recipients: tuple[Named, ...], facts: Mapping[str, Any], actor: Actor, role: Who,
    now: dt.datetime, valid_until: dt.datetime | None = None,
) -> ConsentRecord:  # fmt: skip
    """A referral without consent, for a coded reason; what it may be used for is asked at sending.

    ``facts`` by code: ``life-danger`` facts; ``incapacity-mh`` licence, determination;
    ``child-best-interest`` guardian, authority_unreachable; ``legal-duty`` legal_text, fields.
    """
    _may_except(session, member, code, actor, role, recipients)
    agreement = Agreement(
        need_id=need.id, recipients=recipients, dataset=need.category, mode="exception",
        expires_at=valid_until, fields_extra=frozenset(facts.get("fields") or ()),
    )  # fmt: skip
    if problems := recipient_problems(session, agreement):
        raise Invalid(problems)
    record = written_agreement(member, agreement, actor, now)
    record.exception_code, record.exception_by_id = code.value, actor.user_id
    record.exception_facts = {**facts, "by": role.value}
    session.add(record)
    session.flush()
    audit_consent(session, record, member, actor, now, "except")
    open_task(session, need, "countersign", Who.RS, now=now, due_at=now + COUNTERSIGN)
    open_task(session, need, "seek-consent", Who.RC, now=now, due_at=now + SEEK_CONSENT)
    return record


def countersign(
    session: Session, record: ConsentRecord, *, actor: Actor, now: dt.datetime
) -> ConsentRecord:
    """A second person agrees to the exception: the supervisor, for a child the authority."""
    if record.exception_code is None:
        raise Conflict(N_("This is not an exception."))
    child = record.exception_code == ExceptionCode.CHILD_BEST_INTEREST
    needed = roles.SUBSTITUTE_CONSENT if child else roles.SUPERVISE
    if not actor.may(needed):
        raise Forbidden(N_("Your role does not include this."))
    if actor.user_id is None or actor.user_id == record.exception_by_id:
        raise Forbidden(N_("Somebody else must countersign."))
    record.countersigned_by_id, record.countersigned_at = actor.user_id, now
    session.flush()
    if record.need_id is not None:
        for task in session.scalars(
            select(Task).where(Task.need_id == record.need_id, Task.kind == "countersign")
        ):
            task.done_at = task.done_at or now
    member = session.get_one(CaseMember, record.member_id)
    audit_consent(session, record, member, actor, now, "countersign")
    return record


def _may_except(
    session: Session,
    member: CaseMember,
    code: ExceptionCode,
    actor: Actor,
    role: Who,
    recipients: tuple[Named, ...],
) -> None:
    if role.value not in actor.roles or not actor.may(PERMISSIONS.get(role, "")):
        raise Forbidden(N_("Your role does not include this."))
    if code is ExceptionCode.INCAPACITY_MH and role is not Who.MHP:
        raise Forbidden(
            N_("Only a registered mental-health professional can determine incapacity.")
        )
    if role in (Who.RC, Who.CPA):
        case_for(session, actor, member.case_id)
    elif (role is Who.DPO and not is_overseen(session, actor, member.case_id)) or (
        role is Who.MHP and not {r.organisation_id for r in recipients} & _practices(actor)
    ):
        raise NotFound


def _practices(actor: Actor) -> frozenset[UUID]:
    """Where a professional works: they determine for people who are sent there."""
    return actor.organisations(Who.MHP.value)
