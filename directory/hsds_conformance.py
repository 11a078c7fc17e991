"""Whether objects keep to JSON Schemas in a folder, such as the ones that HSDS publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

BASE = "https://schemas.invalid/"
"""Schemas name each other by file; the name of this host leads nowhere."""
FOLDERS = ("compiled", "schema/compiled", "", "schema")
"""Where schemas lie in what HSDS publishes; whole ones before those that name others."""


class NoSchema(LookupError):
    """The folder holds no schema of this kind."""


class Conformance:
    """The schemas of a folder, and of the folders in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def validator(self, kind: str, *, in_list: bool) -> jsonschema_rs.Draft202012Validator:
        """The validator of a kind of object, or of a row of its list; formats are looked at too."""
        stems = [f"{kind}_list", kind] if in_list else [kind]
        for name in (f"{folder}/{stem}.json" for stem in stems for folder in FOLDERS):
            if (self._folder / name.lstrip("/")).is_file():
                return jsonschema_rs.Draft202012Validator(
                    {"$ref": BASE + name.lstrip("/")},
                    validate_formats=True,
                    retriever=self._content,
                )
        raise NoSchema(kind)

    def _content(self, address: str) -> Any:
        return json.loads((self._folder / address.removeprefix(BASE)).read_text("utf-8"))


def violations(
    validator: jsonschema_rs.Draft202012Validator, one: Mapping[str, Any]
) -> Iterator[str]:
    """Where in an object, and what is wrong there."""
    for error in validator.iter_errors(dict(one)):
        place = "/".join(str(step) for step in error.instance_path) or "(whole)"
        yield f"{place}: {error.message}"
