"""No file breaks the importer: it is refused in words, or its rows are, and nothing has changed."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.column_mapping import ColumnMapping, read_mapping
from directory.core.actor import SYSTEM
from directory.core.audit import AuditEntry
from directory.core.db import WGS84
from directory.core.errors import Invalid
from directory.file_formats import Reading, reader_of
from directory.import_problems import Problem
from directory.models import Listing, Organisation, Service, Site
from directory.operations.imports.run import Import, import_facilities
from tests import factories
from tests.directory.hostile_files import COLUMNS, HOSTILE, Hostile

MOST_SECONDS = 20.0
"""Of computing: what goes on for longer has been caught in something that a file contains."""
MOST_KILOBYTES = 150_000
"""By which the memory of the process may grow, whatever the files claim to hold."""
COUNTED = (Site, Service, Listing, Organisation, AuditEntry)


def mapping() -> ColumnMapping:
    return read_mapping(
        {
            "list": "test-list",
            "category": "medical",
            "source": {"citation": "A list"},
            "columns": {name: name for name in COLUMNS},
            "owners": {"": {"name": "Public health sector", "kind": "public"}},
        }
    )


@dataclass
class Outcome:
    """What came of a file."""

    refusal: str = ""
    rows: int = 0
    with_problems: int = 0
    told: str = ""
    """Of the first problems."""

    def note(self, problem: Problem) -> None:
        self.with_problems += problem.leaves_out
        if len(self.told) < 1_000:
            self.told += f"{problem}"


def taken_in(session: Session, path: Path) -> Outcome:
    """What is said of a file: why it is refused, or else what is wrong with its rows."""
    outcome = Outcome()
    wanted = Import(mapping=mapping(), actor=SYSTEM, now=factories.NOW, file_name=path.name)
    try:
        with path.open("rb") as stream:
            rows = reader_of("", path.name, stream)(stream, Reading(columns=COLUMNS))
            report = import_facilities(session, rows, wanted, note=outcome.note)
    except Invalid as refusal:
        session.rollback()
        outcome.refusal = str(refusal.reason)
        return outcome
    session.commit()
    assert report.added == 0
    outcome.rows = report.rows
    return outcome


def counts(session: Session) -> list[int]:
    return [session.scalars(select(func.count()).select_from(one)).one() for one in COUNTED]


@pytest.fixture
def guinea(session: Session) -> None:
    square = "MULTIPOLYGON(((-16 7, -7 7, -7 13, -16 13, -16 7)))"
    factories.Region(country="GN", code="GN-L", shape=func.ST_GeomFromText(square, WGS84))
    session.commit()


def test_there_are_many_and_each_has_its_name() -> None:
    assert len(HOSTILE) >= 60
    assert len({str(one) for one in HOSTILE}) == len(HOSTILE)


@pytest.mark.one_engine
@pytest.mark.parametrize("hostile", HOSTILE, ids=str)
def test_hostile_file_changes_nothing_and_is_answered_in_words(
    session: Session, guinea: None, tmp_path: Path, hostile: Hostile
) -> None:
    path = tmp_path / hostile.file_name
    path.write_bytes(hostile.content())
    before, begun = counts(session), time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = taken_in(session, path)
    assert time.process_time() - begun < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MOST_KILOBYTES
    assert counts(session) == before
    assert outcome.refusal or outcome.with_problems == outcome.rows
    assert "root:" not in outcome.refusal + outcome.told
    assert len(outcome.refusal) < 1_000
    assert list(tmp_path.iterdir()) == [path]
