"""``flask routing ending``, ``opening-soon`` and ``transfers``: lists of cases, by code."""

from __future__ import annotations

import click

from directory.commands.listings import ACTING, acting_as
from directory.core import audit
from directory.core.clock import now, today
from directory.core.db import db, transaction
from routing.commands.group import routing_commands
from routing.programme_ends import AHEAD_DAYS
from routing.queries.ending_soon import all_ending_soon
from routing.queries.opening_soon import AHEAD_DAYS as SOON_DAYS
from routing.queries.opening_soon import opening_soon
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


@routing_commands.command("opening-soon")
@ACTING
@click.option("--days", default=SOON_DAYS, show_default=True, help="How far ahead to look.")
def opening_soon_command(email: str, days: int) -> None:
    """Whom an account has to prepare for services that open soon: day, service, case, what is missing."""
    with transaction() as session:
        actor = acting_as(session, email)
        audit.record(
            session, actor, "routing:opening-soon:read", f"account:{actor.user_id}", now=now()
        )
        for campaign in opening_soon(session, actor, today=today(), ahead_days=days):
            for one in campaign.people:
                missing = ", ".join(one.missing) or "-"
                click.echo(
                    f"{campaign.opens_on.isoformat()}\t{campaign.listing.id}\t"
                    f"{one.need.case.code}\t{missing}"
                )
