"""Opens one person's file in an emergency, tells those who must know, and takes the review in.

Whoever calls has proved the second factor just before; operations know nothing of sessions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit, outbox
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden, Invalid
from directory.core.text import N_, Text
from directory.roles import OPEN_IN_EMERGENCY
from directory.who import Who
from directory.working_days import calendar_of
from routing.codes import read_code
from routing.emergency_access import (
    REVIEW_WORKING_DAYS,
    VERDICTS,
    closes_at,
    is_reason,
    opening_problems,
    shown_facts,
)
from routing.models import CaseMember, EmergencyAccess, FactRecord, Need
from routing.operations.cases import contact_digest
from routing.operations.needs import open_task
from routing.priorities import Priority
from routing.queries.audiences import Address, case_team, supervisors_around
from routing.queries.emergency_access import (
    in_hidden_place,
    late_reviews,
    member_by_code,
    member_by_contact,
    open_access_of,
)
from routing.queries.known_facts import current_facts

NOBODY = N_("Nobody is found under this code or number, or the person is outside your region.")
TELL_PERSON = "tell-emergency-access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is said when a file is opened."""

    priority: Priority | None
    reason_code: str
    reason: str
    code: str = ""
    """Code of the case; else a number of the person."""
    number: int = 1
    """Which member of the case."""
    phone: str = ""
    country: str = ""


def open_in_emergency(
    session: Session, opening: Opening, *, second_factor: bool, actor: Actor, now: dt.datetime
) -> EmergencyAccess:
    """Open one person's file for an hour; the officer and the owner of the case hear of it at once.

    ``Invalid`` names everything that is missing; nothing tells whether somebody outside the region
    exists. One file at a time.
    """
    if not actor.may(OPEN_IN_EMERGENCY):
        raise Forbidden(N_("Your role does not include this."))
    problems: dict[str, Text] = opening_problems(
        opening.priority, opening.reason_code, opening.reason
    )
    if not second_factor:
        problems["second_factor"] = N_("Type the present code of your second factor.")
    if problems or opening.priority is None:
        raise Invalid(problems)
    if open_access_of(session, actor, now) is not None:
        raise Conflict(N_("Another file is still open: close it first."))
    member = _find(session, opening, actor)
    access = EmergencyAccess(
        case_id=member.case_id, member_id=member.id, account_id=actor.user_id,
        role=_role(actor), priority=opening.priority, reason_code=opening.reason_code,
        reason=opening.reason.strip(), opened_at=now, expires_at=closes_at(now),
        review_due_at=calendar_of(member.case.country).add_working_days(now, REVIEW_WORKING_DAYS),
    )  # fmt: skip
    session.add(access)
    session.flush()
    _audit(session, access, "open", actor, now, reason=opening.reason_code)
    told = [
        *supervisors_around(session, member.case, "DPO"),
        *case_team(session, member.case_id),
        *supervisors_around(session, member.case),
    ]
    _tell(session, access, "emergency-opened", told, now)
    return access


def widen_access(
    session: Session, access: EmergencyAccess, reason: str, *, actor: Actor, now: dt.datetime
) -> EmergencyAccess:
    """The subset is not enough: a second reason opens the rest, protected addresses never."""
    must_be_open(access, actor, now)
    if not is_reason(reason):
        raise Invalid({"second_reason": N_("Say why you need more, in at least 30 letters.")})
    access.second_reason = reason.strip()
    _audit(session, access, "widen", actor, now)
    _tell(
        session, access, "emergency-widened", supervisors_around(session, access.case, "DPO"), now
    )
    return access


def read_in_emergency(
    session: Session, access: EmergencyAccess, *, actor: Actor, now: dt.datetime
) -> list[FactRecord]:
    """The facts that may be read now; each reading is a line. ``Forbidden`` once the hour is over."""
    must_be_open(access, actor, now)
    known = current_facts(session, access.member_id)
    shown = shown_facts(
        widened=bool(access.second_reason), hidden_place=in_hidden_place(session, access.member_id),
        known=[row.name for row in known],
    )  # fmt: skip
    facts = [row for row in known if row.name in shown]
    _audit(session, access, "read", actor, now, fields=sorted(row.name for row in facts))
    return facts


