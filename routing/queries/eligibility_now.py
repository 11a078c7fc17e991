"""What one listing answers to one person today, read afresh inside the running transaction.

The proposals remember; a step that depends on eligibility judges again on what is stored now.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from directory.costs import CostModel
from directory.geodesy import geodesics
from directory.intake import Window
from directory.models import Capacity, Condition, Listing, Region
from directory.visibility import RADIUS_METRES, Precision, Visibility
from routing.conditions import Every, leaves, tree
from routing.eligibility import Assessment, assess
from routing.facts import Facts
from routing.offer import Allowance, Area, Costs, Offer, Reach
from routing.regions import Region as Path


def assessment_now(
    listing: Listing, facts: Facts, *, sender: str, today: dt.date
) -> Assessment:
    """The verdict with every reason."""
    offer = offer_of(listing, facts, sender=sender, today=today)
    return assess(conditions_of(listing), facts, offer, today)


def conditions_of(listing: Listing) -> Every:
    """The listing's conditions as a tree."""
    return tree(_rows(listing.conditions, None))


def facts_read(listing: Listing, *, hard_only: bool = False) -> frozenset[str]:
    """Names of the facts that the conditions of a listing read."""
    return frozenset(
        name
        for leaf in leaves(conditions_of(listing))
        if leaf.hard or not hard_only
        for name in leaf.clause.reads
    )


def offer_of(listing: Listing, facts: Facts, *, sender: str, today: dt.date) -> Offer:
    """The listing on this day, seen by this person."""
    site, organisation = listing.site, listing.service.organisation
    programme = listing.service.programme
    hidden = is_hidden(listing)
    ends = [day for day in (listing.ends_on, programme.ends_on if programme else None) if day]
    path = region_path(site.region)
    return Offer(
        key=str(listing.id),
        organisation=organisation.key,
        is_government=organisation.is_government,
        area=None if site.is_urban is None else Area.URBAN if site.is_urban else Area.RURAL,
        region=path[:2] if hidden else path,
        reach=None if hidden else reach_of(listing, facts, today),
        is_hidden=hidden,
        windows=windows_of(listing),
        programme_ends_on=min(ends, default=None),
        has_no_end=listing.has_no_end,
        end_margin_days=programme.margin_days if programme else 0,
        duration_days=listing.duration_days,
        hours_week=listing.hours_per_week,
        costs=costs_of(listing),
        languages=frozenset(listing.languages),
        supports=frozenset(listing.supports) | frozenset(site.accessibility),
        specialties=frozenset(listing.specialties),
        sectors=frozenset(listing.sectors),
        saturated=frozenset(listing.saturated_sectors),
        sender=sender,
        allowed_senders=frozenset(listing.allowed_senders),
        self_referral=listing.accepts_self_referral,
        accepts_incomplete=listing.accepts_incomplete,
        has_waiting_list=listing.waitlist_days is not None,
        **_places(listing, today),
    )


def is_hidden(listing: Listing) -> bool:
    """The address is never shown (protocol A.17)."""
    hidden_site = listing.site.precision is Precision.HIDDEN
    return hidden_site or listing.visibility is Visibility.HIDDEN_ADDRESS


def windows_of(listing: Listing) -> tuple[Window, ...]:
    """The intake windows as the rules see them."""
    return tuple(
        Window(
            row.opens_on, row.closes_on, row.starts_on, row.recurrence or "", row.cut_off_days or 0
        )
        for row in listing.windows
    )


def reach_of(listing: Listing, facts: Facts, today: dt.date) -> Reach | None:
    """How far the person is from the site, as exactly as both are known."""
    place = facts.known("location", today).value
    site = listing.site
    if place is None or not place.has_point or site.lon is None or site.lat is None:
        return None
    if site.precision not in RADIUS_METRES:
        return None
    metres = float(
        geodesics(place.lon, place.lat, np.array([site.lon]), np.array([site.lat]))[0]
    )
    around = place.radius + RADIUS_METRES[site.precision]
    return Reach(max(metres - around, 0.0), metres + around)


def region_path(region: Region | None) -> Path:
    """The codes from the country down to the region, as far as regions have codes."""
    chain: list[Region] = []
    while region is not None:
        chain.append(region)
        region = region.parent
    if not chain:
        return ()
    codes = [row.code or str(row.id) for row in reversed(chain)]
    return (chain[-1].country, *codes)


def costs_of(listing: Listing) -> Costs:
    """What is written about costs and allowances."""
    return Costs(
        model=CostModel(listing.cost_model) if listing.cost_model else None,
        price=float(listing.price) if listing.price is not None else None,
        currency=listing.currency,
        allowances=tuple(
            Allowance(row.kind, float(row.amount) if row.amount is not None else None, row.per)
            for row in listing.allowances
        ),
    )


def _places(listing: Listing, today: dt.date) -> dict[str, Any]:
    """The present period, else the next one, as ``capacity_places`` counts it."""
    coming = [row for row in listing.capacities if row.until_on is None or row.until_on >= today]
    if not coming:
        return {}
    period = min(coming, key=lambda row: (row.from_on or dt.date.min, str(row.id)))
    return {
        "places": period.places,
        "held": period.held,
        "taken": period.taken,
        "next_place_on": period.next_on,
        "taken_by_group": _groups(period),
    }


def _groups(period: Capacity) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((row.population_group, row.taken) for row in period.groups))


def _rows(conditions: list[Condition], parent: object) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.kind, "asks": row.asks, "hard": row.is_hard,
            "flexible_by": row.flexible_by, "source": row.source,
            "parts": _rows(conditions, row.id),
        }
        for row in conditions
        if row.parent_id == parent
    ]  # fmt: skip
