"""Proposals from the command line: ``flask routing batch``, ``propose``, ``criteria``."""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import Actor, Grant
from directory.core.clock import now, today
from directory.core.db import db, transaction
from directory.core.errors import Invalid
from directory.core.i18n import LANGUAGES, words
from directory.core.text import N_
from directory.models import Organisation
from directory.roles import ROLES
from routing.commands.group import routing_commands
from routing.commands.people_rows import AnswerRows
from routing.criteria import KINDS
from routing.eligibility import LABELS, Verdict
from routing.fact_table import FACTS
from routing.forms.people_file import PeopleFile, PersonRow
from routing.forms.proposals import read_asked
from routing.operations.batch import propose_for_people
from routing.proposals import MOST, Proposal
from routing.queries.proposals import cards, propose

AT_ONCE = 2_000
"""People between two commits."""

language = click.option(
    "--language", type=click.Choice(LANGUAGES), default=None, help="Of the sentences."
)
organisation = click.option(
    "--organisation", default="", metavar="KEY", help="The organisation that would send the people."
)
category = click.option("--category", default="", help="Need of everybody who names none.")
country = click.option("--country", default="", help="Country of the services.")


@routing_commands.command("batch")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--output", type=click.Path(path_type=Path), help="Default: <file>-proposals.csv.")
@click.option("-k", type=click.IntRange(1, MOST), default=5, help="Proposals for each person.")
@click.option("--keep/--no-keep", default=True, help="Store each run and leave an audit line.")
@category
@country
@organisation
@language
def batch(  # noqa: PLR0917 -- one argument for each option
    file: TextIO, output: Path | None, k: int, keep: bool, category: str, country: str,
    organisation: str, language: str | None,
) -> None:  # fmt: skip
    """Propose for everybody in FILE (CSV): a row a person with proposals and reasons."""
    actor = _actor(organisation)
    need = {"k": k, "category": category, "country": country, "sender": organisation}
    people = _people(file, need)
    path = output or Path(f"{Path(file.name).stem}-proposals.csv")
    with _sentences_in(language), path.open("w", encoding="utf-8", newline="") as target:
        rows = AnswerRows(db.session, csv.writer(target), k)
        with click.progressbar(length=_size(file), label="people") as bar:
            for several in _chunks(people):
                answer_some(db.session, several, rows, actor, keep=keep)
                bar.update(len(several))
    click.echo(
        f"{rows.people} people, {rows.answered} with a proposal, {rows.refused} rows with problems: {path}"
    )


@routing_commands.command("propose")
@click.argument("facts", nargs=-1, metavar="[FACT=VALUE]...")
@click.option("-k", type=click.IntRange(1, MOST), default=5, help="Proposals of each answer.")
@click.option("--lon", type=float, help="Where the person is.")
@click.option("--lat", type=float, help="Where the person is.")
@category
@country
@organisation
@language
def propose_command(  # noqa: PLR0917 -- one argument for each option
    facts: Sequence[str], k: int, lon: float | None, lat: float | None, category: str, country: str,
    organisation: str, language: str | None,
) -> None:  # fmt: skip
    """Propose for one set of facts, such as born=2001 sex=female; nothing is stored."""
    known: dict[str, Any] = dict(fact.split("=", 1) for fact in facts if "=" in fact)
    if lon is not None and lat is not None:
        known["location"] = {"lon": lon, "lat": lat}
    need = {"k": k, "category": category, "country": country, "sender": organisation}
    with _sentences_in(language):
        try:
            asked = read_asked(db.session, {"facts": known, "need": need}, today=today())
        except Invalid as error:
            raise click.UsageError(_problems(error)) from error
        found = propose(db.session, asked.facts, asked.need, _actor(organisation), today())
        names = {key: row.service.name for key, row in cards(db.session, found).items()}
        for verdict in Verdict:
            number = found.counts[verdict]
            click.secho(f"{words(LABELS[verdict])} ({number})", bold=True)
            for one in found.of(verdict):
                click.echo(f"  {_line(one, names[one.listing_id])}")
        for question in found.questions[:3]:
            click.echo(f"? {words(question.text)} ({question.services})")


@routing_commands.command("criteria")
@language
def criteria(language: str | None) -> None:
    """List the kinds of criteria with what they demand, what they read and an example."""
    with _sentences_in(language):
        for name, kind in sorted(KINDS.items()):
            click.secho(f"{name}: {words(kind.label)}", bold=True)
            click.echo(f"  {words(kind.about)}")
            reads = ", ".join(words(FACTS[fact].label) for fact in _reads(kind))
            if reads:
                click.echo(f"  {words(N_('Reads: {facts}', facts=reads))}")
            asks = kind.read(kind.example.asks).describe()
            click.echo(f"  {words(N_('Such as: {example}', example=asks))} ({kind.example.source})")


def _reads(kind: Any) -> Sequence[str]:
    found: Sequence[str] = kind.reads_of(kind.read(kind.example.asks))
    return found


def answer_some(
    session: Session, several: Sequence[PersonRow], rows: AnswerRows, actor: Actor, *, keep: bool
) -> None:
    """Propose for a part of the file, in a transaction of its own, and write its rows.

    All that is made lives until the rows are written, so the garbage collector would search in vain.
    """
    asked = [(row.facts, need) for row in several if not row.problems for need in row.needs]
    gc.disable()
    try:
        with transaction(session):
            answers = iter(propose_for_people(session, asked, actor, now(), keep=keep))
            rows.write(several, answers)
    finally:
        gc.enable()


def _people(file: TextIO, need: dict[str, Any]) -> PeopleFile:
    try:
        return PeopleFile(file, today=today(), need=need)
    except Invalid as error:
        raise click.UsageError(_problems(error)) from error


def _chunks(people: PeopleFile) -> Iterator[list[PersonRow]]:
    several: list[PersonRow] = []
    for row in people:
        several.append(row)
        if len(several) == AT_ONCE:
            yield several
            several = []
    if several:
        yield several


def _size(file: TextIO) -> int:
    """Rows of the file, for the progress bar."""
    if file.name in ("-", "<stdin>"):
        return 0
    with Path(file.name).open("rb") as lines:
        return max(sum(1 for _ in lines) - 1, 0)


def _actor(key: str) -> Actor:
    """The command acts as a caseworker of the organisation that would send."""
    found = None
    if key:
        found = db.session.scalar(select(Organisation.id).where(Organisation.key == key))
        if found is None:
            raise click.UsageError(f"There is no organisation {key!r}.")
    role = ROLES["RC"]
    return Actor(None, "command", (Grant(role.name, role.permissions, organisation_id=found),))


def _line(one: Proposal, name: dict[str, str]) -> str:
    title = name.get("fr") or name.get("en") or str(one.listing_id)
    reasons = "; ".join(words(reason) for reason in (*one.assessment.reasons, *one.warnings))
    far = "" if one.distance is None else f" {one.distance.lo / 1000:.1f} km"
    return f"{title}{far} {reasons}".rstrip()


def _problems(error: Invalid) -> str:
    return "; ".join(f"{name}: {words(reason)}" for name, reason in error.fields.items())


def _sentences_in(chosen: str | None) -> Any:
    return force_locale(chosen or current_app.config["BABEL_DEFAULT_LOCALE"])