def close_access(
    session: Session, access: EmergencyAccess, *, actor: Actor, now: dt.datetime
) -> EmergencyAccess:
    """The file is not needed any more."""
    must_be_open(access, actor, now)
    access.closed_at = now
    _audit(session, access, "close", actor, now)
    return access


def review_access(
    session: Session, access: EmergencyAccess, *, verdict: str, note: str, tells_person: bool,
    actor: Actor, now: dt.datetime,
) -> EmergencyAccess:  # fmt: skip
    """The data-protection officer's answer; the person is told unless that is dangerous, and why not.

    Nobody reviews an opening of their own.
    """
    problems: dict[str, Text] = {}
    if verdict not in VERDICTS:
        problems["verdict"] = N_("Please choose one of the list.")
    if not note.strip():
        problems["note"] = N_("Say what you looked at, and if the person is not told, why.")
    if problems:
        raise Invalid(problems)
    if access.account_id == actor.user_id:
        raise Forbidden(N_("Somebody else reviews what you opened."))
    if access.reviewed_at is not None:
        raise Conflict(N_("This opening has been reviewed already."))
    access.verdict, access.reviewed_at, access.reviewed_by_id = verdict, now, actor.user_id
    access.review_note, access.tells_person = note.strip(), tells_person
    _audit(session, access, "review", actor, now, verdict=verdict, tells_person=tells_person)
    if tells_person:
        _ask_to_tell(session, access.member, now)
    return access


def remind_late_reviews(session: Session, *, now: dt.datetime) -> int:
    """Tell the officer and the supervisors, once, of every review that is late; how many."""
    told_now = 0
    for access in late_reviews(session, now):
        session.refresh(access, with_for_update=True)
        if access.late_at is not None or access.reviewed_at is not None:
            continue
        access.late_at = now
        told_now += 1
        told = [
            *supervisors_around(session, access.case, "DPO"),
            *supervisors_around(session, access.case),
        ]
        _tell(session, access, "emergency-review-late", told, now)
    return told_now


def must_be_open(access: EmergencyAccess, actor: Actor, now: dt.datetime) -> None:
    """``Forbidden`` for everybody else, and for everybody once the hour is over."""
    if access.account_id != actor.user_id or not access.is_open(now):
        raise Forbidden(N_("The hour is over, or the file was closed. Open it again if you must."))


def _find(session: Session, opening: Opening, actor: Actor) -> CaseMember:
    found = None
    if opening.code.strip():
        code = read_code(opening.code)
        found = member_by_code(session, actor, code, opening.number)
    elif opening.phone.strip() and opening.country:
        try:
            digest = contact_digest("phone", opening.phone.strip(), opening.country)
        except Invalid:
            raise Invalid({"phone": NOBODY}) from None
        found = member_by_contact(session, actor, digest)
    if found is None:
        raise Invalid({"phone" if opening.phone.strip() else "code": NOBODY})
    return found


def _role(actor: Actor) -> str:
    return sorted(grant.role for grant in actor.grants_for(OPEN_IN_EMERGENCY))[0]


def _ask_to_tell(session: Session, member: CaseMember, now: dt.datetime) -> None:
    query = (
        select(Need)
        .where(Need.case_id == member.case_id)
        .order_by((Need.member_id == member.id).desc(), Need.opened_at.desc(), Need.id)
    )
    need = session.scalars(query).first()
    if need is not None:
        open_task(session, need, TELL_PERSON, Who.RC, now=now)


def _tell(
    session: Session, access: EmergencyAccess, template: str, told: Iterable[Address],
    now: dt.datetime,
) -> None:  # fmt: skip
    for address in sorted(set(told)):
        outbox.announce(
            session, template=template, recipient=address.recipient, language=address.language,
            subject=f"emergency_access:{access.id}", now=now,
        )  # fmt: skip


def _audit(
    session: Session, access: EmergencyAccess, verb: str, actor: Actor, now: dt.datetime,
    **details: object,
) -> None:  # fmt: skip
    audit.record(
        session, actor, f"routing:emergency:{verb}", f"emergency_access:{access.id}", now=now,
        chain=access.case.organisation_id, **details,
    )  # fmt: skip
