"""What a ministry would have done before the demonstration: people to ask, places, verification.

The institutions are real and what is said here of their places, times and costs is not: each such
listing is marked, and every screen says that its verification is a demonstration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.actor import SYSTEM, Actor
from directory.models import Account, FocalPoint, Listing, Service, Site
from directory.operations.listings import (
    announce_changes,
    content_of,
    take_listing_step,
    write_listing,
)
from directory.visibility import Precision
from directory.who import Who


@dataclass(frozen=True, slots=True)
class DemoWindow:
    """A period of enrolment, in days from the day the demonstration is loaded."""

    opens_in: int | None
    """Nothing: people can apply at any time, for the next start."""
    closes_in: int
    starts_in: int
    every: str
    """How often it comes again, so that an old demonstration still shows something."""

    def row(self, today: dt.date) -> Mapping[str, Any]:
        """The window in the shape of ``directory.listing_content``."""
        opens, closes, starts = (
            None if days is None else today + dt.timedelta(days=days)
            for days in (self.opens_in, self.closes_in, self.starts_in)
        )
        return {
            "opens_on": opens,
            "closes_on": closes,
            "starts_on": starts,
            "recurrence": self.every,
            "note": "Démonstration",
        }


@dataclass(frozen=True, slots=True)
class DemoListing:
    """One real listing that the demonstration treats as verified."""

    service: str
    site: str
    places: int
    window: DemoWindow | None = None
    ends_in: int | None = None
    """Last day of the offer, in days from the day the demonstration is loaded."""

    def period(self, today: dt.date) -> dict[str, Any]:
        """When people can apply, and until when: without limit, unless it says so."""
        return {
            "has_no_end": self.window is None and self.ends_in is None,
            "windows": [self.window.row(today)] if self.window else [],
            "ends_on": None if self.ends_in is None else today + dt.timedelta(days=self.ends_in),
        }


DEMO_LISTINGS = (
    DemoListing("gn-enabel-training", "gn-enabel-pita", 20),
    DemoListing("gn-enabel-training", "gn-enabel-mamou", 12),
    DemoListing("gn-cfp-labe-carpentry", "gn-cfp-labe-carpentry-site", 25),
    DemoListing("gn-cfp-mamou-courses", "gn-cfp-mamou-site", 40),
    DemoListing(
        "gn-onfpp-training", "gn-onfpp-conakry", 60,
        DemoWindow(None, closes_in=6, starts_in=14, every="FREQ=MONTHLY"),
    ),
    DemoListing(
        "gn-cfp-matoto-courses", "gn-cfp-matoto-site", 30,
        DemoWindow(opens_in=18, closes_in=45, starts_in=60, every="FREQ=MONTHLY;INTERVAL=6"),
    ),
    DemoListing("gn-senah-matam-stay", "gn-senah-matam-conakry", 12),
    DemoListing("gn-aguipe-jobs", "gn-aguipe-conakry", 100),
    DemoListing("gn-anies-cash", "gn-anies-conakry", 1),
    DemoListing("gn-chu-donka-psychiatry", "gn-chu-donka-psychiatry-site", 15),
    DemoListing(
        "gm-gtti-courses", "gm-gtti-site", 80,
        DemoWindow(opens_in=-20, closes_in=25, starts_in=40, every="FREQ=YEARLY"),
    ),
    DemoListing("gm-sos-vtc", "gm-sos-vtc-bakoteh", 30, ends_in=60),
    DemoListing(
        "ml-cfp-senou-courses", "ml-cfp-senou-site", 350,
        DemoWindow(None, closes_in=12, starts_in=20, every="FREQ=MONTHLY;INTERVAL=3"),
    ),
    DemoListing(
        "sn-onfp-courses", "sn-onfp-dakar", 45,
        DemoWindow(opens_in=10, closes_in=38, starts_in=55, every="FREQ=MONTHLY;INTERVAL=6"),
    ),
)  # fmt: skip
RURAL_SITE = "gn-enabel-pita"
"""Shown as an exact position in the countryside, so that a limit of 10 km can be tried."""


def listing_of(session: Session, service: str, site: str) -> Listing:
    """The listing of a service at a site, by their keys."""
    query = select(Listing).join(Service).join(Site, Listing.site_id == Site.id)
    return session.scalars(query.where(Service.key == service, Site.key == site)).one()


def load_demo_directory(session: Session, *, now: dt.datetime) -> int:
    """Verify the listings of the demonstration that are not yet; how many were."""
    ministry = _account(session, "coordination").actor
    verified = 0
    for entry in DEMO_LISTINGS:
        listing = listing_of(session, entry.service, entry.site)
        if listing.is_demo:
            continue
        _complete(session, listing, entry, now)
        announce_changes(session, [listing], actor=SYSTEM, now=now)
        _verify(session, listing, ministry, now)
        verified += 1
    return verified


def _complete(session: Session, listing: Listing, entry: DemoListing, now: dt.datetime) -> None:
    offer = content_of(listing)
    offer |= entry.period(now.date()) | {
        "has_no_conditions": not listing.conditions,
        "waitlist_days": 90,
        "data_needed": listing.data_needed or ["education"],
        "capacities": [{"places": entry.places, "source": "demonstration"}],
    }
    if listing.cost_model is None:
        offer |= {"cost_model": "free", "cost_note": "Démonstration"}
    write_listing(
        session,
        listing.service,
        listing.site,
        offer,
        actor=SYSTEM,
        now=now,
        reason="demonstration",
    )
    listing.is_demo = True
    listing.focal_points.append(
        FocalPoint(
            role_title="Responsable des inscriptions (démonstration)",
            person_name="Point focal (démo)",
            deputy_name="Adjoint (démo)",
            languages=["fr"],
            promised_hours={"P2": 48, "P3": 96},
        )
    )
    if listing.site.key == RURAL_SITE:
        _place_exactly(listing.site)
    session.flush()


def _place_exactly(site: Site) -> None:
    """The town's point taken for the site's, in the countryside."""
    site.precision, site.is_urban = Precision.SITE, False
    site.source = {**site.source, "demonstration": "position and class of the place"}


def _verify(session: Session, listing: Listing, ministry: Actor, now: dt.datetime) -> None:
    take_listing_step(session, listing, "verify", actor=ministry, who=Who.NC, now=now)


def _account(session: Session, word: str) -> Account:
    return session.scalars(select(Account).where(Account.email == f"{word}@demo.example")).one()
