"""``flask routing ending`` and ``transfers``: lists for whoever runs the installation, by code."""

from __future__ import annotations

import click

from directory.core.clock import now, today
from directory.core.db import db
from routing.commands.group import routing_commands
from routing.programme_ends import AHEAD_DAYS
from routing.queries.ending_soon import all_ending_soon
from routing.queries.transfers import transfers_waiting


@routing_commands.command("ending")
@click.option("--days", default=AHEAD_DAYS, show_default=True, help="How far ahead to look.")
def ending_command(days: int) -> None:
    """Cases whose help would go on after the programme that pays for it has ended."""
    lines = all_ending_soon(db.session, today=today(), ahead_days=days)
    for line in lines:
        until = line.expected_end.isoformat() if line.expected_end else "?"
        click.echo(
            f"{line.case.code}\t{line.last_day.isoformat()}\t{until}\t{line.referral.code}\t"
            f"{line.programme or '-'}"
        )
    click.echo(f"{len(lines)} cases run past the end of a programme within {days} days.", err=True)


@routing_commands.command("transfers")
@click.option("--late", is_flag=True, help="Only those whose fourteen days have passed.")
def transfers_command(late: bool) -> None:
    """Cases that are offered to another organisation and wait for its answer."""
    waiting = transfers_waiting(db.session, late_at=now() if late else None)
    for one in waiting:
        click.echo(
            f"{one.code}\t{one.due_at.date().isoformat()}\t{one.sender.name} -> {one.receiver.name}"
        )
    click.echo(f"{len(waiting)} transfers wait for an answer.", err=True)
