"""What one listing answers to one person today, read afresh inside the running transaction.

The proposals remember; a step that depends on eligibility judges again on what is stored now, with
the same offers and the same rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import Conflict
from directory.core.text import N_
from directory.geodesy import geodesics
from directory.intake import Window
from directory.models import Listing, Region
from directory.queries.regions import RegionNode, RegionTree
from directory.visibility import RADIUS_METRES, Precision, Visibility
from routing.conditions import Every, leaves
from routing.eligibility import Assessment, assess
from routing.facts import Facts
from routing.limits import reach
from routing.offer import Offer, Reach
from routing.queries.offers import Catalogue, offered
from routing.queries.region_discs import Disc, region_discs
from routing.regions import Region as Path
from routing.values import Place


@dataclass(frozen=True, slots=True)
class Asks:
    """A listing as the rules see it."""

    conditions: Every
    offer: Offer

    def facts_read(self, *, hard_only: bool = False) -> frozenset[str]:
        """Names of the facts that the listing's own conditions read."""
        return frozenset(
            name
            for leaf in leaves(self.conditions)
            if leaf.hard or not hard_only
            for name in leaf.clause.reads
        )


def asks_of(
    session: Session, listing: Listing, facts: Facts, *, sender: str, today: dt.date
) -> Asks:
    """What the listing asks of this person today; ``Conflict`` if its conditions cannot be read."""
    session.flush()
    catalogue = Catalogue()
    found = list(offered(session, catalogue, tree_around(listing.site.region), today, [listing.id]))
    if not found:
        raise Conflict(N_("The conditions of this listing cannot be read: tell its editor."))
    away = reach_of(session, listing, facts, today)
    offer = replace(catalogue.offer(found[0]), reach=away, sender=sender)
    return Asks(catalogue.conditions[found[0].conditions], offer)


def assessment_of(asks: Asks, facts: Facts, today: dt.date) -> Assessment:
    """The verdict with every reason."""
    return assess(asks.conditions, facts, asks.offer, today)


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


def reach_of(session: Session, listing: Listing, facts: Facts, today: dt.date) -> Reach | None:
    """How far the person is from the site, as exactly as both are known; nothing if hidden."""
    place = facts.known("location", today).value
    if is_hidden(listing) or not isinstance(place, Place):
        return None
    person, site = _disc_of_person(session, place), _disc_of_site(session, listing)
    if person is None or site is None:
        return None
    metres = geodesics(person.lon, person.lat, np.array([site.lon]), np.array([site.lat]))
    return reach(float(metres[0]), person.radius + site.radius)


def tree_around(region: Region | None) -> RegionTree:
    """The region with what it lies in, without reading all the others."""
    chain: list[RegionNode] = []
    while region is not None:
        chain.append(
            RegionNode(
                region.id, region.country, region.level, region.code, region.name,
                region.parent_id, region.lon, region.lat,
            )
        )  # fmt: skip
        region = region.parent
    return RegionTree(iter(chain))


def region_path(region: Region | None) -> Path:
    """The codes from the country down to the region; empty when nobody wrote the region."""
    if region is None:
        return ()
    chain = tree_around(region).around(region.id)
    return (region.country, *(node.code or str(node.id) for node in reversed(chain)))


def region_at_path(session: Session, path: Path) -> UUID | None:
    """The region that a path ends with."""
    if not path:
        return None
    query = select(Region.id).where(Region.country == path[0], Region.code == path[-1])
    return session.scalars(query).first()


def _disc_of_person(session: Session, place: Place) -> Disc | None:
    if place.lon is not None and place.lat is not None:
        return Disc(place.lon, place.lat, place.radius)
    return _disc(session, region_at_path(session, place.region))


def _disc_of_site(session: Session, listing: Listing) -> Disc | None:
    site = listing.site
    if site.precision in RADIUS_METRES and site.lon is not None and site.lat is not None:
        return Disc(site.lon, site.lat, RADIUS_METRES[site.precision])
    return _disc(session, site.region_id)


def _disc(session: Session, region_id: UUID | None) -> Disc | None:
    if region_id is None:
        return None
    discs: Mapping[UUID, Disc] = region_discs(session, [region_id])
    found = discs.get(region_id)
    return found if found is not None and found.radius >= 0 else None
