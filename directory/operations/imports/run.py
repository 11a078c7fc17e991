"""Takes a list of facilities into the directory: read, check, plan, apply, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory.column_mapping import ColumnMapping
from directory.core import audit
from directory.core.actor import Actor
from directory.facility_rows import Facility, LeftOut, country_of, facility_of
from directory.file_formats import Row
from directory.import_problems import Problem
from directory.models import Site
from directory.operations.changes import mark_changed
from directory.operations.imports import applying
from directory.operations.imports.placing import Placed, Placing
from directory.operations.imports.planning import Plan, known_facilities, plan
from directory.operations.search_index import refresh
from directory.queries.region_shapes import RegionShapes, region_shapes

BATCH = 500
"""Rows in memory at a time; SQLite takes a limited number of parameters a statement."""

MOST_UNTOLD = 20 * BATCH
"""Problems in memory at a time."""
MANY = 1_000
"""After so many new rows the database is told to count again, or it plans for a small table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What somebody wants to take in."""

    mapping: ColumnMapping
    actor: Actor
    now: dt.datetime
    countries: frozenset[str] = frozenset()
    """Only these; without a column of countries, the one country of all rows. Empty: all."""
    file_name: str = ""
    is_trial: bool = False
    """Find out everything and write nothing."""


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    """Changed or verified by people here: left alone."""
    left_out: int = 0
    other_countries: int = 0
    gone: int = 0
    """Facilities of the list here that the file does not name any more: left as they are."""
    problems: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[str, Any]:
        """For the audit."""
        names = ("rows", "added", "changed", "same", "kept", "left_out", "gone")
        return {name: getattr(self, name) for name in names}


Note = Callable[[Problem], None]
Told = Callable[[str, int, int], None]
"""Hears the stage (``rows`` or ``search``), how much is done, and of how much (0: not known)."""


def import_facilities(
    session: Session, rows: Iterable[Row | Problem], wanted: Import, *, note: Note,
    told: Told = lambda _stage, _done, _all: None,
) -> Report:  # fmt: skip
    """Bring the directory to what a list says; the caller commits, and nothing is kept otherwise.

    ``rows`` come from a format. Every problem goes to ``note``. What is new becomes a
    listing to be confirmed, with the list as its source; what people have edited or verified here
    is left alone; taking in the same list again changes nothing.
    """
    work = _Work(session, wanted, note, told)
    work.run(rows)
    return work.report


class _Work:
    """One import on its way."""

    def __init__(self, session: Session, wanted: Import, note: Note, told: Told) -> None:
        self.session, self.wanted, self._told = session, wanted, told
        self._note = note
        self._untold: list[Problem] = []
        self.report = Report()
        self.shapes: RegionShapes = region_shapes(session, wanted.countries)
        self.placing = Placing(self.shapes, wanted.mapping)
        self.organisations: dict[tuple[str, str], UUID] = {}
        self.touched: list[UUID] = []
        known = select(Site.id).where(self._of_this_list()).limit(1)
        self.is_first = session.scalars(known).first() is None

    def run(self, rows: Iterable[Row | Problem]) -> None:
        for batch in _batches(self._facilities(rows)):
            self._take(batch)
            self._tell_problems()
            self._told("rows", self.report.rows, 0)
        self._tell_problems()
        self.report.gone = self._gone()
        if self.wanted.is_trial:
            return
        self._index()
        if self.touched:
            audit.record(
                self.session, self.wanted.actor, "directory:listing:import",
                f"list:{self.wanted.mapping.list_code}", now=self.wanted.now,
                file=self.wanted.file_name, **self.report.counts,
            )  # fmt: skip

    def note(self, problem: Problem) -> None:
        self.report.problems[problem.kind] += 1
        self.report.left_out += problem.leaves_out
        self.report.kept += problem.kind == "kept"
        self._untold.append(problem)
        if len(self._untold) >= MOST_UNTOLD:  # nothing but bad rows: no batch will end for long
            self._tell_problems()

    def _tell_problems(self) -> None:
        """Of one batch, in the order of the file: they were found in several rounds."""
        for problem in sorted(self._untold, key=lambda one: one.row):
            self._note(problem)
        self._untold.clear()

    def _facilities(self, rows: Iterable[Row | Problem]) -> Iterator[Facility]:
        """Rows that say what they must; everything else is noted or not asked for."""
        mapping, asked = self.wanted.mapping, self.wanted.countries
        only = next(iter(asked)) if len(asked) == 1 else ""
        for row in rows:
            self.report.rows += 1
            if isinstance(row, Problem):
                self.note(row)
                continue
            country = country_of(row, mapping, only)
            if asked and country not in asked and len(country) == 2:
                self.report.other_countries += 1
            elif country not in self.shapes.countries:
                column = mapping.columns.get("country", "")
                self.note(Problem(row.number, "unknown-country", column, country[:100]))
            else:
                yield from self._facility(row, country)

    def _facility(self, row: Row, country: str) -> Iterator[Facility]:
        try:
            facility, problems = facility_of(row, self.wanted.mapping, country)
        except LeftOut as left_out:
            self.note(left_out.problem)
            return
        for problem in problems:
            self.note(problem)
        yield facility

    def _take(self, batch: list[Facility]) -> None:
        placed: list[Placed] = []
        for found in self.placing.place(batch):
            if isinstance(found, Problem):
                self.note(found)
            else:
                placed.append(found)
        made = self._plan(placed)
        for problem in made.problems:
            self.note(problem)
        self.report.added += len(made.additions)
        self.report.changed += len(made.changes)
        self.report.same += made.same
        if not self.wanted.is_trial:
            self.touched += applying.add(self.session, made.additions, now=self.wanted.now)
            self.touched += applying.change(self.session, made.changes, now=self.wanted.now)

    def _plan(self, placed: list[Placed]) -> Plan:
        mapping = self.wanted.mapping
        unknown = [
            one.facility
            for one in placed
            if (one.facility.country, one.facility.owner_name) not in self.organisations
        ]
        if unknown:
            write = not self.wanted.is_trial
            self.organisations |= applying.organisation_ids(
                self.session, unknown, mapping, write=write
            )
        known = {} if self.is_first else known_facilities(self.session, placed)
        return plan(placed, mapping, self.organisations, known)

    def _index(self) -> None:
        if len(self.touched) >= MANY:
            applying.count_again(self.session)
        mark_changed(self.session, self.touched)
        refresh(self.session, self.touched, lambda done, of: self._told("search", done, of))

    def _of_this_list(self) -> ColumnElement[bool]:
        return Site.key.startswith(f"{self.wanted.mapping.list_code}-", autoescape=True)

    def _gone(self) -> int:
        query = select(func.count()).where(self._of_this_list())
        if self.wanted.countries:
            query = query.where(Site.country.in_(sorted(self.wanted.countries)))
        report = self.report
        found = report.changed + report.same + report.kept
        found += 0 if self.wanted.is_trial else report.added
        return self.session.scalars(query).one() - found


def _batches(facilities: Iterator[Facility]) -> Iterator[list[Facility]]:
    while batch := list(islice(facilities, BATCH)):
        yield batch
