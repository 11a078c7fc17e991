"""``flask routing help-line``: the number on the receipts of an organisation."""

from __future__ import annotations

import click

from directory.commands.accounts import CONSOLE, changing, organisation_named
from directory.core.clock import now
from routing.commands.group import routing_commands
from routing.help_lines import read_help_line
from routing.operations.help_lines import set_help_line


@routing_commands.command("help-line")
@click.argument("organisation")
@click.option("--phone", help="As it is dialled in the country of the organisation; none: no line.")
@click.option("--hours", help="When somebody answers, in words.")
def help_line_command(organisation: str, phone: str | None, hours: str | None) -> None:
    """Say which number the people call whom ORGANISATION (its key) accompanies."""
    with changing() as session:
        found = organisation_named(session, organisation)
        line = read_help_line(phone, hours, found.country)
        set_help_line(session, found, line, actor=CONSOLE, now=now())
    click.echo(f"{line.phone or 'no help line'}\t{line.hours or ''}".rstrip())
