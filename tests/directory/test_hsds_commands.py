from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.db import transaction
from directory.listing_life import SEARCHABLE
from directory.models import Listing, Organisation, Service
from directory.visibility import Visibility
from seeds.curated import countries, load_country
from seeds.reference_data import load_regions
from tests import factories
from tests.applications import application
from tests.databases import Databases
from tests.directory.hsds_checking import BASE, LISTS, SCHEMAS, page, rows
from tests.directory.searching import publish

OFFICIAL = Path("standards") / "hsds-3.1"
PUBLIC = (Listing.state.in_(SEARCHABLE), Listing.visibility == Visibility.PUBLIC)


@pytest.fixture(scope="module")
def seeded(databases: Databases, worker_id: str) -> Iterator[Flask]:
    """An application with the whole curated directory, and one service that must not be told."""
    with databases.migrated(f"hsds_{worker_id}") as address, application(address) as app:
        with app.app_context():
            with transaction() as session:
                load_regions(session)
                for country in countries():
                    load_country(session, country, now=factories.NOW)
            with transaction() as session:
                factories.use(session)
                hidden = factories.Listing(
                    visibility=Visibility.PROTECTION_ONLY, cost_note="kanari",
                    service=factories.Service(
                        name={"en": "kanari", "fr": "kanari"},
                        organisation=factories.Organisation(name="kanari"),
                    ),
                )  # fmt: skip
                session.flush()
                publish(session, hidden)
        yield app


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """The schemas of the profile as files."""
    folder = tmp_path / "schemas"
    folder.mkdir()
    for name, schema in SCHEMAS.items():
        bare = {key: value for key, value in schema.items() if key != "$id"}
        (folder / f"{name}.json").write_text(json.dumps(bare), encoding="utf-8")
    return folder


def run(app: Flask, *words: object) -> Any:
    return app.test_cli_runner().invoke(args=["directory", *map(str, words)])


def counts(app: Flask) -> dict[str, int]:
    with app.app_context(), transaction() as session:
        query = select(Listing.id, Listing.service_id, Service.organisation_id)
        found = session.execute(
            query.join(Service, Listing.service_id == Service.id).where(*PUBLIC)
        )
        offers, services, organisations = (set(column) for column in zip(*found, strict=True))
    return {
        "service": len(services),
        "organization": len(organisations),
        "service_at_location": len(offers),
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_whole_directory_keeps_to_the_profile(
    seeded: Flask, profile: Path, language: str
) -> None:
    done = run(seeded, "hsds-check", profile, "--lang", language)
    assert done.exit_code == 0, done.output
    assert "No violations." in done.stdout
    for kind, count in counts(seeded).items():
        assert f"{count}  {kind}, full" in done.stdout
        assert f"{count}  {kind}, brief" in done.stdout
        assert count > 100


def test_the_whole_directory_keeps_to_hsds(seeded: Flask, shared_data: Path) -> None:
    done = run(seeded, "hsds-check", shared_data / OFFICIAL)
    assert done.exit_code == 0, done.output
    assert "No violations." in done.stdout


def test_every_page_of_every_list_keeps_to_the_profile(seeded: Flask) -> None:
    """By HTTP, page by page; ids are those of the database."""
    client, expected = seeded.test_client(), counts(seeded)
    for name, kind in LISTS.items():
        asked = f"/{name}?per_page=100" + ("&full=true" if kind in expected else "")
        first = page(client, asked)
        seen = [
            one["id"]
            for number in range(1, first["total_pages"] + 1)
            for one in page(client, f"{asked}&page={number}")["contents"]
        ]
        assert len(seen) == len(set(seen)) == first["total_items"]
        assert first["total_items"] == expected.get(kind, first["total_items"])
        lines = client.get(f"{BASE}/{name}?format=ndjson")
        assert [one["id"] for one in rows(lines.text)] == seen
        assert "kanari" not in lines.text


def test_violations_are_told_and_the_command_fails(seeded: Flask, profile: Path) -> None:
    file = profile / "service.json"
    schema = json.loads(file.read_text("utf-8"))
    schema["required"].append("accreditations")
    schema["properties"]["name"]["maxLength"] = 3
    file.write_text(json.dumps(schema), encoding="utf-8")
    done = run(seeded, "hsds-check", profile)

    assert done.exit_code == 1
    assert '"accreditations" is a required property' in done.stdout
    assert ": name: " in done.stdout
    assert "violations." in done.stdout.splitlines()[-1]


def test_a_folder_without_schemas_is_refused(seeded: Flask, tmp_path: Path) -> None:
    done = run(seeded, "hsds-check", tmp_path)
    assert done.exit_code == 1
    assert "no schema of service" in done.stderr


def test_export_writes_every_public_service_whole(seeded: Flask, tmp_path: Path) -> None:
    file = tmp_path / "services.ndjson"
    done = run(seeded, "hsds-export", file)
    assert done.exit_code == 0, done.output
    exported = rows(file.read_text("utf-8"))

    assert len(exported) == counts(seeded)["service"]
    assert "kanari" not in file.read_text("utf-8")
    told = seeded.test_client().get(f"{BASE}/services/{exported[0]['id']}").json
    assert exported[0] == told


def test_export_to_the_screen_in_another_language(app: Flask, session: Session) -> None:
    publish(session, factories.Listing())
    done = run(app, "hsds-export", "-", "--lang", "en")
    assert [one["name"] for one in rows(done.stdout)] == ["Carpentry training"]


def test_tables_hold_the_same_and_point_at_each_other(seeded: Flask, tmp_path: Path) -> None:
    file = tmp_path / "hsds.zip"
    done = run(seeded, "hsds-export", file, "--tables")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(file) as archive:
        package = json.loads(archive.read("datapackage.json"))
        tables = {
            one["name"]: list(
                csv.DictReader(io.StringIO(archive.read(one["path"]).decode("utf-8")))
            )
            for one in package["resources"]
        }
        assert set(archive.namelist()) == {"datapackage.json"} | {
            one["path"] for one in package["resources"]
        }

    for kind, count in counts(seeded).items():
        assert len(tables[kind]) == count
    for one in package["resources"]:
        keys = [row["id"] for row in tables[one["name"]]]
        assert len(keys) == len(set(keys))
        for link in one["schema"].get("foreignKeys", []):
            known = {row["id"] for row in tables[link["reference"]["resource"]]} | {""}
            assert {row[link["fields"]] for row in tables[one["name"]]} <= known, link
        for field in one["schema"]["fields"]:
            if field.get("constraints", {}).get("required") and field["name"] != "description":
                assert all(row[field["name"]] for row in tables[one["name"]]), field
    assert "kanari" not in json.dumps(tables)


def test_tables_need_a_file(app: Flask) -> None:
    done = run(app, "hsds-export", "-", "--tables")
    assert done.exit_code == 1
    assert "FILE" in done.stderr


def test_an_organisation_of_hidden_services_only_is_nowhere(seeded: Flask) -> None:
    with seeded.app_context(), transaction() as session:
        hidden = session.scalars(select(Organisation).where(Organisation.name == "kanari")).one().id
    answer = seeded.test_client().get(f"{BASE}/organizations/{hidden}")
    assert answer.status_code == 404
