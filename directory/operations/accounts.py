"""Accounts: made, given roles, closed for a while after wrong passwords, ended."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from directory.account_scope import Scope, may_manage
from directory.core import audit
from directory.core.actor import Actor
from directory.core.errors import Conflict, Forbidden
from directory.core.text import N_
from directory.models import Account, AccountGrant, AccountRole
from directory.queries.accounts import scope_of, scopes_of
from directory.queries.web_sessions import end_sessions_of
from directory.roles import ROLES

TRIES = 6
"""Wrong passwords or codes in a row before the account closes for a while (trust.md C-T24)."""
LOCKED_MINUTES = 15
"""It opens again by itself, so that nobody can shut a colleague out for long [P]."""
TEMPORARY_HOURS = 72
"""How long a password on paper can be used for the first sign-in: over a weekend [P]."""


def count_failure(session: Session, account_id: UUID, *, now: dt.datetime) -> None:
    """Remember a wrong password or code; the sixth in a row closes the account for a while.

    What is tried while it is closed does not keep it closed for longer.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if account.locked_until is not None and account.locked_until > now:
        return
    account.failed_logins += 1
    if account.failed_logins >= TRIES:
        account.failed_logins = 0
        account.locked_until = now + dt.timedelta(minutes=LOCKED_MINUTES)


def forget_failures(account: Account) -> None:
    """A complete sign-in clears the count."""
    account.failed_logins, account.locked_until = 0, None


def use_code(session: Session, account_id: UUID, counter: int) -> bool:
    """Whether this half minute's code was unused so far; now it is used, and all before it."""
    unused = or_(Account.tf_last_counter.is_(None), Account.tf_last_counter < counter)
    statement = (
        update(Account)
        .where(Account.id == account_id, unused)
        .values(tf_last_counter=counter)
        .returning(Account.id)
    )
    return session.scalars(statement).one_or_none() is not None


def synchronise_roles(session: Session) -> None:
    """Bring the rows of roles to ``directory.roles``; what a country has changed is kept.

    A permission that is new in this version is added, one that is gone is taken away.
    """
    known = {role.name: role for role in session.scalars(select(AccountRole))}
    for role in ROLES.values():
        row = known.get(role.name) or AccountRole(name=role.name, permissions=[], defaults=[])
        before = frozenset(row.defaults)
        if before != role.permissions:
            own = frozenset(row.permissions) - (before - role.permissions)
            row.permissions = sorted(own | (role.permissions - before))
            row.defaults = sorted(role.permissions)
        row.description, row.sees_people = str(role.label), role.sees_people
        session.add(row)
    session.flush()


def create_account(
    session: Session, *, email: str, name: str, password_hash: str, actor: Actor, now: dt.datetime,
    language: str = "fr", is_demo: bool = False, is_temporary: bool = False,
) -> Account:  # fmt: skip
    """An account without any role yet; ``Conflict`` if the address has one already."""
    address = email.strip().lower()
    if session.scalars(select(Account.id).where(Account.email == address)).first() is not None:
        raise Conflict(N_("There is already an account with this e-mail address."))
    until = now + dt.timedelta(hours=TEMPORARY_HOURS) if is_temporary else None
    account = Account(
        email=address,
        name=name.strip(),
        password=password_hash,
        language=language,
        is_demo=is_demo,
        temporary_until=until,
        fs_uniquifier=uuid4().hex,
        fs_token_uniquifier=uuid4().hex,
    )
    session.add(account)
    session.flush()
    _record(session, account, "create", actor=actor, now=now)
    return account


def give_role(
    session: Session, account: Account, role: str, *, actor: Actor, now: dt.datetime,
    organisation_id: UUID | None = None, region_id: UUID | None = None, country: str | None = None,
) -> AccountGrant:  # fmt: skip
    """Let ``account`` act as ``role``; the administrator's own scope must reach as far."""
    scope = scope_of(session, organisation_id, region_id, country)
    _check_reach(actor, account, [scope])
    row = session.scalars(select(AccountRole).where(AccountRole.name == role)).one()
    held = (role, organisation_id, region_id, country)
    if any(
        (g.role.name, g.organisation_id, g.region_id, g.country) == held for g in account.grants
    ):
        raise Conflict(N_("The account has this role already."))
    grant = AccountGrant(
        account=account,
        role=row,
        organisation_id=organisation_id,
        region_id=region_id,
        country=country,
    )
    session.add(grant)
    session.flush()
    _record(session, account, "grant", actor=actor, now=now, role=role, grant=str(grant.id))
    return grant


