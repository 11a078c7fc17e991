"""What a request asks a map for: its country and the search of its query string."""

from __future__ import annotations

from flask import current_app, request

from directory.core.clock import now
from directory.core.security import current_actor
from maps.map_layers import Scope


def asked_scope() -> Scope:
    """Country and search of this request; a senseless country is the installation's own."""
    default: str = current_app.config["SETTINGS"].default_country
    country = request.args.get("country", "").upper()
    known = len(country) == 2 and country.isascii() and country.isalpha()
    chosen = country if known else default
    return Scope(chosen, now(), request.args.to_dict(flat=False), current_actor())
