"""Where the person lives, from the facts that say so."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from directory.core.text import N_, AreaCode, Words
from routing.answers import Finding
from routing.facts import Facts
from routing.regions import Region, lies_in_any, written
from routing.values import Place
from routing.verdicts import ask_provider, found, unknown


def with_residence(facts: Facts) -> Facts:
    """The facts as somebody gave them: a home in a known region says the region of residence too.

    Done once, where facts come in. A criterion that concluded it by itself would refuse people for
    what nobody said, and take it back as soon as the region is asked.
    """
    said = facts.said("location")
    if said is None or "residence" in facts:
        return facts
    if not isinstance(said.value, Place) or not said.value.region:
        return facts
    return facts.having(residence=replace(said, value=said.value.region))


def lives_in(areas: frozenset[Region], facts: Facts, today: dt.date) -> Finding:
    """Does the person live in one of the areas?"""
    if not areas:
        return ask_provider(N_("The region of the service is not known."))
    seen = facts.known("residence", today)
    if seen.unknown:
        return unknown("residence", seen)
    reason = N_(
        "Lives in {region}; regions: {areas}",
        region=AreaCode(written(seen.value)),
        areas=Words(AreaCode(code) for code in sorted(written(area) for area in areas)),
    )
    return found(lies_in_any(seen.value, areas), "residence", reason)
