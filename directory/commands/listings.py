"""``flask directory …`` for whoever keeps listings: list, verify, other steps, staleness."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tqdm import tqdm

from directory.categories import CATEGORIES
from directory.commands.group import directory_commands
from directory.core.actor import Actor
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.core.errors import DomainError
from directory.listing_life import LABELS, LIFE, State
from directory.models import Account
from directory.operations.listings import take_listing_step
from directory.operations.staleness import mark_stale_listings
from directory.queries.listing_keys import listing_named
from directory.queries.listing_lines import listing_lines
from directory.queries.listing_scope import role_for_step

STEPS = sorted(name for name in LIFE.names if name not in ("create", "load", "go-stale"))
ACTING = click.option(
    "--as", "email", required=True, help="E-mail of the account in whose name it is done."
)
REASON = click.option("--reason", default="", help="Why, in words; some steps ask for it.")


@directory_commands.command("list")
@click.option("--country", default="", help="ISO 3166-1 alpha-2 code.")
@click.option("--category", default="", type=click.Choice(["", *CATEGORIES]))
@click.option("--state", default="", type=click.Choice(["", *(state.value for state in State)]))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
def list_listings(country: str, category: str, state: str, limit: int) -> None:
    """List listings with their keys, whatever their state."""
    lines = listing_lines(
        db.session, country=country.upper(), category=category,
        state=State(state) if state else None, limit=limit,
    )  # fmt: skip
    for line in lines:
        verified = f"{line.verified_at:%Y-%m-%d}" if line.verified_at else "never"
        click.echo(f"{line.key}\t{line.state.value}\t{verified}\t{line.name}\t{line.place}")


@directory_commands.command("verify")
@click.argument("keys", metavar="LISTING_KEY...", nargs=-1, required=True)
@ACTING
def verify(keys: tuple[str, ...], email: str) -> None:
    """Verify listings; all of them or none. Who verifies is not who edited.

    A key is service@site as ``flask directory list`` prints it, or a part of it that is enough.
    """
    take_steps(keys, "verify", email, "")


@directory_commands.command("step")
@click.argument("keys", metavar="LISTING_KEY...", nargs=-1, required=True)
@click.argument("name", metavar="STEP", type=click.Choice(STEPS))
@ACTING
@REASON
def step(keys: tuple[str, ...], name: str, email: str, reason: str) -> None:
    """Move listings along their life: submit, confirm, suspend, resume, end, …; all or none."""
    take_steps(keys, name, email, reason)


@directory_commands.command("stale")
def stale() -> None:
    """Mark verified listings that nobody has confirmed for too long; meant for each night."""
    with tqdm(desc="Out of date", unit="listing", disable=None) as bar:

        def told(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        with transaction() as session:
            marked = mark_stale_listings(session, now(), told)
    click.echo(f"{len(marked)} listings are out of date and say so now.")


def take_steps(keys: tuple[str, ...], name: str, email: str, reason: str) -> None:
    """Take one step of several listings in one transaction, and say where they stand."""
    with refusals(), transaction() as session:
        actor = acting_as(session, email)
        for key in keys:
            listing = listing_named(session, key)
            who = role_for_step(session, actor, listing, name)
            take_listing_step(
                session, listing, name, actor=actor, who=who, now=now(), reason=reason
            )
            click.echo(f"{key}: {LABELS[listing.state]}")


def acting_as(session: Session, email: str) -> Actor:
    """The account with this address as an actor."""
    query = select(Account).where(func.lower(Account.email) == email.strip().lower())
    account = session.scalars(query).one_or_none()
    if account is None or not account.active:
        raise click.ClickException(f"There is no active account {email}.")
    return account.actor


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal of the domain becomes sentences on the screen, not a traceback."""
    try:
        yield
    except DomainError as error:
        reasons = [str(reason) for reason in error.reasons]
        lines = reasons if str(error.reason) in reasons else [str(error.reason), *reasons]
        raise click.ClickException("\n  ".join([*lines, "Nothing was changed."])) from error
