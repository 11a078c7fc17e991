"""Money owed to people: ``flask routing reimbursements``."""

from __future__ import annotations

import sys

import click

from directory.core.clock import now
from directory.core.db import db
from routing.commands.group import routing_commands
from routing.queries.expenses import counts_by_state


@routing_commands.command("reimbursements")
def reimbursements_command() -> None:
    """Count what is owed to people, by state; fails if something is late. Names nobody."""
    counts = counts_by_state(db.session, now=now())
    for name, number in sorted(counts.items()):
        click.echo(f"{name}: {number}")
    if not counts:
        click.echo("Nothing is owed.")
    if counts["late"]:
        sys.exit(1)
