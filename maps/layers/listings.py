"""Services: exactly what the directory's search finds for the same query string."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson
from flask_babel import ngettext
from shapely.geometry import shape
from sqlalchemy.orm import Session

from directory.audience import audience_of
from directory.categories import CATEGORIES
from directory.core.i18n import language, words
from directory.core.text import N_
from directory.forms.search import NAMES, asked_search
from directory.pages.search import ROWS
from directory.queries.filters import Moment
from directory.queries.points import MOST_POINTS, groups, points
from directory.queries.search import found_listings
from directory.visibility import PRECISION_NOTES
from maps.features import Feature
from maps.map_layers import LAYERS, Layer, Scope, Style


def services(session: Session, scope: Scope) -> Iterator[Feature]:
    """What this actor's search finds; rows of the list carry its numbers; very many are grouped."""
    query = {name: scope.query[name] for name in NAMES if name in scope.query}
    found = found_listings(
        session,
        asked_search(session, query or {"country": [scope.country]}).search,
        audience=audience_of(scope.actor),
        moment=Moment(scope.now),
        language=language(),
        facets=False,
    )
    if len(found) > MOST_POINTS:
        text = groups(found, label=_label, address=lambda _box: "")
    else:
        text = points(
            session,
            found,
            language=language(),
            address=lambda key: f"/listings/{key}",
            notes={kind: words(note) for kind, note in PRECISION_NOTES.items()},
            numbers=_numbers(scope.query),
        )
    for one in orjson.loads(text)["features"]:
        facts = one["properties"]
        category = CATEGORIES.get(facts.get("category", ""))
        summary = {"summary": words(category.label)} if category else {}
        yield Feature(shape(one["geometry"]), facts | summary, one["id"])


def _numbers(query: Mapping[str, list[str]]) -> range:
    page = (query.get("page") or ["1"])[0]
    start = (int(page[:6]) - 1) * ROWS if page.isascii() and page.isdigit() else 0
    return range(max(start, 0), max(start, 0) + ROWS)


def _label(count: int) -> str:
    return str(ngettext("%(num)s service", "%(num)s services", count))


LAYERS.add(
    Layer(
        "services",
        N_("Services"),
        services,
        90,
        Style("#ffffff", "#00635a", 1.5, radius=6.0),
        "",
        basemap=False,
    )
)
