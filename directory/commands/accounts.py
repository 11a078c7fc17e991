"""``flask directory account …``: accounts from the console of the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.commands.group import directory_commands
from directory.core import audit
from directory.core.actor import SYSTEM, Actor
from directory.core.clock import now
from directory.core.db import transaction
from directory.core.errors import DomainError
from directory.core.i18n import LANGUAGES
from directory.models import Account, Organisation
from directory.operations import accounts
from directory.passwords import temporary_password
from directory.queries.accounts import account_by_email
from directory.roles import ROLES

CONSOLE = Actor(None, "console", SYSTEM.grants)
"""Whoever may run commands on the server; the audit says that it was done there."""
account = AppGroup("account", help="Accounts: create, role, disable, enable, reset, token.")
directory_commands.add_command(account)

EMAIL = click.argument("email")
ROLE = click.Choice(sorted(ROLES))
ORGANISATION = click.option("--organisation", help="Key of the organisation it is held in.")
COUNTRY = click.option("--country", help="ISO 3166-1 alpha-2 code of the country it is held in.")


@contextmanager
def changing() -> Iterator[Session]:
    """A transaction whose refusals are said in one line."""
    try:
        with transaction() as session:
            accounts.synchronise_roles(session)
            yield session
    except DomainError as error:
        raise click.ClickException(str(error)) from None


def organisation_named(session: Session, key: str) -> Organisation:
    """The organisation with this key in the directory."""
    found = session.scalars(select(Organisation).where(Organisation.key == key)).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no organisation {key}.")
    return found


@account.command("create")
@EMAIL
@click.option("--name", required=True, help="Name of the person.")
@click.option("--role", required=True, type=ROLE, help="First role.")
@ORGANISATION
@COUNTRY
@click.option("--language", default=LANGUAGES[0], type=click.Choice(LANGUAGES), show_default=True)
def create(
    email: str, name: str, role: str, organisation: str | None, country: str | None, language: str
) -> None:
    """Make an account and print its first password, once."""
    password = temporary_password()
    with changing() as session:
        home = organisation_named(session, organisation) if organisation else None
        made = accounts.create_account(
            session, email=email, name=name, password_hash=hash_password(password),
            language=language, is_temporary=True, actor=CONSOLE, now=now(),
        )  # fmt: skip
        accounts.give_role(
            session, made, role, actor=CONSOLE, now=now(),
            organisation_id=home.id if home else None, country=country,
        )  # fmt: skip
    click.echo(f"{email}: first password {password} (works for {accounts.TEMPORARY_HOURS} hours)")


@account.command("role")
@EMAIL
@click.argument("role", type=ROLE)
@ORGANISATION
@COUNTRY
@click.option("--withdraw", is_flag=True, help="Take the role away instead.")
def role(
    email: str, role: str, organisation: str | None, country: str | None, withdraw: bool
) -> None:
    """Give a role, or take it away; it counts from the next request on."""
    with changing() as session:
        found = account_by_email(session, email)
        home = organisation_named(session, organisation) if organisation else None
        home_id = home.id if home else None
        if withdraw:
            _withdraw(session, found, (role, home_id, country))
        else:
            accounts.give_role(
                session, found, role, actor=CONSOLE, now=now(), organisation_id=home_id,
                country=country,
            )  # fmt: skip
    click.echo(f"{email}: {role} {'taken away' if withdraw else 'given'}")


@account.command("disable")
@EMAIL
def disable(email: str) -> None:
    """Close an account; its sessions and access tokens end at once."""
    with changing() as session:
        found = account_by_email(session, email)
        ended = accounts.disable_account(session, found, actor=CONSOLE, now=now())
    click.echo(f"{email}: closed, {ended} sessions ended")


@account.command("enable")
@EMAIL
def enable(email: str) -> None:
    """Open an account again, also one that wrong passwords closed."""
    with changing() as session:
        accounts.enable_account(session, account_by_email(session, email), actor=CONSOLE, now=now())
    click.echo(f"{email}: open")


@account.command("reset")
@EMAIL
def reset(email: str) -> None:
    """Begin again as on the first day: new first password, no second factor, no session."""
    password = temporary_password()
    with changing() as session:
        accounts.reset_access(
            session, account_by_email(session, email), password_hash=hash_password(password),
            actor=CONSOLE, now=now(),
        )  # fmt: skip
    click.echo(f"{email}: first password {password} (works for {accounts.TEMPORARY_HOURS} hours)")


@account.command("token")
@EMAIL
def token(email: str) -> None:
    """Print an access token for the JSON interface, in the name of an account."""
    with changing() as session:
        found = account_by_email(session, email)
        audit.record(
            session, CONSOLE, "directory:account:make-token", f"account:{found.id}",
            now=now(), chain=accounts.chain_of(found),
        )  # fmt: skip
        made = str(found.get_auth_token())
    header = current_app.config["SECURITY_TOKEN_AUTHENTICATION_HEADER"]
    click.echo(f"{header}: {made}")


def _withdraw(session: Session, found: Account, held: tuple[str, object, str | None]) -> None:
    for grant in found.grants:
        if (grant.role.name, grant.organisation_id, grant.country) == held:
            accounts.withdraw_role(session, grant, actor=CONSOLE, now=now())
            return
    raise click.ClickException("The account does not have this role there.")
