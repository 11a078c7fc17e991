"""What the publisher says of itself: meta-information, the index of its profile, its files."""

from __future__ import annotations

from typing import Any

from directory.hsds_parameters import LISTS, PARAMETERS
from directory.hsds_profile import ABOUT, KINDS, NAME, TITLE, VERSION
from directory.hsds_schemas import patch, schema

PUBLISHER = "Passerelle"
HSDS = "https://docs.openreferral.org/"


def meta(address: str, email: str) -> dict[str, Any]:
    """What ``GET /`` tells; ``address`` is where the publisher is, with a slash at its end."""
    site = address.split("/hsds/", maxsplit=1)[0]
    return {
        "version": VERSION,
        "profile": f"{address}profile/",
        "openapi_url": f"{address}openapi.json",
        "description": "Services for people who return from migration, as everybody may know them.",
        "publisher": {
            "name": PUBLISHER,
            "website": f"{site}/",
            **({"email": email} if email else {}),
        },
    }


def profile_index(address: str) -> dict[str, Any]:
    """Where the address of the profile leads."""
    return {
        "name": NAME,
        "title": TITLE,
        "description": ABOUT,
        "hsds_version": VERSION,
        "standard": HSDS,
        "patches": {name: f"{address}profile/{name}.json" for name in patch_files()},
        "schemas": {name: f"{address}schema/{name}.json" for name in KINDS},
        "datapackage": f"{address}datapackage.json",
        "openapi": f"{address}openapi.json",
    }


def schema_files(address: str) -> dict[str, Any]:
    """Schemas by name, the profile included."""
    return {name: schema(kind, f"{address}schema/") for name, kind in KINDS.items()}


def patch_files() -> dict[str, Any]:
    """Merge patches by the name of the file of HSDS that each changes; kinds of our own are whole."""
    found = {name: patch(kind) for name, kind in KINDS.items()}
    changed: dict[str, Any] = {name: one for name, one in found.items() if one is not None}
    return changed | {"openapi": _openapi_patch()}


def _openapi_patch() -> dict[str, Any]:
    """Parameters that the profile adds. A patch replaces a list as a whole, so it has them all."""
    ours = {name: parameter_object(name) for name, one in PARAMETERS.items() if one.is_ours}
    paths = {
        f"/{name}": {
            method: {
                "parameters": [
                    {"$ref": f"#/components/parameters/{parameter}"} for parameter in one.parameters
                ]
            }
            for method in ("get", "post")
        }
        for name, one in LISTS.items()
        if any(PARAMETERS[parameter].is_ours for parameter in one.parameters)
    }
    return {"components": {"parameters": ours}, "paths": paths}


def parameter_object(name: str) -> dict[str, Any]:
    """A parameter as OpenAPI describes it."""
    one = PARAMETERS[name]
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": one.about,
        "schema": dict(one.schema),
    }
