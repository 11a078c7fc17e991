"""The OpenAPI description of the HSDS publisher, from the same tables as its answers."""

from __future__ import annotations

from typing import Any

from directory.hsds_documents import parameter_object
from directory.hsds_parameters import LISTS, PARAMETERS, ListKind
from directory.hsds_profile import ABOUT, TITLE, VERSION
from directory.hsds_schemas import DIALECT, PAGE, page_schema

JSON, LINES, PROBLEM = "application/json", "application/x-ndjson", "application/problem+json"
REFUSAL = {
    "type": "object",
    "required": ["type", "status", "title"],
    "properties": {
        "type": {"type": "string", "description": "Stable code, as a URN."},
        "status": {"type": "integer"},
        "title": {"type": "string", "description": "One sentence for people."},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "What is wrong with which parameter.",
        },
    },
}
DOCUMENTS = {
    "/": "What is published here, and by whom.",
    "/profile/": "What the profile is, and where its files are.",
    "/datapackage.json": "The tabular form.",
}


def description(address: str) -> dict[str, Any]:
    """The description; ``address`` is where the publisher is, with a slash at its end."""
    paths: dict[str, Any] = {
        path: {"get": {"summary": about, "responses": _answers(_content({"type": "object"}))}}
        for path, about in DOCUMENTS.items()
    }
    for name, one in LISTS.items():
        paths[f"/{name}"] = _list(one, address)
        paths[f"/{name}/{{id}}"] = {"get": _single(one, address)}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": TITLE,
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": address.rstrip("/")}],
        "paths": paths,
        "components": {
            "parameters": {name: parameter_object(name) for name in PARAMETERS},
            "schemas": {
                "Page": {"type": "object", "properties": PAGE, "required": list(PAGE)},
                "Problem": REFUSAL,
            },
        },
    }


def _list(one: ListKind, address: str) -> dict[str, Any]:
    content = _content(page_schema(one.kind, f"{address}schema/")) | {
        LINES: {"schema": {"type": "string", "description": "One object a line."}}
    }
    asked = {
        "summary": one.about,
        "parameters": _parameters(one.parameters),
        "responses": _answers(content, wrong="422"),
    }
    names = {name: dict(PARAMETERS[name].schema) for name in one.parameters}
    schema = {"type": "object", "properties": names, "additionalProperties": False}
    body = {
        "description": "The same parameters, for those who do not want them in an address.",
        "required": False,
        "content": {
            kind: {"schema": schema} for kind in (JSON, "application/x-www-form-urlencoded")
        },
    }
    return {"get": asked, "post": asked | {"requestBody": body}}


def _single(one: ListKind, address: str) -> dict[str, Any]:
    key = {"name": "id", "in": "path", "required": True,
           "schema": {"type": "string", "format": "uuid"}}  # fmt: skip
    answers = _answers(_content({"$ref": f"{address}schema/{one.kind}.json"}), wrong="404")
    return {
        "summary": f"One {one.kind.replace('_', ' ')}, whole.",
        "parameters": [key, *_parameters(one.of_one)],
        "responses": answers | _refused("422"),
    }


def _parameters(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {JSON: {"schema": schema}}


def _answers(content: dict[str, Any], *, wrong: str | None = None) -> dict[str, Any]:
    found = {"200": {"description": "As asked.", "content": content}}
    return found | (_refused(wrong) if wrong else {}) | _refused("default")


def _refused(status: str) -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "A refusal, and why.", "content": content}}
