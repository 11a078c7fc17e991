"""Listings as the engine reads them: conditions and offers, equal ones made once, in few queries."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from directory.core.errors import Invalid
from directory.costs import CostModel, cost_terms
from directory.intake import Window, feasible_start
from directory.models import (
    Listing,
)
from directory.organisation_kinds import OrganisationKind
from directory.queries.regions import RegionTree
from directory.visibility import Precision, Visibility
from routing import offer as offers
from routing.conditions import Every, tree
from routing.offer import Area, Costs, Offer
from routing.queries.offer_rows import LISTS, TERMS, Parts, Places, chunks, listing_rows
from routing.regions import Region

log = logging.getLogger(__name__)


class Offered(NamedTuple):
    """One listing. Numbers stand for equal things (``Catalogue``)."""

    id: UUID
    conditions: int
    template: int
    places: int
    organisation: str
    region: Region
    category: str
    country: str
    asked: int
    answered: int


class Catalogue:
    """What listings share: trees of conditions, offers without what is a listing's own, places."""

    def __init__(self) -> None:
        self.conditions: list[Every] = []
        self.templates: list[Offer] = []
        self.places: list[Places] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, kind: list[Any], key: Hashable, make: Callable[[], Any]) -> int:
        """Number of the thing with this key in one of the lists, made if it was never met."""
        found = self._numbers.get((id(kind), key))
        if found is None:
            found = self._numbers[id(kind), key] = len(kind)
            kind.append(make())
        return found

    def offer(self, listing: Offered) -> Offer:
        """The listing's own offer, before anybody seeks it."""
        return replace(
            self.templates[listing.template],
            key=str(listing.id),
            organisation=listing.organisation,
            region=listing.region,
            **self.places[listing.places]._asdict(),
        )


def offered(
    session: Session, catalogue: Catalogue, regions: RegionTree, today: dt.date, ids: Sequence[UUID]
) -> Iterator[Offered]:
    """The listings with these ids (smallest first), in no order.

    A listing whose conditions cannot be read is left out and logged: nobody is sent to it.
    """
    wanted = frozenset(ids)
    for of in chunks(ids):
        parts = Parts(session, of, today)
        for row in session.execute(listing_rows().where(of(Listing.id))):
            if row.id not in wanted:
                continue
            try:
                yield _offered(row, parts, catalogue, regions, today)
            except Invalid as error:
                log.error("listing %s is left out of proposals: %s", row.id, error.fields)  # noqa: TRY400 -- no trace needed


def region_path(regions: RegionTree, key: UUID | None) -> Region:
    """The codes from the country down to the region; empty when nobody wrote the region."""
    chain = regions.around(key)
    if not chain:
        return ()
    return (chain[-1].country, *(node.code or str(node.id) for node in reversed(chain)))


def _offered(
    row: Row[Any], parts: Parts, catalogue: Catalogue, regions: RegionTree, today: dt.date
) -> Offered:
    conditions = parts.conditions.get(row.id, ())
    windows = tuple(tuple(one[1:]) for one in parts.windows.get(row.id, ()))
    allowances = tuple(tuple(one[1:]) for one in parts.allowances.get(row.id, ()))
    hidden = row.precision is Precision.HIDDEN or row.visibility is Visibility.HIDDEN_ADDRESS
    terms = (*row[TERMS], hidden, windows, allowances)
    path = region_path(regions, row.region_id)
    counts = parts.places.get(row.id, Places())
    return Offered(
        row.id,
        catalogue.number(catalogue.conditions, _anonymous(conditions), lambda: _tree(conditions)),
        catalogue.number(
            catalogue.templates, terms, lambda: _template(row, hidden, windows, allowances, today)
        ),
        catalogue.number(catalogue.places, counts, lambda: counts),
        row.organisation,
        path[:2] if hidden else path,
        row.category,
        row.country,
        row.asked,
        row.answers,
    )


def _template(
    row: Row[Any],
    hidden: bool,
    windows: tuple[Any, ...],
    allowances: tuple[Any, ...],
    today: dt.date,
) -> Offer:
    found = tuple(
        Window(opens, closes, starts, recurrence or "", cut_off or 0)
        for opens, closes, starts, recurrence, cut_off in windows
    )
    ends = [day for day in (row.ends_on, row.programme_ends_on) if day is not None]
    codes = {name: frozenset(json.loads(getattr(row, name) or "[]")) for name in LISTS}
    return Offer(
        is_government=row.kind == OrganisationKind.PUBLIC,
        area=None if row.is_urban is None else Area.URBAN if row.is_urban else Area.RURAL,
        is_hidden=hidden,
        windows=found,
        starts_on=feasible_start(found, today) if found else None,
        programme_ends_on=min(ends, default=None),
        has_no_end=row.has_no_end,
        end_margin_days=row.margin_days or 0,
        duration_days=row.duration_days,
        hours_week=row.hours_per_week,
        costs=_costs(row, allowances),
        languages=codes["languages"],
        supports=codes["supports"] | codes["accessibility"],
        specialties=codes["specialties"],
        sectors=codes["sectors"],
        saturated=codes["saturated"],
        allowed_senders=codes["allowed_senders"],
        self_referral=row.accepts_self_referral,
        accepts_incomplete=row.accepts_incomplete,
        has_waiting_list=row.waitlist_days is not None,
    )


def _costs(row: Row[Any], allowances: tuple[Any, ...]) -> Costs:
    terms = cost_terms(json.loads(row.cost_terms or "{}"))
    return Costs(
        model=CostModel(row.cost_model) if row.cost_model else None,
        price=_number(row.price),
        deposit=terms.deposit or 0,
        currency=row.currency,
        has_advance=terms.has_advance,
        transport_day=terms.transport_day,
        meals_day=terms.meals_day,
        lodging_month=terms.lodging_month,
        days_month=terms.days_month,
        allowances=tuple(
            offers.Allowance(kind, _number(amount), per, age_from, age_to)
            for kind, amount, per, age_from, age_to in allowances
        ),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _anonymous(rows: Sequence[Row[Any]]) -> Hashable:
    """Conditions without their keys, so that equal ones of two listings are equal."""
    places = {row.id: place for place, row in enumerate(rows)}
    return tuple((places.get(row.parent_id), *row[3:]) for row in rows)


def _tree(rows: Sequence[Row[Any]]) -> Every:
    def below(parent: UUID | None) -> list[dict[str, Any]]:
        return [
            {
                "kind": row.kind, "asks": json.loads(row.asks), "hard": row.is_hard,
                "flexible_by": row.flexible_by, "source": row.source, "parts": below(row.id),
            }
            for row in rows
            if row.parent_id == parent
        ]  # fmt: skip

    return tree(below(None))
