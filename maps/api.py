"""Map layers as GeoJSON: public, cached by the browser, with an ETag."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request
from flask_babel import force_locale

from directory.core.db import db
from directory.core.errors import NotFound
from directory.core.i18n import LANGUAGES, language
from directory.core.security import public
from directory.pages.limits import limiter, usual_limit
from maps.asked_scope import asked_scope
from maps.features import collection
from maps.map_layers import LAYERS, Layer, Scope

map_layers_api = Blueprint("map_layers", __name__, url_prefix="/maps/layers")

HOUR_SECONDS = 3600


@map_layers_api.get("/<name>.geojson")
@public
@limiter.limit(usual_limit, exempt_when=lambda: not _is_search())
def features(name: str) -> Response:
    """One layer for ``country``, in the language ``lang``; services take the search's query."""
    layer = LAYERS.get(name)
    if layer is None:
        raise NotFound
    response = Response(geojson(layer, asked_scope()), mimetype="application/geo+json")
    response.cache_control.private = True
    response.cache_control.max_age = HOUR_SECONDS if layer.basemap else 0
    response.add_etag()
    response.make_conditional(request)
    return response


def _is_search() -> bool:
    """The ground of every page is kept by browsers; only what is looked for counts as a request."""
    layer = LAYERS.get((request.view_args or {})["name"])
    return layer is not None and not layer.basemap


def geojson(layer: Layer, scope: Scope) -> str:
    """The layer's text, in the language asked for."""
    asked = request.args.get("lang", "")
    with force_locale(asked if asked in LANGUAGES else language()):
        content = collection(layer.features(db.session, scope), digits=layer.digits)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
