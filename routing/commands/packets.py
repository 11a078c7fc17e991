"""``flask routing packet``: keys of this installation, and files that arrive from another."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from directory.core.actor import SYSTEM
from directory.core.clock import now
from directory.core.db import transaction
from directory.core.errors import DomainError, Invalid
from directory.core.i18n import translate
from directory.models import Organisation
from routing.commands.group import routing_commands
from routing.operations.packet_files import import_packet
from routing.packets import new_secrets, public_entry, read_keys

packet = AppGroup("packet", help="Files in which people are announced across a border.")
routing_commands.add_command(packet)


@packet.command("keys")
@click.argument("name")
def keys_command(name: str) -> None:
    """Make new keys for an installation called NAME: one line to keep secret, one to give away."""
    secrets = new_secrets()
    click.echo(f"PASSERELLE_PACKET_NAME={name}")
    click.echo(f"PASSERELLE_PACKET_SECRETS={secrets}")
    click.echo(f"for the others, in PASSERELLE_PACKET_PARTNERS: "
               f"{public_entry(read_keys(name, secrets, ''))}")  # fmt: skip


@packet.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="Key of the organisation that receives.")
def import_command(file: Path, organisation: str) -> None:
    """Take FILE in for an organisation; its arrival desk sees the person, this command does not."""
    settings = current_app.config["SETTINGS"]
    try:
        with transaction() as session:
            receiver = session.scalars(
                select(Organisation).where(Organisation.key == organisation)
            ).one_or_none()
            if receiver is None:
                raise click.UsageError(f"There is no organisation {organisation!r}.")
            keys = read_keys(
                settings.packet_name, settings.packet_secrets, settings.packet_partners
            )
            found = import_packet(
                session, file.read_bytes(), keys=keys, receiver=receiver, actor=SYSTEM, now=now()
            )
            click.echo(f"taken in: {found.number}")
    except DomainError as error:
        reasons = error.fields.values() if isinstance(error, Invalid) else error.reasons
        for reason in reasons:
            click.echo(translate(reason), err=True)
        sys.exit(1)
