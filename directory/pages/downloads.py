"""The list that a search found, as a file: the same filters as the page, in every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response

from directory.core.db import db
from directory.core.security import public
from directory.core.text import Text
from directory.core.web import new_file, send_made_file
from directory.file_formats import writable
from directory.forms.export import asked_export
from directory.forms.search import asked_search
from directory.operations.exports import export_listings, export_name
from directory.pages.search_query import address, asked_query

blueprint = Blueprint("downloads", __name__)


@dataclass(frozen=True, slots=True)
class Download:
    """A link under the results."""

    label: Text
    address: str


def downloads(query: Mapping[str, list[str]]) -> list[Download]:
    """A link for each format that can be written; what was left empty is not in its address."""
    asked = {name: [text for text in texts if text.strip()] for name, texts in query.items()}
    return [
        Download(one.label, address("downloads.file", asked, name=one.name)) for one in writable()
    ]


@blueprint.get("/listings/export/<name>")
@public
def file(name: str) -> Response:
    """Everything that the same query finds, as a file; what was not understood is left out."""
    search = asked_search(db.session, asked_query()).search
    chosen, write, wanted = asked_export(name, search)
    made = new_file()
    export_listings(db.session, wanted, made, write)
    return send_made_file(made, media_type=chosen.media_type, name=export_name(chosen, wanted.now))
