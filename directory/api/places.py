"""Regions and places as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from directory.api.openapi import resource
from directory.api.place_schemas import PlaceItem, PlacesQuery, RegionItem, RegionsQuery
from directory.core.db import db
from directory.core.security import public
from directory.queries.places import Suggestion, suggested_places
from directory.queries.regions import RegionNode
from directory.queries.snapshot import current

places = resource("places", about="Regions, and places by name.")


@places.get("/regions")
@places.arguments(RegionsQuery, location="query")
@places.response(200, RegionItem(many=True))
@public
def regions(query: Mapping[str, Any]) -> list[RegionNode]:
    """The tree of regions, as a list."""
    asked = query.items()
    tree = current(db.session).regions
    return [
        node
        for node in sorted(
            tree.values(), key=lambda one: (one.country, one.level, one.name, one.id)
        )
        if all(getattr(node, name) == value for name, value in asked)
    ]


@places.get("/places")
@places.arguments(PlacesQuery, location="query")
@places.response(200, PlaceItem(many=True))
@public
def suggestions(query: Mapping[str, Any]) -> list[Suggestion]:
    """Places and regions that a typed name, or the beginning of one, may mean."""
    return suggested_places(db.session, query["near"], country=query.get("country"))
