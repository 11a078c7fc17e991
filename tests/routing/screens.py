"""What is done again and again at the screens of casework: choose, agree, send."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.models import Listing
from directory.who import Who
from routing.disclosure import FIELDS
from routing.models import Need, Referral
from tests import factories
from tests.routing.browser import Browser
from tests.routing.stories import FACTS, Story

Seat = Callable[[Who], Browser]
SHARED = sorted(FIELDS)
"""Every box that can be ticked, ticked: what a service of the kind is not told does not matter."""


def unschooled(story: Story) -> Need:
    """Somebody whose schooling nobody has asked."""
    return story.need(story.case({k: v for k, v in FACTS.items() if k != "education"}))


def with_conditions(story: Story, **given: Any) -> Listing:
    """The programme of the founding documents: age, schooling, distance."""
    listing = story.listing(**given)
    for kind, asks in (
        ("age", {"min": 18, "max": 35}), ("education", {"max": "gn:10"}),
        ("distance", {"km_urban": 5, "km_rural": 10}),
    ):  # fmt: skip
        factories.Condition(listing=listing, kind=kind, asks=asks)
    story.session.commit()
    return listing


def agreement(*listings: Listing, but: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A form in which the person says yes to those listings."""
    return {
        **{f"accepts-{listing.id}": "yes" for listing in listings},
        "shared": [name for name in SHARED if name not in but],
        "understood": "1", "read_aloud": "1", "mode": "signature", "language": "fr",
        "affordability": "talked over", **more,
    }  # fmt: skip


def the_referral(session: Session) -> Referral:
    session.expire_all()
    return session.scalars(select(Referral)).one()


def drafted(story: Story, caseworker: Browser, listing: Listing, need: Need | None = None) -> str:
    """The address of the consent for a draft that was chosen among the proposals."""
    need = need or story.need()
    caseworker.get(f"/needs/{need.id}/proposals")
    caseworker.post(f"/needs/{need.id}/referrals", {"listing_id": str(listing.id)})
    if "/compare" in caseworker.location:
        caseworker.follow()
        chosen(caseworker, need, listing)
    return caseworker.location


def chosen(caseworker: Browser, need: Need, listing: Listing, **more: Any) -> None:
    """The options on the page are talked over, and the person takes one of them."""
    shown = re.findall(r'name="listing" value="([^"]+)"', caseworker.page)
    said = {
        "listing": shown, "chosen": str(listing.id), "words": "canary choice",
        "was_neutral": "1", **more,
    }  # fmt: skip
    caseworker.post(f"/needs/{need.id}/counselling", said)


def sent(story: Story, caseworker: Browser, listing: Listing) -> Referral:
    """Consent given, file ready, sent: through the pages."""
    address = drafted(story, caseworker, listing)
    caseworker.get(address)
    caseworker.post(address, agreement(listing))
    caseworker.follow()
    caseworker.post(address.replace("consent", "sending"))
    return the_referral(story.session)
