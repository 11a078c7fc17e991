"""Sites as HSDS locations and listings as HSDS services at locations.

Everything is taken from ``ListingView``, which knows what its reader may be told of the place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from directory.core.text import Text
from directory.hsds_identifiers import derived_id
from directory.hsds_parts import capacity_object, rule_objects, schedules
from directory.hsds_taxonomies import ACCESS, SECTOR, SPECIALTY, TAXONOMIES, attribute_object
from directory.listing_life import capacity_is_stale
from directory.models import Listing
from directory.opening_hours import Hours
from directory.queries.calendars import calendar_for_row
from directory.queries.hsds_offers import Reader
from directory.queries.listing_view import ListingView
from directory.visibility import Precision, Visibility
from directory.vocabulary import ACCESS_NEEDS

SHOWN_ON_A_MAP = frozenset({Precision.SITE, Precision.TOWN})
"""Otherwise the position is the label of a region, which no program should take for a place."""


def location_object(view: ListingView, reader: Reader) -> dict[str, Any]:
    """HSDS ``location``. A hidden one has neither name nor address, nor a position."""
    site, where = view.listing.site, view.where
    exact = site.precision in SHOWN_ON_A_MAP
    return {
        "id": site.id,
        "location_type": "physical",
        "name": site.name if where.place else where.region,
        "description": where.note,
        "latitude": where.lat if exact else None,
        "longitude": where.lon if exact else None,
        "addresses": _addresses(view, reader),
        "phones": _phones(view),
        "contacts": _mailboxes(view),
        "accessibility": [
            {
                "id": derived_id(site.id, "accessibility", code),
                "location_id": site.id,
                "description": ACCESS_NEEDS.get(code, code),
            }
            for code in sorted(site.accessibility)
        ],
        "precision": site.precision,
        "disclosure": _disclosure(view.listing),
        "region": where.region,
        "country": where.country,
    }


def _disclosure(listing: Listing) -> str:
    """Who is told the address: everybody, partners, or whoever is accepted."""
    if listing.site.precision is Precision.HIDDEN:
        return "on_acceptance"
    return "public" if listing.visibility is Visibility.PUBLIC else "partners"


def _addresses(view: ListingView, reader: Reader) -> list[dict[str, Any]]:
    """Postcodes are hardly used in the four countries, and HSDS asks for one: it is empty."""
    site, where = view.listing.site, view.where
    if where.place is None:
        return []
    widest = reader.regions.widest(site.region_id)
    return [
        {
            "id": derived_id(site.id, "address"),
            "location_id": site.id,
            "address_1": where.address or site.name,
            "city": site.place_name or where.region or "",
            "region": where.region,
            "state_province": widest.name if widest else "",
            "postal_code": "",
            "country": where.country,
            "address_type": "physical",
        }
    ]


def _phones(view: ListingView) -> list[dict[str, Any]]:
    site, number = view.listing.site, view.where.phone
    if not number:
        return []
    key = derived_id(site.id, "phone")
    return [{"id": key, "location_id": site.id, "number": number, "type": "voice"}]


def _mailboxes(view: ListingView) -> list[dict[str, Any]]:
    site, email = view.listing.site, view.where.email
    if not email:
        return []
    return [{"id": derived_id(site.id, "contact"), "location_id": site.id, "email": email}]


def offer_object(view: ListingView, reader: Reader) -> dict[str, Any]:
    """HSDS ``service_at_location`` with what our profile adds."""
    listing = view.listing
    return {
        "id": listing.id,
        "service_id": listing.service_id,
        "location_id": listing.site_id,
        "location": location_object(view, reader),
        "contacts": _contacts(view),
        "schedules": _schedules(listing, reader.now),
        "attributes": _attributes(listing),
        "eligibility_rules": rule_objects(view.condition_rows, reader.describers.condition),
        "has_no_conditions": listing.has_no_conditions or None,
        "intake_windows": _windows(listing),
        "referral_terms": _referral_terms(view),
        "allowances": _allowances(listing),
        "duration_days": listing.duration_days,
        "hours_per_week": listing.hours_per_week,
        "ends_on": view.ends_on,
        "state": listing.state,
        "verified_at": listing.verified_at,
        "last_modified": modified_at(listing),
        "source": source_of(listing.source),
    }


def modified_at(listing: Listing) -> dt.datetime:
    """When the listing was last edited or verified."""
    return max(listing.edited_at, listing.verified_at or listing.edited_at)


def source_of(source: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where facts come from, without what an editor noted beside it."""
    named = {name: source[name] for name in ("url", "citation", "date") if source.get(name)}
    return named or None


def capacities(view: ListingView, reader: Reader) -> list[dict[str, Any]]:
    """HSDS ``service_capacity`` for partners, as on their screens; the public is told no numbers.

    A count that is too old says nothing any more.
    """
    listing = view.listing
    if not view.shows_contacts:
        return []
    return [
        capacity_object(
            listing.id, listing.service_id, row.places, row.places - row.held - row.taken,
            row.updated_at, (row.from_on, row.until_on),
        )
        for row in listing.capacities
        if row.places is not None
        and not capacity_is_stale(row.updated_at.date(), reader.now.date())
    ]  # fmt: skip


def _contacts(view: ListingView) -> list[dict[str, Any]]:
    """The role of who answers, never a name or a direct number."""
    if view.focal_point is None:
        return []
    key = view.listing.id
    title = view.focal_point.role_title
    return [{"id": derived_id(key, "contact"), "service_at_location_id": key, "title": title}]


def _schedules(listing: Listing, now: dt.datetime) -> list[dict[str, Any]]:
    hours = [Hours(one.weekday, one.opens_at, one.closes_at) for one in listing.opening_hours]
    zone = calendar_for_row(listing, listing.site.country).zone
    offset = now.astimezone(zone).utcoffset() or dt.timedelta()
    return schedules(listing.id, hours, offset / dt.timedelta(hours=1))


def _attributes(listing: Listing) -> list[dict[str, Any]]:
    codes = (
        (SECTOR, listing.sectors),
        (SPECIALTY, listing.specialties),
        (ACCESS, listing.supports),
    )
    return [
        attribute_object(listing.id, "service_at_location", TAXONOMIES[name], code)
        for name, own in codes
        for code in sorted(own)
    ]


def _windows(listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "opens_on": one.opens_on,
            "closes_on": one.closes_on,
            "starts_on": one.starts_on,
            "recurrence": one.recurrence or None,
            "cut_off_days": one.cut_off_days,
            "note": one.note or None,
        }
        for one in listing.windows
    ]


def _referral_terms(view: ListingView) -> dict[str, Any] | None:
    needed: list[Text] = list(view.data_needed)
    terms = {
        "accepts_self_referral": view.listing.accepts_self_referral,
        "answer_within_hours": view.promised_hours,
        "needed_at_first_contact": needed or None,
    }
    return terms if any(value is not None for value in terms.values()) else None


def _allowances(listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind,
            "amount": one.amount,
            "currency": one.currency,
            "per": one.per,
            "age_from": one.age_from,
            "age_to": one.age_to,
            "first_payment_day": one.first_payment_day,
            "paid_by": one.paid_by,
            "note": one.note,
        }
        for one in listing.allowances
    ]
