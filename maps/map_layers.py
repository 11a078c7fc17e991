"""Map layers: what can be drawn, in which order and how. To add one, add a module to its package.

The module says ``LAYERS.add(Layer(…))``; the legend, the GeoJSON address, the live map, the picture
for browsers without JavaScript and the Folium atlas read the registry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from directory.core.actor import ANONYMOUS, Actor
from directory.core.registry import Registry
from directory.core.text import Text
from maps.features import Feature


@dataclass(frozen=True, slots=True)
class Scope:
    """What a map is asked for."""

    country: str
    """ISO 3166-1 alpha-2, upper case."""
    now: dt.datetime
    query: Mapping[str, list[str]] = field(default_factory=dict)
    """The query string of the directory search, so that map and list show the same."""
    actor: Actor = ANONYMOUS
    """Who looks: layers show nothing that this actor may not see in a list."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a layer is drawn, on every kind of map. Widths are in pixels."""

    stroke: str
    fill: str = "none"
    width: float = 1.0
    dash: str = ""
    radius: float = 0.0
    """Points only."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Something that can be put on a map."""

    name: str
    label: Text
    """What people read in the legend."""
    features: Callable[[Session, Scope], Iterable[Feature]]
    order: int
    """Lower is drawn first, below the others."""
    style: Style
    credit: str
    """Who is named on the map for it."""
    note: Text | None = None
    """What people must know before they rely on it."""
    digits: int = 4
    """Decimals of a degree: three are 110 metres, four 11."""
    basemap: bool = True
    """Part of the ground, not of what is looked for."""


LAYERS: Registry[Layer] = Registry("maps.layers")


def drawn_layers(*, basemap: bool | None = None) -> list[Layer]:
    """The layers from the ground up, all or only those of the basemap (or not)."""
    chosen = [one for one in LAYERS.values() if basemap is None or one.basemap == basemap]
    return sorted(chosen, key=lambda one: one.order)
