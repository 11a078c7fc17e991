"""``flask directory audit …``: what is kept outside, and whether the record still says the same."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from directory.commands.group import directory_commands
from directory.core import audit
from directory.core.db import db

audit_commands = AppGroup("audit", help="The record of who did and saw what.")
directory_commands.add_command(audit_commands)


@audit_commands.command("anchors")
def anchors() -> None:
    """Print the last line of every chain: keep it where this server cannot write."""
    for head in audit.anchors(db.session):
        click.echo(f"{head.name} {head.number} {head.digest}")


@audit_commands.command("verify")
@click.option(
    "--anchors", "kept", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with lines that ``anchors`` printed before.",
)  # fmt: skip
def verify(kept: Path | None) -> None:
    """Check that no line was changed, removed or moved, and that every kept anchor is still there.

    Without kept anchors a record that was rewritten as a whole cannot be told from a true one.
    """
    faults = [
        f"{chain}: line {number}"
        for chain in audit.chain_names(db.session)
        if (number := audit.first_fault(db.session, chain)) is not None
    ]
    if kept is not None:
        missing = audit.missing_anchors(db.session, read_anchors(kept))
        faults += [f"{chain}: anchor {number} is gone" for chain, number in missing]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo("Nothing was changed.")


def read_anchors(path: Path) -> list[tuple[str, int, str]]:
    """Lines ``chain number digest``."""
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    return [(chain, int(number), digest) for chain, number, digest in rows]
