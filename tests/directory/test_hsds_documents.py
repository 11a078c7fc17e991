from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.forms.hsds_query import READERS
from directory.hsds_documents import patch_files, schema_files
from directory.hsds_objects import HSDS
from directory.hsds_parameters import LISTS, PARAMETERS
from directory.hsds_profile import KINDS, PROFILED
from directory.hsds_schemas import datapackage
from tests.directory.hsds_checking import BASE, HOST, SCHEMAS

OFFICIAL = Path("standards") / "hsds-3.1" / "schema"


@pytest.mark.parametrize("name", KINDS)
def test_schema_is_one_and_is_served_where_it_says(client: FlaskClient, name: str) -> None:
    found = client.get(f"{BASE}/schema/{name}.json").json
    assert found == json.loads(json.dumps(SCHEMAS[name]))
    assert found["$id"] == f"{HOST}schema/{name}.json"
    jsonschema_rs.meta.validate(found)
    assert found["description"]
    assert all(one["description"] for one in found["properties"].values())


def test_profile_leads_to_each_of_its_files(client: FlaskClient, session: Session) -> None:
    found = client.get(f"{BASE}/profile/").json
    addresses = [*found["patches"].values(), *found["schemas"].values()]
    addresses += [found["datapackage"], found["openapi"]]
    for address in addresses:
        assert client.get(address).status_code == 200, address
    assert set(found["schemas"]) == set(KINDS)
    for path in ("schema/nothing", "profile/nothing", "profile/phone", "schema/../openapi"):
        assert client.get(f"{BASE}/{path}.json").status_code == 404


def test_patches_add_and_take_nothing_away() -> None:
    patches = patch_files()
    assert set(PROFILED) < set(patches)
    ours = {kind.name for kind in KINDS.values() if kind.is_ours}
    for name in set(patches) - ours - {"openapi"}:
        assert set(patches[name]) == {"properties"}
        assert None not in patches[name]["properties"].values()
        assert not set(patches[name]["properties"]) & {one.name for one in _hsds(name)}


def test_schema_of_hsds_with_its_patch_is_the_schema_of_the_profile(shared_data: Path) -> None:
    """What the profile says of HSDS is what HSDS says, but for properties that are not filled."""
    for name, generated in schema_files(HOST).items():
        file = shared_data / OFFICIAL / f"{name}.json"
        if KINDS[name].is_ours:
            assert not file.exists()
            continue
        official = json.loads(file.read_text("utf-8"))
        patched = _merged(official, patch_files().get(name, {}))
        assert set(generated["properties"]) - set(patched["properties"]) == set()
        assert set(generated["required"]) == set(official["required"])
        for property_, own in generated["properties"].items():
            theirs = patched["properties"][property_]
            for word in ("type", "format", "enum", "$ref"):
                if word == "format" and word not in theirs:
                    continue  # narrower than it must be
                assert own.get(word) == theirs.get(word), (name, property_, word)


def test_tables_are_those_of_hsds(shared_data: Path) -> None:
    package = json.loads((shared_data / OFFICIAL.parent / "datapackage.json").read_text("utf-8"))
    official = {one["name"]: one for one in package["resources"]}
    for table in datapackage()["resources"]:
        theirs = official[table["name"]]
        assert table["path"] == theirs["path"]
        fields = {one["name"]: one for one in table["schema"]["fields"]}
        required = {
            one["name"]
            for one in theirs["schema"]["fields"]
            if one.get("constraints", {}).get("required")
        }
        assert required <= set(fields), table["name"]


def test_tables_name_only_tables_that_exist() -> None:
    package = datapackage()
    names = {one["name"] for one in package["resources"]}
    assert package["profile"] == "tabular-data-package"
    for table in package["resources"]:
        fields = {one["name"] for one in table["schema"]["fields"]}
        assert table["schema"]["primaryKey"] in fields
        for link in table["schema"].get("foreignKeys", []):
            assert link["fields"] in fields
            assert link["reference"]["resource"] in names


def test_every_parameter_can_be_read_and_is_described_once() -> None:
    used = {name for one in LISTS.values() for name in (*one.parameters, *one.of_one)}
    assert used == set(PARAMETERS) == set(READERS)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in PARAMETERS)
    assert set(LISTS) == {"services", "organizations", "service_at_locations", "taxonomies",
                          "taxonomy_terms"}  # fmt: skip


def _hsds(name: str) -> Any:
    return next(kind.properties for kind in HSDS if kind.name == name)


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        found[name] = _merged(found.get(name), value)
    return {name: value for name, value in found.items() if value is not None}
