"""The slow and obvious reference: every listing, every criterion, every geodesic, one after the other."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from pyproj import Geod

from directory.costs import CostModel
from directory.intake import Window, feasible_start
from directory.models import Listing, Region, Site
from directory.operations.listings import content_of
from directory.visibility import RADIUS_METRES, Precision, Visibility
from routing.conditions import Every, tree
from routing.eligibility import Assessment, Verdict, assess
from routing.offer import Allowance, Area, Costs, Offer, Reach
from routing.terms import Seeker

EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Stand:
    """One listing as the oracle sees it."""

    id: Any
    conditions: Every
    offer: Offer
    lon: float | None = None
    lat: float | None = None
    radius: float = 0.0


@dataclass(frozen=True)
class Judged:
    """What the oracle says of one listing."""

    metres: float
    id: Any
    reach: Reach | None
    assessment: Assessment


def judged(stands: Iterable[Stand], seeker: Seeker) -> list[Judged]:
    """Every listing with its distance and its answer, nearest first, ties by id."""
    found = []
    for stand in stands:
        metres = distance(seeker, stand)
        reach = None
        if math.isfinite(metres) and not stand.offer.is_hidden:
            radius = stand.radius + seeker.radius
            reach = Reach(max(metres - radius, 0.0), metres + radius)
        offer = replace(stand.offer, reach=reach, sender=seeker.sender)
        answer = assess(stand.conditions, seeker.facts, offer, seeker.today)
        found.append(Judged(metres, stand.id, reach, answer))
    return sorted(found, key=lambda one: (one.metres, one.id))


def distance(seeker: Seeker, stand: Stand) -> float:
    """Metres along the ellipsoid; infinite when a position is missing."""
    if seeker.lon is None or seeker.lat is None or stand.lon is None or stand.lat is None:
        return math.inf
    return float(EARTH.inv(seeker.lon, seeker.lat, stand.lon, stand.lat)[2])


def nearest(found: Iterable[Judged], verdict: Verdict, number: int) -> list[Judged]:
    """The first ``number`` with that answer."""
    return [one for one in found if one.assessment.verdict is verdict][:number]


def counts(found: Iterable[Judged]) -> dict[Verdict, int]:
    """How many listings give each answer."""
    tally = Counter(one.assessment.verdict for one in found)
    return {verdict: tally[verdict] for verdict in Verdict}


def pending(found: Iterable[Judged]) -> Counter[frozenset[str]]:
    """How many undecided listings wait for which facts."""
    return Counter(
        frozenset(one.assessment.questions)
        for one in found
        if one.assessment.verdict is Verdict.ASK
    )


def stand_of(listing: Listing, today: dt.date) -> Stand:
    """One listing read through its rows, plainly: what the engine reads in bulk."""
    service, site = listing.service, listing.site
    programme = service.programme
    hidden = listing.visibility is Visibility.HIDDEN_ADDRESS or site.precision is Precision.HIDDEN
    chain = _chain(site.region)
    path = (site.region.country, *(one.code or str(one.id) for one in chain)) if chain else ()
    windows = tuple(
        Window(
            one.opens_on, one.closes_on, one.starts_on, one.recurrence or "", one.cut_off_days or 0
        )
        for one in listing.windows
    )
    offer = Offer(
        key=str(listing.id),
        organisation=service.organisation.key,
        is_government=service.organisation.is_government,
        area={True: Area.URBAN, False: Area.RURAL, None: None}[site.is_urban],
        region=path[:2] if hidden else path,
        is_hidden=hidden,
        windows=windows,
        starts_on=feasible_start(windows, today) if windows else None,
        programme_ends_on=min(
            (day for day in (listing.ends_on, programme and programme.ends_on) if day), default=None
        ),
        has_no_end=listing.has_no_end,
        end_margin_days=programme.margin_days if programme else 0,
        duration_days=listing.duration_days,
        hours_week=listing.hours_per_week,
        costs=Costs(
            model=CostModel(listing.cost_model) if listing.cost_model else None,
            price=None if listing.price is None else float(listing.price),
            currency=listing.currency,
            allowances=tuple(
                Allowance(
                    one.kind,
                    None if one.amount is None else float(one.amount),
                    one.per,
                    one.age_from,
                    one.age_to,
                )
                for one in listing.allowances
            ),
        ),
        languages=frozenset(listing.languages),
        supports=frozenset([*listing.supports, *site.accessibility]),
        specialties=frozenset(listing.specialties),
        sectors=frozenset(listing.sectors),
        saturated=frozenset(listing.saturated_sectors),
        allowed_senders=frozenset(listing.allowed_senders),
        self_referral=listing.accepts_self_referral,
        accepts_incomplete=listing.accepts_incomplete,
        has_waiting_list=listing.waitlist_days is not None,
        **_places(listing, today),
    )
    return Stand(
        listing.id, tree(content_of(listing)["conditions"]), offer, *_position(site, chain, hidden)
    )


def _chain(region: Region | None) -> list[Region]:
    """From the widest region down."""
    return [] if region is None else [*_chain(region.parent), region]


def _position(
    site: Site, chain: list[Region], hidden: bool
) -> tuple[float | None, float | None, float]:
    """A hidden service counts as standing where its region is labelled, one known by region in its disc."""
    if hidden:
        return (chain[0].lon, chain[0].lat, 0.0) if chain else (None, None, 0.0)
    if site.lon is not None and site.precision in RADIUS_METRES:
        return site.lon, site.lat, RADIUS_METRES[site.precision]
    if not chain or chain[-1].shape is None:
        return None, None, 0.0
    region = chain[-1]
    corners = shapely.get_coordinates(to_shape(region.shape)).tolist()
    radius = max(EARTH.inv(region.lon, region.lat, lon, lat)[2] for lon, lat in corners)
    return region.lon, region.lat, radius


def _places(listing: Listing, today: dt.date) -> dict[str, Any]:
    """The first period that is not over."""
    running = [one for one in listing.capacities if one.until_on is None or one.until_on >= today]
    if not running:
        return {}
    one = min(running, key=lambda row: (row.from_on or dt.date.min, row.id))
    groups = tuple(sorted((group.population_group, group.taken) for group in one.groups))
    return {"places": one.places, "held": one.held, "taken": one.taken, "next_place_on": one.next_on,
            "taken_by_group": groups}  # fmt: skip
