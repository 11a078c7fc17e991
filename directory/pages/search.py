"""Find a service: the first page, its results as a list and as points of the map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext, ngettext

from directory.audience import audience_of
from directory.core.clock import now
from directory.core.db import db
from directory.core.i18n import language, words
from directory.core.security import current_actor, public
from directory.core.web import asked_page, render
from directory.forms.search import Asked, asked_search
from directory.pages.demand import count_search
from directory.pages.downloads import Download, downloads
from directory.pages.search_choices import Choices, search_choices
from directory.pages.search_query import address, asked_query
from directory.queries.elsewhere import Elsewhere, elsewhere
from directory.queries.filters import Moment
from directory.queries.points import MOST_POINTS, groups, points
from directory.queries.result_rows import result_rows
from directory.queries.search import Found, found_listings
from directory.search_request import Area, Box, Point, Search, Sort
from directory.visibility import PRECISION_NOTES

blueprint = Blueprint("search", __name__)
ROWS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """What the template needs besides the rows."""

    asked: Asked
    found: Found
    choices: Choices
    elsewhere: Elsewhere | None
    points_url: str
    around: dict[str, Any] | None
    downloads: list[Download]


@blueprint.get("/")
@public
def page() -> Response:
    """The form and what it finds; without JavaScript the same, as a whole page."""
    query, asked = _asked_there()
    found = _found(asked.search)
    slice_ = asked_page(size=ROWS)
    rows = result_rows(
        db.session, found, now().date(), start=slice_.offset, stop=slice_.offset + slice_.size
    )
    if slice_.number == 1 and _is_search(asked.search):
        count_search(asked.search, found)
    shown = Shown(
        asked=asked,
        found=found,
        choices=search_choices(found, asked.search),
        elsewhere=None if len(found) else _elsewhere(asked.search),
        points_url=address(".map_points", {**query, "page": [str(slice_.number)]}),
        around=_around(asked),
        downloads=downloads(query),
    )
    status = 422 if asked.problems else 200
    return render(
        "directory/search.html", fragment="results", status=status, shown=shown, rows=rows,
        page=slice_, total=len(found), near=_near_text(asked),
        picture=address("maps.static_map", {**query, "page": [str(slice_.number)]}),
    )  # fmt: skip


@blueprint.get("/listings.geojson")
@public
def map_points() -> Response:
    """Everything that the same query finds, for the map; very many as groups."""
    found = _found(asked_search(db.session, asked_query()).search, facets=False)
    slice_ = asked_page(size=ROWS)
    if len(found) > MOST_POINTS:
        content = groups(found, label=_group_label, address=_box_url)
    else:
        content = points(
            db.session,
            found,
            language=language(),
            address=_listing_url,
            notes={kind: words(note) for kind, note in PRECISION_NOTES.items()},
            numbers=range(slice_.offset, slice_.offset + slice_.size),
        )
    return Response(content, mimetype="application/geo+json")


def _asked_there() -> tuple[dict[str, list[str]], Asked]:
    """What was asked; a place named in another country takes the search there.

    The form always comes with a country, chosen before anybody thought of a place.
    """
    query = asked_query()
    asked = asked_search(db.session, query)
    if asked.near and asked.search.country and asked.near.country != asked.search.country:
        query = {**query, "country": [asked.near.country], "region": []}
        return query, asked_search(db.session, query)
    return query, asked


def _found(search: Search, *, facets: bool = True) -> Found:
    return found_listings(
        db.session,
        search,
        audience=audience_of(current_actor()),
        moment=Moment(now()),
        language=language(),
        facets=facets,
    )


def _elsewhere(search: Search) -> Elsewhere:
    return elsewhere(
        db.session,
        search,
        audience=audience_of(current_actor()),
        moment=Moment(now()),
        language=language(),
    )


def _near_text(asked: Asked) -> str:
    """What the field "near" holds: the place that was understood, else what was typed."""
    if asked.near is not None:
        return asked.near.label
    centre = asked.search.centre
    if isinstance(centre, Point):
        return f"{centre.lat:.5f}, {centre.lon:.5f}"
    return request.args.get("near", "")


def _is_search(search: Search) -> bool:
    """Somebody looked for something: more than a country."""
    return replace(search, country=None, sort=Sort.BEST, within_metres=None) != Search()


def _around(asked: Asked) -> dict[str, Any] | None:
    centre = asked.search.centre
    if centre is None:
        return None
    if isinstance(centre, Area):
        near = asked.near
        return _disc(Point(near.lon, near.lat, label=near.name), None) if near else None
    return _disc(centre, asked.search.within_metres)


def _disc(centre: Point, radius: float | None) -> dict[str, Any]:
    name = centre.label or gettext("The chosen point")
    return {"lon": centre.lon, "lat": centre.lat, "radius": radius or 0, "name": name}


def _listing_url(key: UUID) -> str:
    return f"{request.script_root}/listings/{key}"


def _group_label(count: int) -> str:
    return ngettext("%(num)s service", "%(num)s services", count)


def _box_url(box: Box) -> str:
    bounds = f"{box.west},{box.south},{box.east},{box.north}"
    return address(".page", asked_query() | {"bbox": [bounds]})
