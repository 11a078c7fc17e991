"""``flask routing complaints …``: what an account may see of them, sums, and what is due."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select

from directory.core import outbox
from directory.core.actor import Actor
from directory.core.clock import now, today
from directory.core.db import db, transaction
from directory.models import Account
from directory.roles import COUNT_COMPLAINT, READ_COMPLAINT
from routing.commands.group import routing_commands
from routing.operations.complaint_tick import complaints_tick
from routing.queries.complaint_counts import Quarter, complaint_counts
from routing.queries.complaint_inbox import complaints_list
from routing.queries.complaint_scope import Sight

complaint_commands = AppGroup("complaints", help="Complaints, as far as an account may see them.")
routing_commands.add_command(complaint_commands)


@complaint_commands.command("list")
@click.option("--account", "email", required=True, help="Address of the account that asks.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def list_command(email: str, limit: int) -> None:
    """Open complaints of which the account may know: code, level, state, when something is due."""
    for row in complaints_list(db.session, _asking(email, READ_COMPLAINT), limit=limit):
        complaint = row.complaint
        level = complaint.level.value if row.sight is not Sight.STATE else "–"
        due = row.due_at.isoformat() if row.due_at and row.sight is Sight.FULL else "–"
        click.echo(f"{complaint.code}  {level}  {complaint.state.value:13}  {due}")


@complaint_commands.command("counts")
@click.option("--account", "email", required=True, help="Address of the account that asks.")
@click.option("--year", type=click.IntRange(2000, 2099))
@click.option("--quarter", type=click.IntRange(1, 4))
def counts_command(email: str, year: int | None, quarter: int | None) -> None:
    """Sums of a quarter, the present one unless said; small numbers are not said."""
    present = Quarter.of(today())
    asked = Quarter(year or present.year, quarter or present.number)
    actor = _asking(email, COUNT_COMPLAINT)
    for row in complaint_counts(db.session, actor, asked, now=now()):
        click.echo(
            f"{row.level.value}: {row.complaints}; first action in time: "
            f"{row.first_action_in_time}; decided in time: {row.decided_in_time}; told: {row.told}"
        )


@complaint_commands.command("tick")
def tick_command() -> None:
    """Remind handlers and overseers of what is due; the worker does the same."""
    with transaction() as session:
        report = complaints_tick(session, now=now(), between=session.commit)
        outbox.deliver(session, now=now())
    for name, number in sorted(report.done.items()):
        click.echo(f"{name}: {number}")
    if report.failed:
        click.echo(f"failed: {report.failed} (see the log)", err=True)
        sys.exit(1)


def _asking(email: str, permission: str) -> Actor:
    account = db.session.scalars(select(Account).where(Account.email == email)).one_or_none()
    if account is None or not account.actor.may(permission):
        raise click.ClickException("There is no such account, or its role does not include this.")
    return account.actor
