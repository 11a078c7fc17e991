"""``flask routing batch``, ``propose`` and ``criteria``."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.core.audit import AuditEntry
from directory.core.clock import today
from directory.operations.changes import mark_changed
from routing.criteria import KINDS
from routing.models import RoutingRun
from tests import factories

BORN = f"{today().year - 25}-01-01"
PEOPLE = f"""person,category,country,born,education,lon,lat
A1,training,GN,{BORN},gn:9,-12.29,11.32
A2,training;legal,GN,1960,,,
A3,training,GN,yesterday,,-12.29,11.32
A4,shoes,GN,2000,,,
"""


@pytest.fixture
def listings(session: Session) -> list[Any]:
    """One for the young, one for those with little schooling."""
    young, schooled = factories.Listing(), factories.Listing()
    factories.Condition(listing=young, kind="age", asks={"min": 18, "max": 35})
    factories.Condition(listing=schooled, kind="education", asks={"max": "gn:10"})
    mark_changed(session, [young.id, schooled.id])
    session.flush()
    return [young, schooled]


def run(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=["routing", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as found:
        return list(csv.DictReader(found))


def test_batch_writes_a_row_for_each_person_and_need(
    app: Flask, session: Session, listings: list[Any], file: Path, tmp_path: Path
) -> None:
    output = tmp_path / "answer.csv"
    said = run(app, "batch", str(file), "--output", str(output), "-k", "2", "--language", "en")
    assert "4 people, 1 with a proposal, 2 rows with problems" in said
    rows = rows_of(output)
    assert [(row["line"], row["person"], row["category"]) for row in rows] == [
        ("2", "A1", "training"), ("3", "A2", "training"), ("3", "A2", "legal"),
        ("4", "A3", ""), ("5", "A4", ""),
    ]  # fmt: skip
    assert {rows[0]["listing_1"], rows[0]["listing_2"]} == {str(one.id) for one in listings}
    assert rows[0]["metres_1"] == "817"
    assert "25 years; asked: 18 to 35 years" in rows[0]["reasons_1"] + rows[0]["reasons_2"]
    assert rows[1]["listing_1"] == ""
    assert rows[1]["question"] == "Which year of school was completed last, and in which country?"
    assert rows[1]["next_reasons"] == "Not known: Schooling"
    assert rows[3]["problem"].startswith("born: ")
    assert rows[4]["problem"].startswith("category: ")


def test_batch_keeps_each_run_with_an_audit_line(
    app: Flask, session: Session, listings: list[Any], file: Path, tmp_path: Path
) -> None:
    run(app, "batch", str(file), "--output", str(tmp_path / "kept.csv"))
    runs = session.scalars(select(RoutingRun)).all()
    assert sorted(len(one.results) for one in runs) == [0, 0, 2]
    query = select(func.count()).where(AuditEntry.action == "routing:batch:propose")
    assert session.scalar(query) == 3
    run(app, "batch", str(file), "--output", str(tmp_path / "free.csv"), "--no-keep")
    assert session.scalar(query) == 3


def test_batch_refuses_a_column_that_is_no_fact(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("person,shoe size\nA1,41\n", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["routing", "batch", str(path)])
    assert done.exit_code == 2
    assert "shoe size" in done.output


def test_propose_tells_each_answer_in_words(
    app: Flask, session: Session, listings: list[Any]
) -> None:
    said = run(app, "propose", f"born={BORN}", "--lon", "-12.29", "--lat", "11.32", "--category", "training",
               "--country", "GN", "--language", "en")  # fmt: skip
    assert "Eligible (1)" in said
    assert "0.8 km" in said
    assert "Ask first (1)" in said
    assert "? Which year of school was completed last, and in which country? (1)" in said


def test_propose_names_what_cannot_be_read(app: Flask, session: Session) -> None:
    done = app.test_cli_runner().invoke(
        args=["routing", "propose", "born=x", "--category", "training"]
    )
    assert done.exit_code == 2
    assert "facts.born" in done.output


def test_criteria_are_listed_with_their_help(app: Flask) -> None:
    said = run(app, "criteria", "--language", "en")
    for name, kind in KINDS.items():
        assert f"{name}: {kind.label}" in said
        assert str(kind.about) in said
