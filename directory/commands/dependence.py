"""``flask directory single-providers``: what depends on one organisation in a country."""

from __future__ import annotations

import click

from directory.audience import Audience
from directory.categories import CATEGORIES
from directory.commands.group import directory_commands
from directory.core.db import db
from directory.core.i18n import words
from directory.dependence import COVERAGE_WORDS, Coverage
from directory.queries.dependence import dependence_of, organisation_names


@directory_commands.command("single-providers")
@click.argument("country")
def single_providers(country: str) -> None:
    """List the kinds of services of a COUNTRY (ISO 3166-1 alpha-2), the most fragile first.

    Columns: kind of service, situation, organisations, regions with one provider, regions with none,
    and who stands alone. Confidential services do not count.
    """
    found = dependence_of(db.session, country.upper(), Audience.PARTNERS)
    names = organisation_names(db.session, found)
    for one in found:
        alone = [names[key] for key in one.organisations] if len(one.organisations) == 1 else []
        cells = (
            words(CATEGORIES[one.category].label), words(COVERAGE_WORDS[one.coverage]),
            len(one.organisations), len(one.regions(Coverage.SINGLE)),
            len(one.regions(Coverage.DESERT)), *alone,
        )  # fmt: skip
        click.echo("\t".join(map(str, cells)))
