"""Maps as pages: settings of the live map, the picture without JavaScript, the framed atlas."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext

from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import language, words
from directory.core.security import public
from directory.pages.shell import asset
from maps.asked_scope import asked_scope
from maps.map_layers import Layer, Scope, drawn_layers
from maps.static_map import draw, frame_of

map_pages = Blueprint("maps", __name__, url_prefix="/maps", template_folder="templates")

STYLES = ("vendor/leaflet/leaflet.css",)
SCRIPTS = ("vendor/leaflet/leaflet.js", "vendor/leaflet.markercluster/leaflet.markercluster.js")
FRAME_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-scripts"
)
"""Folium writes scripts and styles into its page: they run only there, without our cookies."""


@map_pages.app_template_global()
def map_settings(
    country: str,
    *,
    results: str | None = None,
    around: dict[str, Any] | None = None,
    pick: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What ``map.js`` reads from ``data-map``.

    ``results``: CSS selector of the list. ``around``: ``lon lat radius name`` of the place searched
    around or of the person's area. ``pick``: selectors of the fields ``lon``, ``lat``, ``radius``
    and of the button ``centre`` for choosing a point.
    """
    return {
        "country": country,
        "layers": [_described(layer, country) for layer in drawn_layers(basemap=True)],
        "tiles": current_app.config["SETTINGS"].tile_url,
        "styles": [asset(name) for name in STYLES],
        "scripts": [asset(name) for name in SCRIPTS],
        "sprite": asset("vendor/icons.svg"),
        "list": results,
        "around": around,
        "pick": pick,
        "words": {
            "zoomIn": gettext("Zoom in"), "zoomOut": gettext("Zoom out"),
            "picked": gettext("The chosen point"),
        },
    }  # fmt: skip


@map_pages.app_template_global()
def map_notes(country: str) -> list[str]:
    """What people must know about the ground of this country's map."""
    scope = Scope(country, now())
    noted = [layer for layer in drawn_layers(basemap=True) if layer.note is not None]
    return [
        gettext("%(layer)s: %(note)s", layer=words(layer.label), note=words(layer.note))
        for layer in noted
        if any(True for _ in layer.features(db.session, scope))
    ]


def _described(layer: Layer, country: str) -> dict[str, Any]:
    style = layer.style
    address = url_for("map_layers.features", name=layer.name, country=country, lang=language())
    return {
        "name": layer.name, "url": address, "credit": layer.credit,
        "style": {
            "stroke": style.stroke, "fill": style.fill, "width": style.width, "dash": style.dash,
            "radius": style.radius,
        },
    }  # fmt: skip


@map_pages.get("/static.svg")
@public
def static_map() -> Response:
    """The same search as a picture: ground, towns and the numbered results of this page."""
    scope = asked_scope()
    found = [(layer, list(layer.features(db.session, scope))) for layer in drawn_layers()]
    looked_for = [one.shape for layer, features in found if not layer.basemap for one in features]
    country = [
        one.shape for layer, features in found if layer.name == "regions" for one in features
    ]
    picture = draw(frame_of(looked_for or country), found, title=gettext("Map of the results"))
    response = Response(picture, mimetype="image/svg+xml")
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response


@map_pages.get("/atlas")
@public
def atlas() -> str:
    """All layers on one map that can be saved, in a frame of its own."""
    return render_template("maps/atlas.html", scope=asked_scope())


@map_pages.get("/atlas/frame")
@public
def atlas_frame() -> Response:
    """The document inside the frame: made by Folium, so its scripts stand in the page."""
    from maps.folium_map import folium_page  # noqa: PLC0415 -- slow import

    base = url_for("static", filename="vendor/")
    response = Response(folium_page(db.session, asked_scope(), base), mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
