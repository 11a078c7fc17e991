"""Layers on a Folium map, Leaflet from this server or in the file. Nothing else imports Folium."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import folium
import shapely
from branca.element import MacroElement
from jinja2 import Template
from shapely.geometry import shape
from sqlalchemy.orm import Session

from directory.core.config import ROOT
from directory.core.i18n import words
from maps.features import collection
from maps.map_layers import Layer, Scope, Style, drawn_layers

VENDOR = ROOT / "directory" / "static" / "vendor"
SCRIPT, STYLE_SHEET = "leaflet/leaflet.js", "leaflet/leaflet.css"
SHOWN = ("name", "label", "summary", "note")
"""Properties that a tooltip says, where a layer has them."""
AROUND = "#e6eaee"
OUTLINE = 1.2
CREDITS = """
{% macro script(this, kwargs) %}
{{ this._parent.get_name() }}.attributionControl
    .setPrefix(false).addAttribution({{ this.credits|tojson }});
{% endmacro %}
"""


def folium_page(session: Session, scope: Scope, vendor: str) -> str:
    """The map as a page whose Leaflet lies under the address ``vendor``."""
    return _rendered(build_map(session, scope), vendor)


def folium_file(session: Session, scope: Scope) -> str:
    """The map as one file that needs nothing else, for a stick or an e-mail."""
    page = _rendered(build_map(session, scope), "")
    page = _embed(page, r'<script src="([^"]+)"></script>', "script")
    return _embed(page, r'<link rel="stylesheet" href="([^"]+)"/>', "style")


def build_map(session: Session, scope: Scope) -> folium.Map:
    """All layers from the ground up, each with a switch."""
    drawn = folium.Map(tiles=None, zoom_start=6, control_scale=True, zoom_snap=0.5)
    drawn.default_js = [("leaflet", SCRIPT)]
    drawn.default_css = [("leaflet_css", STYLE_SHEET)]
    ground = folium.Element(
        f"<style>.folium-map.leaflet-container {{ background: {AROUND}; }}</style>"
    )
    ground.add_to(drawn.get_root().header)  # type: ignore[attr-defined]  # a Figure, typed as Element
    credited: dict[str, None] = {}
    for layer in drawn_layers():
        content = collection(layer.features(session, scope), digits=layer.digits)
        if content["features"]:
            _add(drawn, layer, content)
            credited |= {layer.credit: None} if layer.credit else {}
    _Credits(" · ".join(credited)).add_to(drawn)
    folium.LayerControl(collapsed=True).add_to(drawn)
    return drawn


class _Credits(MacroElement):
    """The line that names who made the layers, in the corner of the map."""

    _template = Template(CREDITS)

    def __init__(self, credits_: str) -> None:
        super().__init__()
        self.credits = credits_


def _add(drawn: folium.Map, layer: Layer, content: dict[str, Any]) -> None:
    fields = _common_fields(content)
    shapes = folium.GeoJson(
        content,
        name=words(layer.label),
        style_function=_style(layer.style),
        marker=folium.CircleMarker(radius=layer.style.radius or 6, weight=layer.style.width),
        tooltip=folium.GeoJsonTooltip(fields, labels=False) if fields else None,
    )
    shapes.add_to(drawn)
    if layer.name == "regions":
        west, south, east, north = shapely.total_bounds(
            [shape(one["geometry"]) for one in content["features"]]
        )
        drawn.fit_bounds([[south, west], [north, east]])


def _common_fields(content: Mapping[str, Any]) -> list[str]:
    found = [set(one["properties"]) for one in content["features"]]
    return [name for name in SHOWN if all(name in names for names in found)]


def _style(style: Style) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def of(feature: dict[str, Any]) -> dict[str, Any]:
        is_line = "Line" in feature["geometry"]["type"]
        width = style.width if is_line else min(style.width, OUTLINE)
        fill = feature["properties"].get("colour", style.fill)
        return {
            "color": style.stroke, "weight": width, "dashArray": style.dash or None,
            "fill": not is_line, "fillColor": fill, "fillOpacity": 1,
        }  # fmt: skip

    return of


def _rendered(drawn: folium.Map, vendor: str) -> str:
    drawn.default_js = [(name, vendor + path) for name, path in drawn.default_js]
    drawn.default_css = [(name, vendor + path) for name, path in drawn.default_css]
    page: str = drawn.get_root().render()
    return page


def _embed(page: str, link: str, tag: str) -> str:
    def content(found: re.Match[str]) -> str:
        text = (VENDOR / Path(found.group(1))).read_text(encoding="utf-8")
        return f"<{tag}>{text}</{tag}>"

    return re.sub(link, content, page)
