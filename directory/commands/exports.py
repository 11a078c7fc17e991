"""``flask directory export``: what a search finds, as a file of any format."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click
from flask_babel import force_locale
from tqdm import tqdm

from directory.audience import Audience
from directory.commands.group import directory_commands
from directory.commands.listings import refusals
from directory.commands.search import filters_as_options, search_of
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import LANGUAGES, words
from directory.file_formats import writer_of
from directory.operations.exports import Export, export_listings


@directory_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("asked", metavar="[WORDS]...", nargs=-1)
@click.option("--format", "name", default="", help="Default: what the ending of FILE says.")
@filters_as_options
@click.option("--lang", "shown_in", default="fr", show_default=True, type=click.Choice(LANGUAGES))
def export(file: Path, asked: tuple[str, ...], name: str, shown_in: str, **filters: object) -> None:
    """Write public services to FILE: those that WORDS and the filters find, or all of them."""
    with refusals(), written_whole(file) as stream, force_locale(shown_in):
        _, write = writer_of(name, file.name)
        wanted = Export(
            search=search_of(asked, filters), audience=Audience.EVERYBODY, now=now(),
            language=shown_in, words=words,
        )  # fmt: skip
        with tqdm(desc="Writing", unit="listing", disable=None) as bar:

            def told(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            count = export_listings(db.session, wanted, stream, write, told)
    click.echo(f"{count} services written to {file}.")


@contextmanager
def written_whole(target: Path) -> Iterator[BinaryIO]:
    """A file that appears whole at the end, or not at all."""
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as stream:
        unfinished = Path(stream.name)
        try:
            yield cast("BinaryIO", stream)
            stream.flush()
            os.fsync(stream.fileno())
            unfinished.chmod(0o644)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
