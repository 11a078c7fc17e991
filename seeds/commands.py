"""``flask seed``: reference data, the curated directory, accounts and a demonstration."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from tqdm import tqdm

from directory.core.clock import now
from directory.core.db import transaction
from directory.operations.accounts import synchronise_roles
from directory.roles import ROLES
from routing.complaint_receipts import grouped
from seeds.curated import countries, load_country
from seeds.demo_accounts import DEMO_ACCOUNTS, PASSWORD, address_of, load_demo_accounts
from seeds.demo_cases import load_demo_cases
from seeds.demo_complaints import load_demo_complaints
from seeds.demo_directory import load_demo_directory
from seeds.demo_households import load_demo_households
from seeds.reference_data import load_places, load_regions

seed = AppGroup("seed", help="Load data to start with; loading again changes nothing.")


@seed.command()
def reference() -> None:
    """Load roles, regions, places and the curated directory of real institutions."""
    with transaction() as session:
        synchronise_roles(session)
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
    _only_in_a_demonstration()
    with transaction() as session:
        load_demo_accounts(session, now=now())
    click.echo(f"Demo accounts, password {PASSWORD}:")
    for entry in DEMO_ACCOUNTS:
        click.echo(f"  {address_of(entry):34} {ROLES[entry.role].label}")


@seed.command()
def demo() -> None:
    """Invented people and referrals in every state, marked as a demonstration on every screen."""
    _only_in_a_demonstration()
    with transaction() as session:
        load_demo_accounts(session, now=now())
        verified = load_demo_directory(session, now=now())
    click.echo(f"{verified} listings verified for the demonstration.")
    with transaction() as session:
        states = load_demo_cases(session, now=now())
        made = list(tqdm(states, desc="Invented people", unit="person", disable=None))
        household = load_demo_households(session, now=now())
    click.echo(f"{len(made)} invented people with referrals in {len(set(made))} states.")
    click.echo(f"{household} invented people of a household and before a campaign.")
    with transaction() as session:
        receipts = load_demo_complaints(session, now=now())
    click.echo(f"{len(receipts)} invented complaints.")
    for receipt in receipts:
        click.echo(f"  receipt {grouped(receipt)}")


def _only_in_a_demonstration() -> None:
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException(
            "Invented people and accounts exist only in a demonstration: set PASSERELLE_DEMO=1."
        )
