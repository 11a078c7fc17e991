"""Opens what is known about a person: whoever reads it leaves a line in the audit."""

from __future__ import annotations

from uuid import UUID

from directory.core import audit
from directory.core.clock import now
from directory.core.db import db
from directory.core.security import current_actor
from routing.models import Case, CaseMember, Need, Referral
from routing.queries.casework import need_for
from routing.queries.consents import member_for
from routing.queries.scope import case_for, referral_for


def read_case(case_id: UUID) -> Case:
    """The case, if it is the actor's to see."""
    case = case_for(db.session, current_actor(), case_id)
    _seen("routing:case:read", f"case_file:{case.id}", case)
    return case


def read_member(member_id: UUID) -> CaseMember:
    """One person of a case."""
    member = member_for(db.session, current_actor(), member_id)
    _seen("routing:case:read", f"case_member:{member.id}", member.case)
    return member


def read_need(need_id: UUID) -> Need:
    """A need with the person whose it is."""
    need = need_for(db.session, current_actor(), need_id)
    _seen("routing:need:read", f"need:{need.id}", need.case)
    return need


def read_referral(referral_id: UUID) -> Referral:
    """A referral as the sender's side sees it."""
    referral = referral_for(db.session, current_actor(), referral_id)
    _seen("routing:referral:read", f"referral:{referral.id}", referral.case)
    return referral


def _seen(action: str, subject: str, case: Case) -> None:
    audit.record(
        db.session, current_actor(), action, subject, now=now(), chain=case.organisation_id
    )
