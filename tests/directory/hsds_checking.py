"""What tests of the HSDS publisher share: answers compared with the schemas that it publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
from flask.testing import FlaskClient

from directory.hsds_documents import schema_files
from directory.hsds_profile import KINDS
from directory.hsds_schemas import page_schema

BASE = "/hsds/3.1"
HOST = "http://localhost/hsds/3.1/"
SCHEMAS = schema_files(HOST)
LISTS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


def page(client: FlaskClient, path: str, **how: Any) -> dict[str, Any]:
    """A page of a list, after it was compared with its schema."""
    answer = client.get(BASE + path, **how)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    content: dict[str, Any] = answer.json
    kind = LISTS[path.split("?", maxsplit=1)[0].strip("/")]
    assert faults(page_schema(kind, f"{HOST}schema/"), content) == []
    for one in content["contents"]:
        assert list(undescribed(kind, one)) == []
    return content


def single(client: FlaskClient, name: str, key: object) -> dict[str, Any]:
    """One object, after it was compared with its schema."""
    answer = client.get(f"{BASE}/{name}/{key}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json
    assert faults({"$ref": f"{HOST}schema/{LISTS[name]}.json"}, content) == []
    assert list(undescribed(LISTS[name], content)) == []
    return content


def ids(client: FlaskClient, path: str, **how: Any) -> set[str]:
    """Ids on the first page."""
    return {one["id"] for one in page(client, path, **how)["contents"]}


def faults(schema: Mapping[str, Any], content: Any) -> list[str]:
    """What does not fit, formats included."""
    validator = jsonschema_rs.Draft202012Validator(
        dict(schema),
        validate_formats=True,
        retriever=lambda address: SCHEMAS[Path(address).stem],
    )
    return [
        f"{'/'.join(map(str, one.instance_path))}: {one.message}"
        for one in validator.iter_errors(content)
    ]


def undescribed(kind: str, one: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Properties that the profile does not describe, and unknown values that are not left out."""
    known = {property_.name: property_ for property_ in KINDS[kind].properties}
    for name, value in one.items():
        here = f"{place}/{name}"
        if name not in known or value is None or value == []:
            yield here
        elif nested := known[name].of:
            for part in value if isinstance(value, list) else [value]:
                yield from undescribed(nested, part, here)


def rows(text: str) -> list[dict[str, Any]]:
    """Objects of an answer with one a line."""
    return [json.loads(line) for line in text.splitlines()]
