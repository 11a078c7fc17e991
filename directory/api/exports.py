"""The directory as a file: what a search finds, in every format that can be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from directory.api.openapi import resource
from directory.api.schemas import SearchQuery
from directory.core.db import db
from directory.core.security import public
from directory.core.web import new_file, send_made_file
from directory.file_formats import Format, writable
from directory.forms.export import asked_export
from directory.forms.search import asked_search
from directory.operations.exports import export_listings, export_name

exports = resource("exports", about="The directory as files.")


def schema_of(one: Format) -> dict[str, str]:
    """What a program gets of a format: an object where it is JSON, else bytes."""
    if one.media_type.endswith("json"):
        return {"type": "object"}
    return {"type": "string", "format": "binary"}


@exports.get("/listings/export/<name>")
@exports.arguments(SearchQuery, location="query")
@exports.alt_response(404, "NOT_FOUND")
@exports.doc(
    parameters=[
        {
            "name": "name",
            "in": "path",
            "required": True,
            "description": "Format of the file.",
            "schema": {"type": "string", "enum": [one.name for one in writable()]},
        }
    ],
    responses={
        200: {
            "description": "The file, in the order asked for.",
            "content": {one.media_type: {"schema": schema_of(one)} for one in writable()},
        }
    },
)
@public
def file(_query: Mapping[str, Any], name: str) -> Response:
    """Everything that a search finds as one file, in the language of the reader."""
    search = asked_search(db.session, request.args.to_dict(flat=False)).valid()
    chosen, write, wanted = asked_export(name, search)
    made = new_file()
    export_listings(db.session, wanted, made, write)
    return send_made_file(made, media_type=chosen.media_type, name=export_name(chosen, wanted.now))
