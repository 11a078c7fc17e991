"""Choosing the language: a plain link, remembered in the session."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from directory.core.errors import NotFound
from directory.core.i18n import LANGUAGES
from directory.core.security import public

language_page = Blueprint("language", __name__)

SAME_SITE = re.compile(r"/(?![/\\])[\x21-\x7e]*", re.ASCII)
"""An address of this site: one leading slash, no blank, no control character."""


@language_page.get("/language/<code>")
@public
def choose(code: str) -> ResponseReturnValue:
    """Remember the language and go back to where the visitor was."""
    if code not in LANGUAGES:
        raise NotFound
    session["language"] = code
    asked = request.args.get("next", "/")
    return redirect(asked if SAME_SITE.fullmatch(asked) and "\\" not in asked else "/")
