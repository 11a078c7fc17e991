"""Names of regions in sentences that rules give with codes."""

from __future__ import annotations

from flask import Flask
from flask_babel import get_locale

from directory.core.db import db
from directory.core.i18n import AREA_NAMES
from directory.queries.snapshot import current


def init_app(app: Flask) -> None:
    """Let sentences name regions."""
    app.extensions[AREA_NAMES] = name_of


def name_of(path: str) -> str:
    """``GN/GN-L`` → "Labé", ``GN`` → the country's name in the current language; else the code."""
    code = path.rpartition("/")[2]
    named = [node.name for node in current(db.session).regions.values() if node.code == code]
    locale = get_locale()
    country = locale.territories.get(code) if locale else None
    return named[0] if named else country or code
