"""What is printed from the console of the server: ``flask routing slip``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.commands.accounts import CONSOLE
from directory.core import audit
from directory.core.clock import now
from directory.core.db import transaction
from directory.pages.papers import printed, public_address, qr_code
from directory.paper import SHEETS, SLIPS
from routing.codes import read_code
from routing.commands.group import routing_commands
from routing.models import Referral
from routing.operations.tracking import give_tracking_code, renew_tracking_code
from routing.queries.receipts import receipt_of

OUTPUT = click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="File to write.",
)  # fmt: skip


@routing_commands.command("slip")
@click.argument("code")
@click.option(
    "--width", type=click.Choice(SLIPS), default=SLIPS[0], show_default=True,
    help="Sheet, or millimetres of a till roll.",
)  # fmt: skip
@click.option("--renew", is_flag=True, help="Give a new tracking code; the old one stops.")
@OUTPUT
def slip(code: str, width: str, *, renew: bool, output: Path) -> None:
    """Write the receipt of the referral CODE as PDF, in the language of the person."""
    with transaction() as session:
        referral = referral_called(session, code)
        give = renew_tracking_code if renew else give_tracking_code
        give(session, referral.member, actor=CONSOLE, now=now())
        receipt = receipt_of(session, referral)
        address = public_address("status.form")
        content = printed(
            "routing/papers/slip.html", SHEETS[width], receipt.language, receipt=receipt,
            status_address=address, scan=qr_code(address) if address else "",
            complaint_address="",
        )  # fmt: skip
        note_print(session, referral, "routing:receipt:print", sheet=width)
    write(output, content)


def referral_called(session: Session, code: str) -> Referral:
    """The referral of that code, as people say it."""
    found = session.scalars(select(Referral).where(Referral.code == read_code(code))).one_or_none()
    if found is None:
        raise click.ClickException("There is no referral of this code.")
    return found


def note_print(session: Session, referral: Referral, action: str, **details: Any) -> None:
    """Whoever has the console is noted like everybody who reads about a person."""
    audit.record(
        session, CONSOLE, action, f"referral:{referral.id}", now=now(),
        chain=referral.case.organisation_id, **details,
    )  # fmt: skip


def write(output: Path, content: bytes) -> None:
    """The file, and where it is."""
    output.write_bytes(content)
    click.echo(f"{output}: {len(content)} bytes")
