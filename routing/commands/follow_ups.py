"""Follow-ups from the command line: ``flask routing follow-ups``."""

from __future__ import annotations

import datetime as dt

import click
from sqlalchemy import select

from directory.core import audit
from directory.core.actor import SYSTEM
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.models import Account
from routing.commands.group import routing_commands
from routing.follow_ups import LABELS
from routing.queries.follow_ups import WEEK_DAYS, follow_ups_until, loads


@routing_commands.command("follow-ups")
@click.argument("email")
@click.option(
    "--days", type=click.IntRange(0, 366), default=WEEK_DAYS, help="How far to look ahead."
)
@click.option("--by-caseworker", is_flag=True, help="Only how many, for each caseworker.")
def follow_ups_command(email: str, days: int, by_caseworker: bool) -> None:
    """What the account EMAIL has to ask: late and within the next days; codes, no names."""
    account = db.session.scalars(select(Account).where(Account.email == email.lower())).first()
    if account is None:
        raise click.ClickException(f"there is no account {email}")
    at = now()
    until = at + dt.timedelta(days=days)
    with transaction() as session:
        audit.record(session, SYSTEM, "routing:follow-ups:read", f"account:{account.id}", now=at)
    if by_caseworker:
        for load in loads(db.session, account.actor, now=at, until=until):
            click.echo(f"{load.name}: {load.late} late, {load.this_week} to come")
        return
    for row in follow_ups_until(db.session, account.actor, until=until):
        when = "late" if row.due_at <= at else "due"
        referral = row.referral
        click.echo(
            f"{row.due_at:%Y-%m-%d %H:%M} {when} {referral.case.code} {referral.code} "
            f"{LABELS[row.name]}"
        )
