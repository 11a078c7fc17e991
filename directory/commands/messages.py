"""``flask directory messages …``: what waits, what has failed, and another try."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from directory.commands.group import directory_commands
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.core.outbox import MessageState
from directory.operations import delivery

message_commands = AppGroup("messages", help="Messages: what waits, what has failed.")
directory_commands.add_command(message_commands)


@message_commands.command("list")
def list_messages() -> None:
    """Count the messages of each channel by state, and the reasons of failures."""
    found = delivery.counts(db.session)
    for channel, state, number in found:
        click.echo(f"{channel}: {state} {number}")
    for code, number in delivery.problems(db.session):
        click.echo(f"failed, {code}: {number}")
    if not found:
        click.echo("There are no messages.")


@message_commands.command("retry")
def retry() -> None:
    """Queue failed messages again; those that the operator could not deliver stay."""
    with transaction() as session:
        number = delivery.retry_failed(session, now=now())
    click.echo(f"{MessageState.QUEUED}: {number}")
