"""``flask directory search`` and ``flask directory reindex``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from flask_babel import force_locale
from tqdm import tqdm

from directory.audience import Audience
from directory.categories import CATEGORIES
from directory.commands.group import directory_commands
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.core.i18n import LANGUAGES, local, words
from directory.core.text import Metres
from directory.costs import CostModel
from directory.forms.search import asked_search
from directory.operations.search_index import rebuild
from directory.organisation_kinds import OrganisationKind
from directory.plain_words import cost_words
from directory.queries.filters import Moment
from directory.queries.result_rows import ResultRow, result_rows
from directory.queries.search import found_listings
from directory.search_request import Search, Sort

FILTERS = (
    click.option("--category", multiple=True, type=click.Choice(list(CATEGORIES))),
    click.option(
        "--kind", multiple=True, type=click.Choice([kind.value for kind in OrganisationKind])
    ),
    click.option("--cost", multiple=True, type=click.Choice([model.value for model in CostModel])),
    click.option("--language", multiple=True, help="ISO 639 code of a language spoken there."),
    click.option("--accessibility", multiple=True, help="A need that must be met; several: all."),
    click.option("--country", help="ISO 3166-1 alpha-2 code."),
    click.option("--region", help="Code of a region, such as GN-L."),
    click.option("--near", help="Name of a place or region, or LATITUDE,LONGITUDE."),
    click.option("--within", help="Kilometres as the crow flies, the limit included."),
    click.option("--verified", help="Verified at most so many days ago."),
    click.option("--open-now", is_flag=True, help="Receives people at this hour."),
    click.option("--intake-open", is_flag=True, help="Takes new people today."),
    click.option("--self-referral", is_flag=True, help="One can go there without being sent."),
    click.option("--sort", type=click.Choice([sort.value for sort in Sort])),
)
"""The filters of the search page as options."""


def filters_as_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that takes every filter of a search."""
    for option in reversed(FILTERS):
        command = option(command)
    return command


def search_of(words: Sequence[str], filters: Mapping[str, object]) -> Search:
    """What the options ask for; what cannot be understood ends the command."""
    asked = asked_search(db.session, {"q": [" ".join(words)]} | _query(filters))
    if asked.problems:
        raise click.ClickException(" ".join(str(reason) for reason in asked.problems.values()))
    return asked.search


@directory_commands.command("search")
@click.argument("words", nargs=-1)
@filters_as_options
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--lang", "shown_in", default="fr", show_default=True, type=click.Choice(LANGUAGES))
def find(words: tuple[str, ...], limit: int, shown_in: str, **filters: object) -> None:
    """Find public services: the same answer as the page of the search."""
    search = search_of(words, filters)
    moment = Moment(now())
    found = found_listings(
        db.session,
        search,
        audience=Audience.EVERYBODY,
        moment=moment,
        language=shown_in,
        facets=False,
    )
    with force_locale(shown_in):
        for row in result_rows(db.session, found, moment.today, stop=limit):
            click.echo(_line(row))
    for typed, meant in found.words.corrected:
        click.echo(f"{typed} was taken for {meant}.", err=True)
    click.echo(f"{len(found)} found.", err=True)


@directory_commands.command("reindex")
def reindex() -> None:
    """Write the search index anew, and forget words that no listing holds any more."""
    with transaction() as session, tqdm(unit="listing") as bar:

        def told(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        count = rebuild(session, told)
    click.echo(f"{count} listings indexed.")


def _query(filters: Mapping[str, object]) -> dict[str, list[str]]:
    """The options as a query string has them."""
    query: dict[str, list[str]] = {}
    for name, value in filters.items():
        if isinstance(value, tuple):
            query[name] = [str(one) for one in value]
        elif value is True:
            query[name] = ["1"]
        elif value not in (None, False):
            query[name] = [str(value)]
    return query


def _line(row: ResultRow) -> str:
    card = row.card
    far = "" if row.metres is None else words(Metres(row.metres))
    cost = words(cost_words(card.cost_model, card.price, card.currency))
    where = ", ".join(part for part in (card.place, card.region, card.country) if part)
    return "\t".join((str(card.id), local(card.name), card.organisation, where, far, cost))
