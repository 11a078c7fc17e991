"""Where the person lives, from the facts that say so."""

from __future__ import annotations

import datetime as dt

from directory.core.text import N_, AreaCode, Words
from routing.answers import Finding
from routing.facts import Facts
from routing.regions import Region, lies_in_any, written
from routing.values import Place, Seen
from routing.verdicts import ask_provider, found, unknown


def residence(facts: Facts, today: dt.date) -> Seen:
    """The region of residence, else that of the location."""
    seen = facts.known("residence", today)
    if not seen.unknown:
        return seen
    place = facts.known("location", today)
    if isinstance(place.value, Place) and place.value.region:
        return Seen(place.value.region, place.source)
    return seen


def lives_in(areas: frozenset[Region], facts: Facts, today: dt.date) -> Finding:
    """Does the person live in one of the areas?"""
    if not areas:
        return ask_provider(N_("The region of the service is not known."))
    seen = residence(facts, today)
    if seen.unknown:
        return unknown("residence", seen)
    reason = N_(
        "Lives in {region}; regions: {areas}",
        region=AreaCode(written(seen.value)),
        areas=Words(AreaCode(code) for code in sorted(written(area) for area in areas)),
    )
    return found(lies_in_any(seen.value, areas), "residence", reason)
