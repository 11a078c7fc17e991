"""A picture of the map for browsers without JavaScript and for paper: one SVG, no script."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from maps.features import Feature
from maps.map_layers import Layer, Style

AROUND = "#e6eaee"
"""What is not drawn, sea or land: grey, so that a desert is not taken for an ocean."""
OUTLINE = 1.2
MARGIN = 0.12
LABEL_HEIGHT, LETTER_WIDTH = 15.0, 6.9


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the earth that is drawn, and the size of the picture."""

    west: float
    south: float
    east: float
    north: float
    width: int
    height: int

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels of a position."""
        x = (lon - self.west) / (self.east - self.west) * self.width
        return x, (self.north - lat) / (self.north - self.south) * self.height


def frame_of(shapes: Sequence[BaseGeometry], *, width: int = 400, tallest: int = 440) -> Frame:
    """A frame around the shapes, in their true proportions at their latitude."""
    west, south, east, north = shapely.total_bounds(list(shapes)) if shapes else (-18, 4, 16, 28)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 0.05), max(north - south, 0.05)
    high = max(high, wide * 0.4)
    if high / wide > tallest / width:
        wide = high * width / tallest
    wide, high = wide * (1 + MARGIN), high * (1 + MARGIN)
    centre_x, centre_y = (west + east) / 2, (south + north) / 2
    half_x, half_y = wide / squeeze / 2, high / 2
    return Frame(
        centre_x - half_x, centre_y - half_y, centre_x + half_x, centre_y + half_y,
        width, round(width * high / wide),
    )  # fmt: skip


def draw(
    frame: Frame, layers: Iterable[tuple[Layer, Sequence[Feature]]], *, title: str, names: int = 10
) -> str:
    """The picture: layers from the ground up, then names, then numbered pins, the first on top."""
    layers = list(layers)
    ground = [one for layer, found in layers if layer.basemap for one in found]
    pins = [one for layer, found in layers if not layer.basemap for one in found]
    towns = towns_with_room(frame, ground, names)
    parts = [f'<rect width="{frame.width}" height="{frame.height}" fill="{AROUND}"/>']
    for layer, found in layers:
        if layer.basemap:
            parts += [_shape(frame, one.shape, layer.style) for one in _drawn(found, towns)]
    parts += [_name(frame, town) for town in towns]
    parts += [_pin(frame, one) for one in reversed(pins)]
    named = [layer.credit for layer, found in layers if found and layer.credit]
    parts.append(
        f'<text x="{frame.width - 4}" y="{frame.height - 5}" text-anchor="end" font-size="9" '
        f'fill="#525c68">{escape(" · ".join(dict.fromkeys(named)))}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}" '
        f'width="{frame.width}" height="{frame.height}" role="img" aria-label={quoteattr(title)} '
        f'font-family="system-ui, sans-serif">{"".join(parts)}</svg>\n'
    )


def towns_with_room(frame: Frame, features: Iterable[Feature], most: int) -> list[Feature]:
    """The largest towns whose names do not cover each other."""
    chosen: list[Feature] = []
    taken: list[tuple[float, float, float]] = []
    towns = [one for one in features if "rank" in one.properties]
    for town in sorted(towns, key=lambda one: int(one.properties["rank"])):
        x, y = frame.place(town.shape.x, town.shape.y)
        room = len(str(town.properties["name"])) * LETTER_WIDTH + 10
        inside = 0 < x < frame.width - room and LABEL_HEIGHT < y < frame.height - 20
        free = all(
            abs(y - top) > LABEL_HEIGHT or x > left + wide or left > x + room
            for left, top, wide in taken
        )
        if inside and free and len(chosen) < most:
            taken.append((x, y, room))
            chosen.append(town)
    return chosen


def _drawn(features: Iterable[Feature], towns: Sequence[Feature]) -> list[Feature]:
    return [one for one in features if "rank" not in one.properties or one in towns]


def _shape(frame: Frame, whole: BaseGeometry, style: Style) -> str:
    shape = whole.intersection(shapely.box(frame.west, frame.south, frame.east, frame.north))
    edge = min(style.width, OUTLINE)
    paint = f'fill="{style.fill}" stroke="{style.stroke}" stroke-width="{edge}"'
    line = f'fill="none" stroke="{style.stroke}" stroke-width="{style.width}"'
    line += f' stroke-dasharray="{style.dash}"' if style.dash else ""
    drawn = []
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if isinstance(part, Polygon):
            rings = "".join(f"M{_path(frame, ring)}Z" for ring in (part.exterior, *part.interiors))
            drawn.append(f'<path d="{rings}" {paint}/>')
        elif isinstance(part, LineString):
            drawn.append(f'<path d="M{_path(frame, part)}" {line}/>')
        elif isinstance(part, Point):
            x, y = frame.place(part.x, part.y)
            drawn.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{style.radius or 3}" {paint}/>')
    return "".join(drawn)


def _path(frame: Frame, line: BaseGeometry) -> str:
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in (frame.place(*pair[:2]) for pair in line.coords))


def _name(frame: Frame, town: Feature) -> str:
    x, y = frame.place(town.shape.x, town.shape.y)
    return (
        f'<text x="{x + 6:.0f}" y="{y + 4:.0f}" font-size="13" fill="#16191d" stroke="#fff" '
        f'stroke-width="3" paint-order="stroke">{escape(str(town.properties["name"]))}</text>'
    )


def _pin(frame: Frame, feature: Feature) -> str:
    spot = feature.shape.centroid
    x, y = frame.place(spot.x, spot.y)
    colour = str(feature.properties.get("colour", "#00635a"))
    number = feature.properties.get("number")
    if number is None:
        return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{colour}" stroke="#fff"/>'
    return (
        f'<g><circle cx="{x:.0f}" cy="{y:.0f}" r="10" fill="{colour}" stroke="#fff"/>'
        f'<text x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle" font-size="11" '
        f'font-weight="700" fill="#fff">{int(number)}</text></g>'
    )
