"""Accounts, their roles within a scope, and their sessions on the server."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from flask_security import RoleMixin, UserMixin
from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.actor import Actor, Grant
from directory.core.clock import now
from directory.core.db import Base, Json, Key
from directory.roles import MANAGE_ACCOUNTS


class AccountRole(Base, RoleMixin):
    """A role of ``directory.roles`` as a row that accounts can be given."""

    __tablename__ = "account_role"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]  # type: ignore[assignment]  # Flask-Security expects a number
    name: Mapped[str] = mapped_column(String(20), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))
    permissions: Mapped[list[str]] = mapped_column(Json)
    """A country may change what a role may do without a release."""
    defaults: Mapped[list[str]] = mapped_column(Json)
    """What ``directory.roles`` said when it was last compared: the rest is the country's own."""
    sees_people: Mapped[bool]


class Account(Base, UserMixin):
    """Somebody who can sign in."""

    __tablename__ = "account"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]  # type: ignore[assignment]  # Flask-Security expects a number
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(5), default="fr")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Invented for a demonstration: needs no second factor there, and is nobody elsewhere."""
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_token_uniquifier: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # may be empty
        String(64), unique=True
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    """Half minute of the last accepted code: a code works once."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(JSON().with_variant(JSONB(), "postgresql"))
    )
    """Encrypted; Flask-Security takes a used one out of the list in place."""
    password_changed_at: Mapped[dt.datetime | None]
    temporary_until: Mapped[dt.datetime | None]
    """The password is an administrator's: valid until then, changed at the first sign-in."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    grants: Mapped[list[AccountGrant]] = relationship(
        back_populates="account", cascade="all, delete-orphan"
    )
    roles: Mapped[list[AccountRole]] = relationship(  # type: ignore[assignment]  # rows of ours
        secondary="account_grant", viewonly=True
    )

    @property
    def actor(self) -> Actor:
        """The account as plain values for rules and operations."""
        return Actor(
            self.id,
            str(self.id),
            tuple(grant.plain for grant in self.grants) if self.active else (),
        )

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether the account is closed: many wrong passwords, or a temporary one is too old."""
        too_many = self.locked_until is not None and self.locked_until > now()
        return too_many or (self.temporary_until is not None and self.temporary_until <= now())

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """A second factor for whoever needs one, and for whoever set one up; not for demo accounts.

        A demo account is nobody where the installation is not a demonstration (``core.security``).
        """
        return (
            bool(tf_setup_methods) and not self.is_demo
        ) or self.needs_second_factor, tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Whether the second factor may not be switched off."""
        return self.needs_second_factor

    @property
    def needs_second_factor(self) -> bool:
        """Whoever sees people or decides who may; demo accounts are excepted."""
        manages = any(MANAGE_ACCOUNTS in grant.role.permissions for grant in self.grants)
        return (self.sees_people or manages) and not self.is_demo

    @property
    def has_second_factor(self) -> bool:
        """Whether one was set up."""
        return bool(self.tf_primary_method and self.tf_totp_secret)

    @property
    def next_duty(self) -> str | None:
        """Where a signed-in account must go first: own password, second factor, recovery codes."""
        if self.temporary_until is not None:
            return "security.change_password"
        if self.needs_second_factor and not self.has_second_factor:
            return "security.two_factor_setup"
        if self.needs_second_factor and self.mf_recovery_codes is None:
            return "security.mf_recovery_codes"
        return None

    @property
    def sees_people(self) -> bool:
        """Whether any of its roles does."""
        return any(grant.role.sees_people for grant in self.grants)


class AccountGrant(Base):
    """One role of one account, within an organisation, a region or a country."""

    __tablename__ = "account_grant"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role_id: Mapped[UUID] = mapped_column(ForeignKey("account_role.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"))
    country: Mapped[str | None] = mapped_column(String(2))
    account: Mapped[Account] = relationship(back_populates="grants")
    role: Mapped[AccountRole] = relationship(lazy="joined")

    @property
    def plain(self) -> Grant:
        """The grant as plain values."""
        return Grant(
            self.role.name,
            frozenset(self.role.permissions),
            self.organisation_id,
            self.region_id,
            self.country,
        )


class WebSession(Base):
    """A browser's session, kept on the server so that it can be ended at once."""

    __tablename__ = "web_session"
    data_class: ClassVar[str] = "PERSONAL"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    """Hash of the random identifier in the cookie."""
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    device: Mapped[str] = mapped_column(String(120), default="")
