"""Exceptions from consent: recorded by whom they belong to, countersigned by somebody else,
confirmed by a professional where the country asks it, reviewed by the data-protection officer.
"""

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
from routing.consent_exceptions import (
    CONSENT_SOUGHT_HOURS,
    COUNTERSIGN_HOURS,
    ExceptionCode,
    needs_countersignature,
)
from routing.models import CaseMember, ConsentRecord, ExceptionReview, Need, Task
from routing.operations.consents import (
    Agreement,
    Named,
    audit_consent,
    recipient_problems,
    written_agreement,
)
from routing.operations.needs import open_task
from routing.queries.consents import CONFIRMATION, REVIEW, confirmed_at
from routing.queries.scope import case_for, is_in_reach, is_overseen

COUNTERSIGN = dt.timedelta(hours=COUNTERSIGN_HOURS)
SEEK_CONSENT = dt.timedelta(hours=CONSENT_SOUGHT_HOURS)
COUNTERSIGN_TASK, SEEK_TASK = "countersign", "seek-consent"
PERMISSIONS: dict[Who, str] = {
    Who.RC: roles.SEND_REFERRAL,
    Who.MHP: roles.DECLARE_INCAPACITY,
    Who.CPA: roles.SUBSTITUTE_CONSENT,
    Who.DPO: roles.OVERSEE_CONSENT,
}
"""Who may record an exception at all; which one, the rules say when it is used."""
OUTCOMES = ("justified", "not-justified", "incident")
"""What the data-protection officer finds."""


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
    if needs_countersignature(code):
        owner = Who.CPA if code is ExceptionCode.CHILD_BEST_INTEREST else Who.RS
        open_task(session, need, COUNTERSIGN_TASK, owner, now=now, due_at=now + COUNTERSIGN)
        open_task(session, need, SEEK_TASK, Who.RC, now=now, due_at=now + SEEK_CONSENT)
    return record


def countersign(
    session: Session, record: ConsentRecord, *, actor: Actor, now: dt.datetime
) -> ConsentRecord:
    """A second person agrees to the exception: the supervisor, for a child the authority.

    The same person twice, somebody who has lost the role and a second countersignature are refused.
    """
    session.refresh(record, with_for_update=True)
    code = _code(record)
    child = code is ExceptionCode.CHILD_BEST_INTEREST
    if not actor.may(roles.SUBSTITUTE_CONSENT if child else roles.SUPERVISE):
        raise Forbidden(N_("Your role does not include this."))
    if actor.user_id is None or actor.user_id == record.exception_by_id:
        raise Forbidden(N_("Somebody else must countersign."))
    if record.countersigned_at is not None:
        raise Conflict(N_("This exception is countersigned already."))
    if record.withdrawn_at is not None:
        raise Conflict(N_("This exception has ended."))
    record.countersigned_by_id, record.countersigned_at = actor.user_id, now
    session.flush()
    _finish(session, record, COUNTERSIGN_TASK, now)
    audit_consent(session, record, _member(session, record), actor, now, "countersign")
    return record


def confirm_danger(
    session: Session, record: ConsentRecord, *, licence: str, actor: Actor, now: dt.datetime
) -> ExceptionReview:
    """A registered mental-health professional confirms a danger to life; cannot be delegated."""
    if _code(record) is not ExceptionCode.LIFE_DANGER:
        raise Conflict(N_("Only a danger to life is confirmed."))
    if not actor.may(roles.DECLARE_INCAPACITY) or actor.user_id is None:
        raise Forbidden(N_("Your role does not include this."))
    if not {row.organisation_id for row in record.recipients} & _practices(actor):
        raise NotFound
    if actor.user_id == record.exception_by_id:
        raise Forbidden(N_("Somebody else must confirm."))
    if not licence.strip():
        raise Invalid({"licence": N_("Give your registration number.")})
    if confirmed_at(record) is not None:
        raise Conflict(N_("This danger is confirmed already."))
    row = ExceptionReview(
        consent_id=record.id, kind=CONFIRMATION, outcome="confirmed", by_id=actor.user_id, at=now,
        licence=licence.strip(),
    )  # fmt: skip
    return _keep(session, record, row, actor, now, "confirm")


def review_exception(
    session: Session, record: ConsentRecord, outcome: str, *, note: str, actor: Actor,
    now: dt.datetime,
) -> ExceptionReview:  # fmt: skip
    """What the data-protection officer finds: justified, not justified, or an incident."""
    _code(record)
    overseen = is_overseen(session, actor, record.case_id)
    if not actor.may(roles.OVERSEE_CONSENT) or actor.user_id is None or not overseen:
        raise Forbidden(N_("Your role does not include this."))
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": N_("Please choose one of the list.")})
    if outcome != "justified" and not note.strip():
        raise Invalid({"note": N_("Say what was wrong.")})
    if actor.user_id == record.exception_by_id:
        raise Forbidden(N_("Somebody else must review what you have recorded."))
    row = ExceptionReview(
        consent_id=record.id, kind=REVIEW, outcome=outcome, by_id=actor.user_id, at=now,
        note=note.strip() or None,
    )  # fmt: skip
    return _keep(session, record, row, actor, now, "review")


def _keep(
    session: Session, record: ConsentRecord, row: ExceptionReview, actor: Actor, now: dt.datetime,
    verb: str,
) -> ExceptionReview:  # fmt: skip
    record.reviews.append(row)
    session.flush()
    audit_consent(session, record, _member(session, record), actor, now, verb)
    return row


def _code(record: ConsentRecord) -> ExceptionCode:
    if record.exception_code is None:
        raise Conflict(N_("This is not an exception."))
    return ExceptionCode(record.exception_code)


def _finish(session: Session, record: ConsentRecord, kind: str, now: dt.datetime) -> None:
    query = select(Task).where(Task.need_id == record.need_id, Task.kind == kind)
    for task in session.scalars(query):
        task.done_at = task.done_at or now


def _member(session: Session, record: ConsentRecord) -> CaseMember:
    return session.get_one(CaseMember, record.member_id)


def _may_except(
    session: Session,
    member: CaseMember,
    code: ExceptionCode,
    actor: Actor,
    role: Who,
    recipients: tuple[Named, ...],
) -> None:
    holds = role is Who.RC or role.value in actor.roles
    if not holds or not actor.may(PERMISSIONS.get(role, "")):
        raise Forbidden(N_("Your role does not include this."))
    if code is ExceptionCode.INCAPACITY_MH and role is not Who.MHP:
        raise Forbidden(
            N_("Only a registered mental-health professional can determine incapacity.")
        )
    if role is Who.RC:
        case_for(session, actor, member.case_id)
    elif (
        (role is Who.CPA and not _called(session, actor, member.case_id))
        or (role is Who.DPO and not is_overseen(session, actor, member.case_id))
        or (role is Who.MHP and not {r.organisation_id for r in recipients} & _practices(actor))
    ):
        raise NotFound


def _called(session: Session, actor: Actor, case_id: UUID) -> bool:
    """The authority acts for any child in its reach whose code a caseworker has told it."""
    return is_in_reach(session, actor, roles.SUBSTITUTE_CONSENT, case_id)


def _practices(actor: Actor) -> frozenset[UUID]:
    """Where a professional works: they determine for people who are sent there."""
    return actor.organisations(Who.MHP.value)
