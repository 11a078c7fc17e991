"""Who is told when something happens to a complaint: only those who may know of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Account, AccountGrant, AccountRole
from directory.who import Who
from routing.models import Complaint
from routing.queries.audiences import Address
from routing.queries.complaint_scope import WORKING, complaint_seen_by, concerns, told_to


def handlers_of(session: Session, complaint: Complaint, role: Who) -> list[Address]:
    """The accounts that work on it in ``role``; else one address that names the role, which then
    shows that nobody holds it.
    """
    found = [
        account for account in _holders(session, role)
        if session.scalars(
            select(Complaint.id).where(Complaint.id == complaint.id, WORKING[role](account.actor))
        ).first()
    ]  # fmt: skip
    return _addresses(found) or [_nobody(complaint, role)]


def overseers_of(session: Session, complaint: Complaint, role: Who) -> list[Address]:
    """The accounts that watch over promises of its level, apart from those it may be about."""
    if role in WORKING and role is not Who.NC:
        return handlers_of(session, complaint, role)
    found = [
        account for account in _holders(session, role)
        if any(grant.country in (None, complaint.country) for grant in account.actor.grants)
        and not session.scalars(
            select(Complaint.id).where(Complaint.id == complaint.id, concerns(account.actor))
        ).first()
    ]  # fmt: skip
    return _addresses(found)


def sides_of(session: Session, complaint: Complaint) -> list[Address]:
    """Supervisors and services with whom a summary was shared."""
    found = [
        account
        for role in (Who.RS, Who.FP)
        for account in _holders(session, role)
        if session.scalars(
            select(Complaint.id).where(
                Complaint.id == complaint.id,
                told_to(account.actor),
                complaint_seen_by(account.actor),
            )
        ).first()
    ]
    return _addresses(found)


def _holders(session: Session, role: Who) -> list[Account]:
    query = (
        select(Account)
        .join(AccountGrant, AccountGrant.account_id == Account.id)
        .join(AccountRole, AccountRole.id == AccountGrant.role_id)
        .where(AccountRole.name == role.value, Account.active)
        .distinct()
    )
    return list(session.scalars(query))


def _addresses(accounts: list[Account]) -> list[Address]:
    return sorted({Address(account.email, account.language) for account in accounts})


def _nobody(complaint: Complaint, role: Who) -> Address:
    return Address(f"{role.value} of country:{complaint.country}", "fr")
