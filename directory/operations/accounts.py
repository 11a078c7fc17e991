"""Accounts: made, given roles, locked for a while after wrong passwords, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import audit
from directory.core.actor import Actor
from directory.models import Account, AccountGrant, AccountRole
from directory.queries.web_sessions import end_sessions_of
from directory.roles import ROLES

TRIES = 6
"""Wrong passwords or codes in a row before the account closes for a while (trust.md C-T24)."""
LOCKED_MINUTES = 15
"""It opens again by itself, so that nobody can shut a colleague out for long [P]."""


def count_failure(session: Session, account_id: UUID, *, now: dt.datetime) -> None:
    """Remember a wrong password; the sixth in a row locks the account for a while."""
    account = session.get_one(Account, account_id, with_for_update=True)
    account.failed_logins += 1
    if account.failed_logins >= TRIES:
        account.failed_logins = 0
        account.locked_until = now + dt.timedelta(minutes=LOCKED_MINUTES)


def forget_failures(session: Session, account_id: UUID) -> None:
    """A right password clears the count."""
    account = session.get_one(Account, account_id)
    account.failed_logins, account.locked_until = 0, None


def synchronise_roles(session: Session) -> None:
    """Bring the rows of roles to ``directory.roles``; a country's own permissions are kept."""
    known = {role.name: role for role in session.scalars(select(AccountRole))}
    for role in ROLES.values():
        if role.name not in known:
            session.add(
                AccountRole(
                    name=role.name, description=str(role.label), permissions=sorted(role.permissions),
                    sees_people=role.sees_people,
                )
            )  # fmt: skip
    session.flush()


def create_account(
    session: Session, *, email: str, name: str, password_hash: str, language: str = "fr", is_demo: bool = False,
) -> Account:  # fmt: skip
    """An account without any role yet."""
    account = Account(
        email=email, name=name, password=password_hash, language=language, is_demo=is_demo,
        fs_uniquifier=uuid4().hex, fs_token_uniquifier=uuid4().hex,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def give_role(
    session: Session, account: Account, role: str, *, actor: Actor, now: dt.datetime,
    scope: Mapping[str, UUID | str | None],
) -> AccountGrant:  # fmt: skip
    """Let ``account`` act as ``role`` within ``scope`` (``organisation_id``, ``region_id``, ``country``)."""
    row = session.scalars(select(AccountRole).where(AccountRole.name == role)).one()
    grant = AccountGrant(account=account, role=row, **scope)
    session.add(grant)
    session.flush()
    audit.record(session, actor, "directory:account:grant", f"account:{account.id}", now=now, role=role)
    return grant


def disable_account(session: Session, account: Account, *, actor: Actor, now: dt.datetime) -> int:
    """Close an account and end its sessions at once; how many there were."""
    account.active = False
    account.fs_token_uniquifier = uuid4().hex  # access tokens given out so far stop working
    audit.record(session, actor, "directory:account:disable", f"account:{account.id}", now=now)
    return end_sessions_of(session, account.id)
