"""Accounts and the roles they hold, as far as an administrator may see them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from directory.account_scope import Scope
from directory.core.actor import Actor, Grant
from directory.core.errors import NotFound
from directory.models import Account, AccountGrant, Organisation
from directory.roles import MANAGE_ACCOUNTS


def managed_accounts(actor: Actor) -> Select[tuple[Account]]:
    """Accounts with a role within the scope of ``actor``, by name.

    Whoever administers everything also sees accounts without a role.
    """
    grants = actor.grants_for(MANAGE_ACCOUNTS)
    everywhere = any(_is_everywhere(grant) for grant in grants)
    within = or_(false(), *(_within(grant) for grant in grants))
    seen = true() if everywhere else Account.grants.any(within)
    loading = selectinload(Account.grants)
    return select(Account).where(seen).options(loading).order_by(Account.name, Account.email)


def account_for(session: Session, actor: Actor, account_id: UUID) -> Account:
    """The account, or ``NotFound`` if there is none that ``actor`` manages."""
    account = session.scalars(managed_accounts(actor).where(Account.id == account_id)).one_or_none()
    if account is None:
        raise NotFound
    return account


def account_by_email(session: Session, email: str) -> Account:
    """The account that signs in with ``email``, or ``NotFound``."""
    query = select(Account).where(func.lower(Account.email) == email.strip().lower())
    account = session.scalars(query).one_or_none()
    if account is None:
        raise NotFound
    return account


def scopes_of(session: Session, grants: Iterable[AccountGrant]) -> list[Scope]:
    """Where roles are held."""
    return [
        scope_of(session, grant.organisation_id, grant.region_id, grant.country) for grant in grants
    ]


def scope_of(
    session: Session, organisation_id: UUID | None, region_id: UUID | None, country: str | None
) -> Scope:
    """A scope with the country of its organisation."""
    organisation = session.get(Organisation, organisation_id) if organisation_id else None
    home = organisation.country if organisation else None
    return Scope(organisation_id, region_id, country, home)


def organisations_managed(session: Session, actor: Actor) -> list[Organisation]:
    """Organisations in which ``actor`` may give roles, by name."""
    grants = actor.grants_for(MANAGE_ACCOUNTS)
    reached = or_(false(), *(_organisations_within(grant) for grant in grants))
    return list(session.scalars(select(Organisation).where(reached).order_by(Organisation.name)))


def _is_everywhere(grant: Grant) -> bool:
    return (grant.organisation_id, grant.region_id, grant.country) == (None, None, None)


def _within(grant: Grant) -> ColumnElement[bool]:
    """As ``account_scope.covers``, on ``AccountGrant``."""
    found: ColumnElement[bool] = true()
    if grant.organisation_id is not None:
        found &= AccountGrant.organisation_id == grant.organisation_id
    if grant.region_id is not None:
        found &= AccountGrant.region_id == grant.region_id
    if grant.country is not None:
        at_home = select(Organisation.id).where(Organisation.country == grant.country)
        found &= or_(
            AccountGrant.country == grant.country, AccountGrant.organisation_id.in_(at_home)
        )
    return found


def _organisations_within(grant: Grant) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    if grant.organisation_id is not None:
        found &= Organisation.id == grant.organisation_id
    if grant.country is not None:
        found &= Organisation.country == grant.country
    return found
