"""What the page of a listing says, in the order in which people ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from directory.audience import Audience
from directory.core.text import N_, Text
from directory.cost_words import terms_words
from directory.intake import Intake, Window, intake
from directory.models import Condition, FocalPoint, Listing
from directory.opening_hours import Hours, is_open, week
from directory.plain_words import cost_words
from directory.quality import Known, unknown
from directory.queries.calendars import calendar_for_row
from directory.queries.regions import RegionTree
from directory.visibility import PRECISION_NOTES, Precision


def _code_of(row: Mapping[str, Any]) -> Text:
    return N_("Criterion: {kind}", kind=row["kind"])


def _itself(code: str) -> Text:
    return N_("{code}", code=code)


def _nothing(_listing: UUID) -> tuple[Text, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Describers:
    """What the directory cannot say by itself, because it does not know how people are routed."""

    condition: Callable[[Mapping[str, Any]], Text] = _code_of
    """A condition as a mapping (see ``condition_rows``) → a sentence."""
    fact: Callable[[str], Text] = _itself
    """The code of a fact about a person → what people call it."""
    observed: Callable[[UUID], Sequence[Text]] = _nothing
    """How fast a listing really answers and begins; nothing while too few were sent to it."""

    reason: Callable[[str], Text] = _itself
    """The code of a refusal → what people call it."""


DESCRIBERS = "describers"
"""Where the application keeps them, among its extensions."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of "for whom"."""

    sentence: Text
    is_hard: bool
    source: str | None


@dataclass(frozen=True, slots=True)
class Where:
    """The place, as far as the reader may know it."""

    lon: float | None
    lat: float | None
    note: Text | None
    address: str | None
    place: str | None
    region: str | None
    country: str
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class ListingView:
    """The page."""

    listing: Listing
    cost: Text
    terms: Sequence[Text]
    """What must be paid first, what is paid back and when, and who pays, for whoever may know."""
    criteria: Sequence[Criterion]
    condition_rows: Sequence[Mapping[str, Any]]
    """The same as nested mappings."""
    intake: Intake | None
    """Nothing when nobody said anything about enrolment."""
    hours: Sequence[Text]
    is_open: bool | None
    where: Where
    focal_point: FocalPoint | None
    promised_hours: int | None
    """For an ordinary request, priority P3."""
    observed: Sequence[Text]
    data_needed: Sequence[Text]
    unknown: Sequence[Text]
    shows_contacts: bool
    """Direct numbers of the focal point are for partners."""
    ends_on: dt.date | None


def listing_view(
    listing: Listing,
    regions: RegionTree,
    describers: Describers,
    *,
    audience: Audience,
    now: dt.datetime,
) -> ListingView:
    """The page of a listing for a reader."""
    hours = [Hours(one.weekday, one.opens_at, one.closes_at) for one in listing.opening_hours]
    conditions = condition_rows(listing.conditions)
    focal_point = listing.focal_points[0] if listing.focal_points else None
    return ListingView(
        listing=listing,
        cost=cost_words(listing.cost_model, listing.price, listing.currency),
        terms=terms_words(
            listing.cost_terms, listing.currency, partner=audience >= Audience.PARTNERS
        ),
        criteria=[
            Criterion(describers.condition(row), row["hard"], row["source"]) for row in conditions
        ],
        condition_rows=conditions,
        intake=_intake(listing, now.date()),
        hours=week(hours),
        is_open=is_open(hours, now, calendar_for_row(listing, listing.site.country)),
        where=_where(listing, regions),
        focal_point=focal_point,
        promised_hours=_promised_hours(listing, focal_point),
        observed=describers.observed(listing.id),
        data_needed=[describers.fact(code) for code in listing.data_needed],
        unknown=unknown(_known(listing, hours)),
        shows_contacts=audience >= Audience.PARTNERS,
        ends_on=_ends_on(listing),
    )


def condition_rows(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """The conditions as nested mappings, as ``Describers.condition`` reads them."""

    def below(parent: UUID | None) -> list[dict[str, Any]]:
        return [
            {
                "kind": row.kind,
                "asks": row.asks,
                "hard": row.is_hard,
                "flexible_by": row.flexible_by,
                "source": row.source,
                "parts": below(row.id),
            }
            for row in conditions
            if row.parent_id == parent
        ]

    return below(None)


def _intake(listing: Listing, today: dt.date) -> Intake | None:
    if not listing.windows and not listing.has_no_end:
        return None
    windows = [
        Window(
            one.opens_on, one.closes_on, one.starts_on, one.recurrence or "", one.cut_off_days or 0
        )
        for one in listing.windows
    ]
    return intake(windows, today)


def _where(listing: Listing, regions: RegionTree) -> Where:
    """A hidden service is shown on the label of its region of level 1, with no address at all."""
    site = listing.site
    hidden = site.precision is Precision.HIDDEN
    node = regions.widest(site.region_id) if hidden else regions.narrowest(site.region_id)
    lon, lat = site.lon, site.lat
    if lon is None and node is not None:
        lon, lat = node.lon, node.lat
    return Where(
        lon=lon,
        lat=lat,
        note=PRECISION_NOTES.get(site.precision),
        address=None if hidden else site.address,
        place=None if hidden else site.place_name or site.name,
        region=node.name if node else None,
        country=site.country,
        phone=site.phone,
        email=site.email,
    )


def _promised_hours(listing: Listing, focal_point: FocalPoint | None) -> int | None:
    promises = (listing.promised_hours, focal_point.promised_hours if focal_point else {})
    return next((hours["P3"] for hours in promises if hours.get("P3") is not None), None)


def _known(listing: Listing, hours: Sequence[Hours]) -> Known:
    site = listing.site
    return Known(
        cost=listing.cost_model is not None,
        criteria=bool(listing.conditions) or listing.has_no_conditions,
        intake=bool(listing.windows) or listing.has_no_end,
        hours=bool(hours),
        languages=bool(listing.languages),
        documents=bool(listing.documents_required),
        contact=bool(site.phone or site.email or listing.focal_points),
        position=site.precision in {Precision.SITE, Precision.HIDDEN},
        self_referral=listing.accepts_self_referral is not None,
    )


def _ends_on(listing: Listing) -> dt.date | None:
    programme = listing.service.programme
    days = [listing.ends_on, programme.ends_on if programme else None]
    return min((day for day in days if day is not None), default=None)
