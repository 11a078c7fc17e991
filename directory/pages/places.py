"""Suggestions of places while somebody types, as entries of the field's list."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from directory.core.db import db
from directory.core.security import public
from directory.queries.places import suggested_places

blueprint = Blueprint("places", __name__)
LONGEST_TEXT = 100


@blueprint.get("/places/suggest")
@public
def suggest() -> str:
    """Places and regions that the typed beginning may mean."""
    typed = request.args.get("near", "")[:LONGEST_TEXT]
    country = request.args.get("country", "").upper() or None
    found = suggested_places(db.session, typed, country=country)
    return render_template("directory/_places.html", places=found)
