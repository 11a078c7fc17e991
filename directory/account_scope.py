"""How far the power of an administrator of accounts reaches: whom they manage, what they give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from directory.core.actor import SYSTEM, Actor, Grant
from directory.roles import MANAGE_ACCOUNTS


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role is held. What is None does not narrow: a scope of nothing is the whole world."""

    organisation_id: UUID | None = None
    region_id: UUID | None = None
    country: str | None = None
    organisation_country: str | None = None
    """Country of the organisation, so that a national administrator reaches it."""


def may_manage(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Whether all ``scopes`` lie within what ``actor`` administers; the console reaches all."""
    if actor.grants == SYSTEM.grants:
        return True
    held = actor.grants_for(MANAGE_ACCOUNTS)
    return all(any(covers(grant, scope) for grant in held) for scope in scopes)


def covers(grant: Grant, scope: Scope) -> bool:
    """Whether ``scope`` is nowhere wider than the scope of ``grant``."""
    if grant.organisation_id is not None and scope.organisation_id != grant.organisation_id:
        return False
    if grant.region_id is not None and scope.region_id != grant.region_id:
        return False
    return grant.country is None or grant.country in (scope.country, scope.organisation_country)
