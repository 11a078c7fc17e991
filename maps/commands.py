"""``flask maps …``: load basemap lines, export the map."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from directory.core.clock import now
from directory.core.db import db, transaction
from directory.core.errors import DomainError
from directory.core.i18n import LANGUAGES
from maps.map_layers import Scope
from maps.operations.basemap_lines import KINDS, replace_lines

maps_commands = AppGroup("maps", help="Maps: basemap lines and exports.")


@maps_commands.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="Who made the lines; named on the map.")
def import_lines(kind: str, file: Path, source: str) -> None:
    """Replace the lines of a basemap layer with those of a GeoJSON FILE."""
    try:
        with transaction() as session:
            loaded = replace_lines(session, kind, file, source=source or file.name)
    except DomainError as error:
        raise click.ClickException("\n".join(str(reason) for reason in error.reasons)) from error
    for problem in loaded.problems:
        click.echo(f"left out: {problem}", err=True)
    click.echo(f"{loaded.lines} lines loaded, {len(loaded.problems)} left out")


@maps_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option(
    "--country", default=None, help="ISO 3166-1 alpha-2 code; default: the installation's."
)
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
def export(file: Path, country: str | None, language: str) -> None:
    """Write all public layers as one HTML FILE that opens without the internet."""
    from maps.folium_map import folium_file  # noqa: PLC0415 -- slow import

    chosen: str = country or current_app.config["SETTINGS"].default_country
    scope = Scope(chosen.upper(), now())
    with current_app.test_request_context(), force_locale(language):
        file.write_text(folium_file(db.session, scope), encoding="utf-8")
    click.echo(f"{file}: {file.stat().st_size // 1024} KB")
