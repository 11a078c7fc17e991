"""Listings as plain values for the JSON interface."""

from __future__ import annotations

from typing import Any

from directory.core.i18n import words
from directory.intake import Intake
from directory.queries.listing_view import ListingView
from directory.queries.listings import Card
from directory.queries.opportunities import Opportunity
from directory.queries.result_rows import ResultRow


def item_of(row: ResultRow) -> dict[str, Any]:
    """An entry of a list."""
    return _item(row.card, row.lon, row.lat, row.metres, row.intake)


def item_of_card(card: Card, intake: Intake | None = None) -> dict[str, Any]:
    """An entry of a list that has no map."""
    return _item(card, None, None, None, intake)


def detail_of(view: ListingView, row: ResultRow) -> dict[str, Any]:
    """A listing with everything that may be told."""
    listing, service = view.listing, view.listing.service
    return item_of(row) | {
        "description": service.description,
        "cost_note": listing.cost_note,
        "criteria": [
            {**raw, "sentence": words(shown.sentence), "is_hard": shown.is_hard}
            for raw, shown in zip(view.condition_rows, view.criteria, strict=True)
        ],
        "has_no_conditions": listing.has_no_conditions,
        "windows": listing.windows,
        "allowances": listing.allowances,
        "opening_hours": listing.opening_hours,
        "languages": listing.languages,
        "accessibility": sorted({*listing.site.accessibility, *listing.supports}),
        "sectors": listing.sectors,
        "specialties": listing.specialties,
        "documents_required": listing.documents_required,
        "data_needed": listing.data_needed,
        "accepts_self_referral": listing.accepts_self_referral,
        "duration_days": listing.duration_days,
        "hours_per_week": listing.hours_per_week,
        "ends_on": view.ends_on,
        "programme": service.programme.name if service.programme else None,
        "address": view.where.address,
        "phone": view.where.phone,
        "email": view.where.email,
        "url": service.url,
        "who_answers": view.focal_point.role_title if view.focal_point else None,
        "promised_hours": view.promised_hours,
        "not_known": [words(sentence) for sentence in view.unknown],
        "source": source_of(listing.source),
    }


def opportunity_of(one: Opportunity) -> dict[str, Any]:
    """Something that is open."""
    return {
        "listing": item_of_card(one.card, one.intake),
        "is_open": one.is_open,
        "opens_on": one.opens_on,
        "last_day": one.last_day,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
    }


def source_of(source: dict[str, Any]) -> dict[str, Any]:
    """Where facts come from, without what an editor noted beside it."""
    return {name: source[name] for name in ("url", "citation", "date") if source.get(name)}


def _item(
    card: Card, lon: float | None, lat: float | None, metres: float | None, intake: Intake | None
) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "category": card.category,
        "organisation": {
            "id": card.organisation_id,
            "name": card.organisation,
            "kind": card.kind.value,
        },
        "cost": card.cost_model,
        "price": card.price,
        "currency": card.currency,
        "state": card.state.value,
        "verified_at": card.verified_at,
        "is_demo": card.is_demo,
        "country": card.country,
        "region": card.region,
        "place": card.place,
        "position": {"lon": lon, "lat": lat, "precision": card.precision.value},
        "metres": metres,
        "enrolment": _enrolment(intake),
    }


def _enrolment(intake: Intake | None) -> dict[str, Any] | None:
    if intake is None:
        return None
    opening = intake.now or intake.next
    return {
        "is_open": intake.now is not None,
        "opens_on": opening.opens_on if opening else None,
        "last_day": opening.last_on if opening else None,
        "starts_on": opening.starts_on if opening else None,
    }
