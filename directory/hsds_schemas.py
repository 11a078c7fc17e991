"""JSON Schemas, JSON Merge Patches and the data package, all from one description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.hsds_description import Kind, Property
from directory.hsds_profile import ABOUT, KINDS, NAME, TITLE, VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TABULAR = "tabular-data-package"
PAGE: dict[str, Any] = {
    "total_items": {"type": "integer", "minimum": 0, "description": "Items on all pages."},
    "total_pages": {"type": "integer", "minimum": 0, "description": "Pages."},
    "page_number": {"type": "integer", "minimum": 1, "description": "This page, from 1."},
    "size": {"type": "integer", "minimum": 0, "description": "Items on this page."},
    "first_page": {"type": "boolean", "description": "Whether it is the first."},
    "last_page": {"type": "boolean", "description": "Whether none follows."},
    "empty": {"type": "boolean", "description": "Whether it holds nothing."},
}
"""The envelope of a list, but for ``contents``."""


def schema(kind: Kind, address: str) -> dict[str, Any]:
    """The schema of a kind; others are named relative to it. ``address`` is of all schemas."""
    return {"$schema": DIALECT, "$id": f"{address}{kind.name}.json", **_bare(kind)}


def patch(kind: Kind) -> dict[str, Any] | None:
    """What the profile changes in the schema of HSDS (RFC 7396); nothing if it changes nothing.

    A kind of our own is all new.
    """
    if kind.is_ours:
        return {"name": kind.name, **_bare(kind)}
    added = {one.name: _property(one) for one in kind.properties if one.is_ours}
    return {"properties": added} if added else None


def page_schema(kind: str, address: str) -> dict[str, Any]:
    """The schema of a page of a list; ``address`` is where schemas are."""
    contents = {"type": "array", "items": {"$ref": f"{address}{kind}.json"}}
    return {
        "type": "object",
        "properties": PAGE | {"contents": contents},
        "required": [*PAGE, "contents"],
    }


def list_row_schema(kind: str, address: str) -> dict[str, Any]:
    """A row of a list that tells only what is said once: no property is a list."""
    lists = [one.name for one in KINDS[kind].properties if one.type == "array"]
    return {
        "$ref": f"{address}{kind}.json",
        "not": {"anyOf": [{"required": [name]} for name in lists]},
    }


def _bare(kind: Kind) -> dict[str, Any]:
    required = [one.name for one in kind.properties if one.required]
    return {
        "title": kind.name,
        "description": kind.about,
        "type": "object",
        "properties": {one.name: _property(one) for one in kind.properties},
        **({"required": required} if required else {}),
    }


def _property(one: Property) -> dict[str, Any]:
    described: dict[str, Any] = {"description": one.about}
    if one.type == "array":
        items: dict[str, Any] = {"$ref": f"{one.of}.json"} if one.of else {"type": one.items}
        return described | {"type": "array", "items": items}
    if one.of:
        return described | {"$ref": f"{one.of}.json"}
    described["type"] = one.type
    if one.format:
        described["format"] = one.format
    if one.choices:
        described["enum"] = list(one.choices)
    return described


def datapackage() -> dict[str, Any]:
    """The tabular form: one table for each kind (Frictionless Data Package)."""
    return {
        "name": NAME,
        "title": TITLE,
        "description": ABOUT,
        "profile": TABULAR,
        "version": VERSION,
        "resources": [_table(kind) for kind in KINDS.values() if kind.table],
    }


def _table(kind: Kind) -> dict[str, Any]:
    links = [one for one in kind.properties if _owner(one) is not None]
    keys = [
        {"fields": one.name, "reference": {"resource": _owner(one), "fields": "id"}}
        for one in links
    ]
    return {
        "name": kind.name,
        "path": f"{kind.table}.csv",
        "description": kind.about,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "primaryKey": "id",
            "fields": [_field(one) for one in kind.properties if one.is_plain],
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _owner(one: Property) -> str | None:
    """The kind whose id the property holds."""
    named: Mapping[str, str] = {
        "parent_organization_id": "organization",
        "parent_id": "taxonomy_term",
    }
    kind = named.get(one.name, one.name.removesuffix("_id"))
    return kind if one.name.endswith("_id") and kind in KINDS else None


def _field(one: Property) -> dict[str, Any]:
    must = one.required or one.required_in_table
    kinds = {"date-time": "datetime", "date": "date"}
    field: dict[str, Any] = {
        "name": one.name,
        "type": kinds.get(one.format or "", one.type),
        "description": one.about,
    }
    if one.format in {"uuid", "uri", "email"}:
        field["format"] = one.format
    limits: dict[str, Any] = {"required": True} if must and one.name != "postal_code" else {}
    if one.name == "id":
        limits["unique"] = True
    if one.choices:
        limits["enum"] = list(one.choices)
    return field | ({"constraints": limits} if limits else {})
