"""The whole curated directory with HXL hashtags, looked at by the library of the standard."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hxl
import pytest
from flask import Flask

from directory.core.db import transaction
from directory.export_columns import COLUMNS
from seeds.curated import countries, load_country
from seeds.reference_data import load_regions
from tests import factories
from tests.applications import application
from tests.databases import Databases


@pytest.fixture(scope="module")
def curated(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application with the whole curated directory."""
    with databases.migrated(f"hxl_{worker_id}") as address, application(address) as app:
        with app.app_context(), transaction() as session:
            load_regions(session)
            for country in countries():
                load_country(session, country, now=factories.NOW)
        yield app


@pytest.fixture
def exported(curated: Flask, tmp_path: Path) -> list[list[str]]:
    """The lines of the file: labels, hashtags, services."""
    path = tmp_path / "services.hxl.csv"
    done = curated.test_cli_runner().invoke(args=["directory", "export", str(path)])
    assert done.exit_code == 0, done.output
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def report(lines: list[list[str]]) -> Any:
    return hxl.validate(hxl.data(lines))


def test_the_whole_directory_is_valid_hxl(exported: list[list[str]]) -> None:
    tags = [column.display_tag for column in hxl.data(exported).columns]
    assert tags == [one.tag for one in COLUMNS]
    assert len(list(hxl.data(exported))) == len(exported) - 2 > 150
    found = report(exported)
    assert (found["is_valid"], found["stats"]["total"]) == (True, 0), found["issues"]


def test_the_validator_would_notice(exported: list[list[str]]) -> None:
    at = [one.code for one in COLUMNS].index("edited_on")
    exported[2][at] = "some day"
    assert report(exported)["stats"]["total"] > 0
