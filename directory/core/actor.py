"""Who is acting: plain values, so that operations and rules never meet a web session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, within a scope. An empty scope field does not narrow."""

    role: str
    """Code of protocol A.1: RC, RS, FP, PW, PA, …"""
    permissions: frozenset[str]
    """``<package>:<noun>:<verb>``."""
    organisation_id: UUID | None = None
    region_id: UUID | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with an account, the clock (``SYSTEM``) or nobody (``ANONYMOUS``)."""

    user_id: UUID | None
    label: str
    """For the audit line: the account's id or a word; never a personal name."""
    grants: tuple[Grant, ...] = ()
    ip_prefix: str = ""
    """First half of the network address, enough to see a pattern, too little to follow a person."""

    def may(self, permission: str) -> bool:
        """Whether any grant, whatever its scope, carries ``permission``."""
        return any(permission in grant.permissions for grant in self.grants)

    def grants_for(self, permission: str) -> tuple[Grant, ...]:
        """The grants that carry ``permission``: their scopes say where."""
        return tuple(grant for grant in self.grants if permission in grant.permissions)

    @property
    def roles(self) -> frozenset[str]:
        """Codes of all roles held."""
        return frozenset(grant.role for grant in self.grants)

    def organisations(self, *roles: str) -> frozenset[UUID]:
        """Organisations in which the actor holds one of ``roles`` (any role when none is given)."""
        return frozenset(
            grant.organisation_id
            for grant in self.grants
            if grant.organisation_id is not None and (not roles or grant.role in roles)
        )


SYSTEM = Actor(None, "clock", (Grant("SYS", frozenset()),))
"""The clock: expiry, escalation, reminders."""
ANONYMOUS = Actor(None, "anonymous")
"""A visitor without an account."""