def withdraw_role(session: Session, grant: AccountGrant, *, actor: Actor, now: dt.datetime) -> None:
    """Take a role away; it is gone at the account's next request."""
    account = grant.account
    _check_reach(actor, account, scopes_of(session, [grant]))
    _record(
        session,
        account,
        "withdraw",
        actor=actor,
        now=now,
        role=grant.role.name,
        grant=str(grant.id),
    )
    account.grants.remove(grant)
    session.flush()


def disable_account(session: Session, account: Account, *, actor: Actor, now: dt.datetime) -> int:
    """Close an account and end its sessions and access tokens at once; how many sessions."""
    _check_reach(actor, account, scopes_of(session, account.grants))
    account.active = False
    ended = _end_everything(session, account)
    _record(session, account, "disable", actor=actor, now=now, sessions=ended)
    return ended


def enable_account(session: Session, account: Account, *, actor: Actor, now: dt.datetime) -> None:
    """Open an account again, also one that wrong passwords closed."""
    _check_reach(actor, account, scopes_of(session, account.grants))
    account.active = True
    forget_failures(account)
    _record(session, account, "enable", actor=actor, now=now)


def reset_access(
    session: Session, account: Account, *, password_hash: str, actor: Actor, now: dt.datetime
) -> None:
    """Begin again as on the first day: a temporary password, no second factor, no session.

    Whoever lost the telephone is treated as on the first day, and nobody gets around the second
    factor by forgetting a password.
    """
    _check_reach(actor, account, scopes_of(session, account.grants))
    account.password = password_hash
    account.temporary_until = now + dt.timedelta(hours=TEMPORARY_HOURS)
    account.tf_primary_method = account.tf_totp_secret = account.tf_last_counter = None
    account.mf_recovery_codes = None
    forget_failures(account)
    ended = _end_everything(session, account)
    _record(session, account, "reset", actor=actor, now=now, sessions=ended)


def own_password_chosen(
    session: Session, account: Account, *, actor: Actor, now: dt.datetime
) -> None:
    """The person changed the password: it is theirs from now on, and access tokens end."""
    account.password_changed_at = now
    account.temporary_until = None
    withdraw_tokens(session, account, actor=actor, now=now)
    _record(session, account, "change-password", actor=actor, now=now)


def withdraw_tokens(session: Session, account: Account, *, actor: Actor, now: dt.datetime) -> None:
    """Access tokens given out so far stop working."""
    account.fs_token_uniquifier = uuid4().hex
    _record(session, account, "withdraw-tokens", actor=actor, now=now)


def chain_of(account: Account) -> UUID | None:
    """The organisation whose audit chain tells what happens to the account."""
    homes = sorted((g.organisation_id for g in account.grants if g.organisation_id), key=str)
    return homes[0] if homes else None


def _record(
    session: Session,
    account: Account,
    verb: str,
    *,
    actor: Actor,
    now: dt.datetime,
    **details: object,
) -> None:
    audit.record(
        session, actor, f"directory:account:{verb}", f"account:{account.id}",
        now=now, chain=chain_of(account), **details,
    )  # fmt: skip


def _check_reach(actor: Actor, account: Account, scopes: list[Scope]) -> None:
    """Nobody changes what reaches further than their own scope, nor what they may do themselves."""
    if actor.user_id == account.id:
        raise Forbidden(N_("Another administrator must change your own account."))
    if not may_manage(actor, scopes):
        raise Forbidden(N_("This reaches further than what you administer."))


def _end_everything(session: Session, account: Account) -> int:
    account.fs_uniquifier, account.fs_token_uniquifier = uuid4().hex, uuid4().hex
    return end_sessions_of(session, account.id)
