"""``flask seed``: reference data, the curated directory, accounts and a demonstration."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from tqdm import tqdm

from directory.core.clock import now
from directory.core.db import transaction
from seeds.curated import countries, load_country
from seeds.reference_data import load_places, load_regions

seed = AppGroup("seed", help="Load data to start with; loading again changes nothing.")


@seed.command()
def reference() -> None:
    """Load regions, places and the curated directory of real institutions."""
    with transaction() as session:
        click.echo(f"{load_regions(session)} regions added.")
    with transaction() as session:
        click.echo(f"{load_places(session)} places added.")
    for country in tqdm(countries(), desc="Curated directory", unit="country", disable=None):
        with transaction() as session:
            loaded = load_country(session, country, now=now())
        click.echo(f"{country}: {loaded.listings} listings, {len(loaded.changed)} added or changed.")
