"""``flask directory import``: a facility list of any size, with a report of problems row by row."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
import yaml
from sqlalchemy.orm import Session
from tqdm import tqdm

from directory.categories import CATEGORIES
from directory.column_mapping import FIELDS, ColumnMapping, read_mapping
from directory.commands.group import directory_commands
from directory.commands.listings import refusals
from directory.core.actor import SYSTEM
from directory.core.clock import now
from directory.core.db import db, transaction
from directory.file_formats import Reading, reader_of
from directory.import_problems import PROBLEMS, Problem
from directory.operations.imports.run import Import, Report, import_facilities
from directory.organisation_kinds import OrganisationKind
from directory.spreadsheet_cells import defused

HEADER = ("row", "problem", "column", "found", "taken", "explanation")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@directory_commands.command("import")
@click.argument("file", type=FILE)
@click.option("--mapping", type=FILE, help="YAML file that says what each column means.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help=f"What a column means: {', '.join(FIELDS)}.",
)
@click.option("--list", "code", help="Short stable code of the list, such as who-2019.")
@click.option("--category", type=click.Choice(tuple(CATEGORIES)), help="Of all its services.")
@click.option("--source", "citation", help="Where the list comes from, as one cites it.")
@click.option("--owner", help="Organisation for facilities whose owner is not said.")
@click.option("--owner-kind", type=click.Choice([kind.value for kind in OrganisationKind]))
@click.option("--country", "countries", multiple=True, help="Only this country (repeatable).")
@click.option(
    "--format",
    "format_name",
    default="",
    help="Default: what the content and the name of FILE say.",
)
@click.option("--encoding", default="utf-8", show_default=True)
@click.option("--delimiter", default="", help="Default: found out from the header.")
@click.option(
    "--problems",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where problems are written; default: FILE's name with -problems, here.",
)
@click.option("--dry-run", is_flag=True, help="Find out everything, change nothing.")
def import_list(  # noqa: PLR0917 -- one argument for each option
    file: Path, mapping: Path | None, pairs: tuple[str, ...], code: str | None,
    category: str | None, citation: str | None, owner: str | None, owner_kind: str | None,
    countries: tuple[str, ...], format_name: str, encoding: str, delimiter: str,
    report_file: Path | None, dry_run: bool,
) -> None:  # fmt: skip
    """Take a FILE of facilities into the directory, all of it or nothing.

    What is new becomes a listing to be confirmed, with the list as its source. The same list again
    changes nothing; its next edition changes what differs. What people have edited or verified here
    stays. Problems are written row by row to a CSV file.
    """
    with refusals():
        columns = read_mapping(
            content_of_mapping(
                mapping, pairs, list=code, category=category, citation=citation, owner=owner,
                owner_kind=owner_kind,
            )
        )  # fmt: skip
        reading = Reading(
            columns=tuple(columns.columns.values()), encoding=encoding, delimiter=delimiter
        )
        wanted = Import(
            mapping=columns, actor=SYSTEM, now=now(), file_name=file.name, is_trial=dry_run,
            countries=frozenset(country.upper() for country in countries),
        )  # fmt: skip
        target = report_file or Path(f"{file.stem}-problems.csv")
        with problems_written(target) as noted:
            report = _run(file, format_name, reading, wanted, noted)
    show(report, columns, target, is_trial=dry_run)


def _run(file: Path, format_name: str, reading: Reading, wanted: Import, noted: Any) -> Report:
    with (
        file.open("rb") as stream,
        tqdm(
            total=file.stat().st_size, desc="Reading", unit="B", unit_scale=True, disable=None
        ) as read,
        tqdm(desc="Search index", unit="listing", disable=None) as indexed,
        _session(is_trial=wanted.is_trial) as session,
    ):

        def told(stage: str, done: int, total: int) -> None:
            if stage == "rows":
                read.update(stream.tell() - read.n)
            else:
                indexed.total = total
                indexed.update(done - indexed.n)

        rows = reader_of(format_name, file.name, stream)(stream, reading)
        return import_facilities(session, rows, wanted, note=noted, told=told)


@contextmanager
def _session(*, is_trial: bool) -> Iterator[Session]:
    if not is_trial:
        with transaction() as session:
            yield session
        return
    try:
        yield db.session
    finally:
        db.session.rollback()


def content_of_mapping(
    file: Path | None, pairs: tuple[str, ...], **options: str | None
) -> dict[str, Any]:
    """The mapping file with what the options say in its place."""
    content = dict(_yaml(file)) if file else {}
    columns = dict(content.get("columns") or {})
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"“{pair}” is not FIELD=COLUMN.", param_hint="--map")
        columns[name.strip()] = column.strip()
    content["columns"] = columns
    for name in ("list", "category"):
        if options[name]:
            content[name] = options[name]
    if options["citation"]:
        content["source"] = {"citation": options["citation"]}
    if options["owner"]:
        owners = dict(content.get("owners") or {})
        content["owners"] = owners | {"": {"name": options["owner"], "kind": options["owner_kind"]}}
    return content


def _yaml(file: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is not YAML: {error}") from error
    if not isinstance(content, Mapping):
        raise click.ClickException(f"{file} holds no mapping.")
    return content


@contextmanager
def problems_written(target: Path) -> Iterator[Any]:
    """Gives a function that writes a problem; the file appears whole at the end, or not at all."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8-sig", newline="", dir=target.parent, prefix=f".{target.name}.",
        delete=False,
    ) as stream:  # fmt: skip
        unfinished = Path(stream.name)
        try:
            yield _writer(stream)
            stream.close()
            unfinished.chmod(0o644)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)


def _writer(stream: IO[str]) -> Any:
    table = csv.writer(stream)
    table.writerow(HEADER)

    def write(problem: Problem) -> None:
        kind = PROBLEMS[problem.kind]
        cells = (problem.column, problem.found)
        table.writerow(
            (
                problem.row, kind.name, *map(defused, cells), "no" if kind.leaves_out else "yes",
                kind.label,
            )
        )  # fmt: skip

    return write


def show(report: Report, columns: ColumnMapping, target: Path, *, is_trial: bool) -> None:
    """The summary on the screen."""
    if is_trial:
        click.echo("Nothing was changed: this was a trial.")
    click.echo(
        f"{report.rows} rows read: {report.added} new, {report.changed} changed, "
        f"{report.same} as they were, {report.kept} kept as people made them here, "
        f"{report.left_out} left out."
    )
    if report.other_countries:
        click.echo(f"{report.other_countries} rows of other countries were passed over.")
    if report.gone:
        click.echo(
            f"{report.gone} facilities of the list “{columns.list_code}” are not in the file any "
            "more; they stay as they are."
        )
    for name, count in report.problems.most_common():
        taken = "left out" if PROBLEMS[name].leaves_out else "taken"
        click.echo(f"  {count:>7}  {name} ({taken}): {PROBLEMS[name].label}")
    click.echo(f"Problems row by row: {target}" if report.problems else "No problems.")
