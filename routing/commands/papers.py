"""What is printed from the console of the server: ``flask routing slip``, ``flask routing form …``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.commands.accounts import CONSOLE
from directory.core import audit
from directory.core.clock import now
from directory.core.db import transaction
from directory.core.errors import DomainError
from directory.core.i18n import LANGUAGES
from directory.pages.papers import printed, public_address, qr_code
from directory.paper import SHEETS, SLIPS
from routing.codes import read_code
from routing.commands.group import routing_commands
from routing.consent_text import consent_sentences
from routing.models import Case, Referral
from routing.operations.paper_forms import (
    print_consent_form,
    print_referral_form,
    print_transfer_form,
)
from routing.operations.tracking import give_tracking_code, renew_tracking_code
from routing.queries.receipts import receipt_of

A4 = SHEETS["a4"]
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
            complaint_address=public_address("complaints.new"),
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


@routing_commands.group("form")
def form() -> None:
    """Forms on paper: referral, consent, transfer."""


LANGUAGE = click.option(
    "--language", default=LANGUAGES[0], type=click.Choice(LANGUAGES), show_default=True
)


@form.command("referral")
@click.argument("code")
@LANGUAGE
@OUTPUT
def referral_form(code: str, language: str, output: Path) -> None:
    """Write the inter-agency form of the referral CODE: what its recipient may have now."""
    with _printing() as session:
        found = print_referral_form(
            session, referral_called(session, code), actor=CONSOLE, now=now()
        )
        content = printed("routing/papers/referral_form.html", A4, language, form=found)
    write(output, content)


@form.command("consent")
@click.argument("code")
@LANGUAGE
@OUTPUT
def consent_form(code: str, language: str, output: Path) -> None:
    """Write the consent form of the referral CODE."""
    with _printing() as session:
        found = print_consent_form(
            session, referral_called(session, code), actor=CONSOLE, now=now()
        )
        asked = found.referral
        sentences = consent_sentences(
            asked.listing.service.organisation.name, asked.need.category, found.until
        )
        content = printed(
            "routing/papers/consent_form.html", A4, language, form=found, sentences=sentences
        )
    write(output, content)


@form.command("transfer")
@click.argument("code")
@click.option("--to", "receiver", required=True, help="Key of the receiving organisation.")
@LANGUAGE
@OUTPUT
def transfer_form(code: str, receiver: str, language: str, output: Path) -> None:
    """Write the form that moves the case CODE to another organisation."""
    with _printing() as session:
        case = session.scalars(select(Case).where(Case.code == read_code(code))).one_or_none()
        if case is None:
            raise click.ClickException("There is no case of this code.")
        found = print_transfer_form(session, case, receiver, actor=CONSOLE, now=now())
        content = printed("routing/papers/transfer_form.html", A4, language, form=found)
    write(output, content)


@contextmanager
def _printing() -> Iterator[Session]:
    """A transaction whose refusals are said in one line."""
    try:
        with transaction() as session:
            yield session
    except DomainError as error:
        raise click.ClickException(str(error)) from None
