"""``flask directory hsds-export`` and ``hsds-check``: the directory as HSDS, without a server."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson
from flask import current_app
from flask_babel import force_locale
from tqdm import tqdm

from directory.audience import Audience
from directory.commands.group import directory_commands
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import LANGUAGES
from directory.hsds_conformance import Conformance, NoSchema, violations
from directory.hsds_selection import Selection
from directory.hsds_tables import write_tables
from directory.queries.hsds_lists import (
    keys_of,
    objects_of,
    taxonomy_objects,
    term_objects,
)
from directory.queries.hsds_offers import Reader, reader_for
from directory.queries.listing_view import DESCRIBERS

KINDS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
}
LANGUAGE = click.option(
    "--lang", "shown_in", default=LANGUAGES[0], show_default=True, type=click.Choice(LANGUAGES)
)


@directory_commands.command("hsds-export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--tables", is_flag=True, help="A zip of one CSV a kind of object, with datapackage.")
@LANGUAGE
def export(file: Path, *, tables: bool, shown_in: str) -> None:
    """Write every public service to FILE, whole, one a line (ndjson); - is the standard output.

    What is for partners or confidential is never written.
    """
    with force_locale(shown_in):
        objects = _objects("services", "full", shown_in)
        if tables:
            write_tables(
                _file_for_tables(file), objects, taxonomy_objects(""), term_objects("", None, None)
            )
            return
        with click.open_file(str(file), "wb", atomic=True) as stream:
            for one in objects:
                stream.write(orjson.dumps(one) + b"\n")


@directory_commands.command("hsds-check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@LANGUAGE
def check(folder: Path, shown_in: str) -> None:
    """Compare all that is published with the schemas in FOLDER, such as those of HSDS 3.1.

    Prints how many objects of each kind were looked at, and every violation. Exit code 1 if there
    is one.
    """
    schemas, looked_at, wrong = Conformance(folder), Counter[str](), 0
    with force_locale(shown_in):
        for kind, form, one, validator in _all_objects(schemas, shown_in):
            looked_at[f"{kind}, {form}"] += 1
            for violation in violations(validator, one):
                wrong += 1
                click.echo(f"{kind} {one.get('id')}, {form}: {violation}")
    for name, count in looked_at.items():
        click.echo(f"{count:>7}  {name}")
    click.echo(f"{wrong} violations." if wrong else "No violations.")
    if wrong:
        sys.exit(1)


def _all_objects(schemas: Conformance, language: str) -> Iterator[tuple[str, str, Any, Any]]:
    """Kind, form, object and validator of everything that can be asked for."""
    try:
        for name, kind in KINDS.items():
            for form in ("full", "brief", "minimal") if name == "services" else ("full", "brief"):
                validator = schemas.validator(kind, in_list=form != "full")
                for one in _objects(name, form, language):
                    yield kind, form, one, validator
        for kind, found in (
            ("taxonomy", taxonomy_objects("")),
            ("taxonomy_term", term_objects("", None, None)),
        ):
            validator = schemas.validator(kind, in_list=False)
            for one in found:
                yield kind, "full", one, validator
    except NoSchema as error:
        raise click.ClickException(f"The folder holds no schema of {error}.") from error


def _objects(name: str, form: str, language: str) -> Iterator[dict[str, Any]]:
    """Everything public of one kind, with a bar that shows how far it is."""
    reader = _reader()
    keys = keys_of(db.session, name, Selection(), reader, language)
    found = objects_of(db.session, name, keys.all(), reader, form=form)
    yield from tqdm(found, total=keys.total, desc=f"{name}, {form}", unit="row", disable=None)


def _reader() -> Reader:
    describers = current_app.extensions[DESCRIBERS]
    return reader_for(db.session, describers, audience=Audience.EVERYBODY, now=now())


def _file_for_tables(file: Path) -> Path:
    if str(file) == "-":
        raise click.ClickException("Tables need a FILE: a zip cannot be written as it goes.")
    return file
