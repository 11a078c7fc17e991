"""The query string of a search page: read, and written into addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import current_app, request, url_for

from directory.forms.search import NAMES


def asked_query() -> dict[str, list[str]]:
    """What a search reads of the query string; on the first visit this installation's country."""
    query = {name: request.args.getlist(name) for name in NAMES if name in request.args}
    if not query:
        query["country"] = [current_app.config["SETTINGS"].default_country]
    return query


def address(
    endpoint: str, query: Mapping[str, list[str]], *, external: bool = False, **parts: str
) -> str:
    """An address with a query string; ``url_for`` would take some names for its own.

    ``parts`` stand in the path.
    """
    return f"{url_for(endpoint, _external=external, **parts)}?{urlencode(query, doseq=True)}"
