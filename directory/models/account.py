"""Accounts, their roles within a scope, and their sessions on the server."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.actor import Actor, Grant
from directory.core.clock import now
from directory.core.db import Base, Json, Key


class AccountRole(Base, RoleMixin):
    """A role of ``directory.roles`` as a row that accounts can be given."""

    __tablename__ = "account_role"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(20), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))
    permissions: Mapped[list[str]] = mapped_column(Json)
    """A country may change what a role may do without a release."""
    sees_people: Mapped[bool]


class Account(Base, UserMixin):
    """Somebody who can sign in."""

    __tablename__ = "account"
    data_class: ClassVar[str] = "PARTNER"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(5), default="fr")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Invented for a demonstration: needs no second factor there, and cannot exist in production."""
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_token_uniquifier: Mapped[str | None] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[dt.datetime | None]
    last_login_at: Mapped[dt.datetime | None]
    current_login_at: Mapped[dt.datetime | None]
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None]
    """Half minute of the last accepted code: a code works once."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(Json)
    password_changed_at: Mapped[dt.datetime | None]
    temporary_until: Mapped[dt.datetime | None]
    """The password was made by an administrator: valid until then, and changed at the first sign-in."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    grants: Mapped[list[AccountGrant]] = relationship(
        back_populates="account", cascade="all, delete-orphan"
    )
    roles: Mapped[list[AccountRole]] = relationship(
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
        """Whether too many wrong passwords closed the account for a while."""
        return self.locked_until is not None and self.locked_until > now()

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """A second factor for whoever sees people, and for whoever set one up; demo accounts are excepted.

        A demo account is nobody where the installation is not a demonstration (``core.security``).
        """
        return (bool(tf_setup_methods) or self.sees_people) and not self.is_demo, tf_setup_methods

    @property
    def sees_people(self) -> bool:
        """Whether the account needs a second factor."""
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
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
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
