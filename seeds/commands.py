"""``flask seed``: reference data, the curated directory, accounts and a demonstration."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from directory.core.clock import now
from directory.core.db import transaction
from directory.roles import ROLES
from seeds.curated import countries, load_country
from seeds.demo_accounts import DEMO_ACCOUNTS, PASSWORD, address_of, load_demo_accounts
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
        click.echo(
            f"{country}: {loaded.listings} listings, {len(loaded.changed)} added or changed."
        )


@seed.command()
def accounts() -> None:
    """Create the accounts of the demonstration where they are missing, and print them."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException(
            "Demo accounts exist only in a demonstration: set PASSERELLE_DEMO=1."
        )
    with transaction() as session:
        load_demo_accounts(session, now=now())
    click.echo(f"Demo accounts, password {PASSWORD}:")
    for entry in DEMO_ACCOUNTS:
        click.echo(f"  {address_of(entry):34} {ROLES[entry.role].label}")
