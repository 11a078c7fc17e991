"""Templates printed as PDF in the language of whoever will read them, for pages and for commands."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import qrcode
from flask import Response, current_app, has_request_context, render_template, request
from flask_babel import force_locale
from qrcode.image.svg import SvgPathImage

from directory import paper
from directory.core.errors import Invalid
from directory.core.i18n import LANGUAGES, language
from directory.core.text import N_
from directory.paper import SHEETS, Sheet

PDF = "application/pdf"


def printed(template: str, sheet: Sheet, reader: str, **values: Any) -> bytes:
    """The template as PDF, in the language ``reader`` where we have it."""
    with force_locale(reader if reader in LANGUAGES else language()):
        html = render_template(template, sheet=sheet, **values)
    return paper.pdf(html, sheet)


def asked_sheet(names: tuple[str, ...]) -> Sheet:
    """The sheet named by ``?sheet=``; the first if nothing is said."""
    name = request.args.get("sheet") or names[0]
    if name not in names:
        raise Invalid({"sheet": N_("Please choose one of the list.")})
    return SHEETS[name]


def download(content: bytes, filename: str) -> Response:
    """A file to keep, that no browser keeps by itself; its name says nothing about a person."""
    response = Response(content, mimetype=PDF)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def public_address(endpoint: str) -> str:
    """Address of a page as people type it, never with anything about a person.

    Empty where there is no such page, and on the command line where ``PASSERELLE_PUBLIC_URL`` says
    nothing.
    """
    if endpoint not in current_app.view_functions:
        return ""
    path = str(current_app.url_map.bind("localhost").build(endpoint))
    base = current_app.config["SETTINGS"].public_url
    if not base and has_request_context():
        base = request.url_root
    return f"{base.rstrip('/')}{path}" if base else ""


def qr_code(text: str) -> str:
    """A picture to scan, as an address that holds it."""
    drawn = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(drawn)
    return paper.picture("image/svg+xml", drawn.getvalue())
