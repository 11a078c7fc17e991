"""The directory as the engine reads it: what each process derives from the shared arrays, day by day.

``directory.queries.snapshot`` keeps the arrays and brings them up to date at every use; here hangs
what proposals need besides: recipes of conditions, fixed verdicts of the day, shelves with trees.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from directory.audience import NARROWEST
from directory.geodesy import Floats
from directory.queries.columns import PRECISIONS, VISIBILITIES, Columns, Ints, Mask
from directory.queries.regions import RegionTree
from directory.queries.snapshot import DirectorySnapshot, current
from directory.visibility import RADIUS_METRES, Precision, Visibility
from routing.facts import Facts
from routing.offer import Offer, Reach
from routing.profiles import YES
from routing.queries.offers import Catalogue, Offered, offered, region_path
from routing.queries.region_discs import Disc, region_discs
from routing.recipes import Recipes, Shared, line_finding
from routing.shelf import TREE_FROM, Left, Shelf, Stock, fixed_ranks, shelves
from routing.terms import Ranks, Seeker

__all__ = ["Segment", "current", "discs", "segments"]

DAYS_KEPT = 2
"""Around midnight two days are asked for."""
_AUDIENCE = np.array([NARROWEST[kind] for kind in VISIBILITIES], dtype=np.uint8)
_HIDDEN = PRECISIONS.index(Precision.HIDDEN)
_HIDDEN_ADDRESS = VISIBILITIES.index(Visibility.HIDDEN_ADDRESS)
_OWN_RADIUS = np.array([RADIUS_METRES.get(kind, np.nan) for kind in PRECISIONS])


@dataclass(slots=True, eq=False, kw_only=True)
class Segment:
    """One part of the directory on one day. Rows are those of its ``columns``."""

    columns: Columns
    stock: Stock
    shelves: Mapping[int, Shelf]
    catalogue: Catalogue
    template: Ints
    places: Ints
    asked: Ints
    answered: Ints
    organisations: Mapping[int, str]
    """Keys by number of the organisation."""
    paths: Sequence[tuple[str, ...]]
    """Paths by number of the region."""
    gaps: dict[tuple[int, int], float | None] = field(default_factory=dict)
    """Monthly gaps by template and means, as far as they were worked out."""
    _left: dict[int, tuple[Mask, Left]] = field(default_factory=dict)
    _totals: dict[int, tuple[int, int]] = field(default_factory=dict)

    def organisation(self, row: int) -> str:
        """Key of the provider."""
        return self.organisations[int(self.columns.organisation[row])]

    def offer(self, row: int, key: UUID, reach: Reach | None, sender: str) -> Offer:
        """The offer of one row, ``key`` being its id, as one person sees it."""
        template: Offer = self.catalogue.templates[self.template[row]]
        path = self.paths[self.columns.region[row]]
        places = self.catalogue.places[self.places[row]]
        return replace(
            template,
            key=str(key),
            organisation=self.organisation(row),
            region=path[:2] if template.is_hidden else path,
            reach=reach,
            sender=sender,
            places=places.places,
            held=places.held,
            taken=places.taken,
            next_place_on=places.next_place_on,
            taken_by_group=places.taken_by_group,
        )

    def totals(self, country: int) -> tuple[int, int]:
        """Referrals asked and answered in time in one country."""
        known = self._totals.get(country)
        if known is None:
            rows = self.columns.country == country
            sums = int(self.asked[rows].sum()), int(self.answered[rows].sum())
            known = self._totals[country] = sums
        return known

    def left(self, category: int, holds: Mask) -> Left:
        """The items of a shelf whose rows hold; remembered while the same rows do."""
        known = self._left.get(category)
        if known is None or known[0] is not holds:
            known = self._left[category] = holds, self.shelves[category].left(holds)
        return known[1]


class Arrays(NamedTuple):
    """What is read of each listing, by row; −1 where it could not be read."""

    template: Ints
    places: Ints
    recipe: Ints
    fixed: Ints
    asked: Ints
    answered: Ints


def segments(
    session: Session, picture: DirectorySnapshot, today: dt.date
) -> tuple[tuple[Segment, Mask], ...]:
    """Both parts of the directory ready for today, with the rows of each that hold."""
    return tuple(
        (_segment(session, picture, part, today), holds)
        for part, holds in picture.parts
        if len(part)
    )


def discs(session: Session, picture: DirectorySnapshot) -> Mapping[UUID, Disc]:
    """The disc around each region."""
    return picture.base.derived((__name__, "discs"), lambda _part: region_discs(session))


def _segment(
    session: Session, picture: DirectorySnapshot, part: Columns, today: dt.date
) -> Segment:
    days = part.derived((__name__, "days"), lambda _part: set[dt.date]())
    if today not in days:
        days.add(today)
        for day in sorted(days)[:-DAYS_KEPT]:
            days.discard(day)
            part.forget((__name__, day))
    return part.derived((__name__, today), lambda made: _kept(session, picture, made, today))


def _kept(session: Session, picture: DirectorySnapshot, part: Columns, today: dt.date) -> Segment:
    """A large part lives long: it is taken out of the sight of the garbage collector.

    Else every full collection would walk through it, in the middle of somebody's request.
    """
    made = _made(session, picture, part, today)
    if len(part) >= TREE_FROM:
        gc.collect()
        gc.freeze()
    return made


def _made(session: Session, picture: DirectorySnapshot, part: Columns, today: dt.date) -> Segment:
    catalogue, recipes = Catalogue(), Recipes()
    ids = part.ids(np.arange(len(part)))
    organisations: dict[int, str] = {}
    arrays = _arrays(
        offered(session, catalogue, picture.regions, today, ids),
        ids,
        part,
        catalogue,
        recipes,
        organisations,
    )
    regions = picture.vocabulary.region.values
    lon, lat, radius = _anchors(part, regions, picture.regions, discs(session, picture))
    stock = Stock(
        recipes=recipes,
        category=np.where(arrays.recipe < 0, -1, part.category).astype(np.int32),
        country=part.country,
        audience=_AUDIENCE[part.visibility],
        organisation=part.organisation,
        recipe=np.maximum(arrays.recipe, 0),
        fixed=np.maximum(arrays.fixed, 0),
        fixed_rank=fixed_rank_of(recipes, np.maximum(arrays.fixed, 0), today),
        lon=lon,
        lat=lat,
        radius=radius,
    )
    return Segment(
        columns=part,
        stock=stock,
        shelves={number: shelf for number, shelf in shelves(stock).items() if number >= 0},
        catalogue=catalogue,
        template=arrays.template,
        places=arrays.places,
        asked=arrays.asked,
        answered=arrays.answered,
        organisations=organisations,
        paths=[region_path(picture.regions, key) for key in regions],
    )


def _arrays(
    listings: Iterable[Offered],
    ids: Sequence[UUID],
    part: Columns,
    catalogue: Catalogue,
    recipes: Recipes,
    organisations: dict[int, str],
) -> Arrays:
    rows = {key: row for row, key in enumerate(ids)}
    table = np.full((len(ids), len(Arrays._fields)), -1, dtype=np.int32)
    for listing in listings:
        row = rows[listing.id]
        recipe, fixed = recipes.place(
            catalogue.conditions[listing.conditions],
            Shared(listing.conditions, listing.template, listing.places),
            partial(_own, listing),
            partial(catalogue.offer, listing),
        )
        organisations[int(part.organisation[row])] = listing.organisation
        table[row] = (
            listing.template, listing.places, recipe, fixed, listing.asked, listing.answered
        )  # fmt: skip
    return Arrays(*(np.ascontiguousarray(column) for column in table.T))


def _own(listing: Offered, name: str) -> Hashable:
    return {"key": listing.id, "organisation": listing.organisation, "region": listing.region}[name]


def _anchors(
    part: Columns,
    keys: Sequence[UUID | None],
    regions: RegionTree,
    around: Mapping[UUID, Disc],
) -> tuple[Floats, Floats, Floats]:
    """Where listings stand and how exactly: their own point, else the disc of their region.

    A hidden service stands on the label of its region of level 1, like every other hidden one there.
    """
    hidden = (part.precision == _HIDDEN) | (part.visibility == _HIDDEN_ADDRESS)
    radius = _OWN_RADIUS[part.precision]
    exact = np.isfinite(radius) & np.isfinite(part.lon) & ~hidden
    if exact.all():
        return part.lon, part.lat, radius
    lon, lat = part.lon.copy(), part.lat.copy()
    for row in np.flatnonzero(~exact).tolist():
        key = keys[part.region[row]]
        if hidden[row]:
            widest = regions.widest(key)
            lon[row], lat[row], radius[row] = (widest.lon, widest.lat, 0.0) if widest else NOWHERE
        else:
            disc = around.get(key) if key is not None else None
            lon[row], lat[row], radius[row] = disc if disc and disc.radius >= 0 else NOWHERE
    return lon, lat, radius


NOWHERE = (np.nan, np.nan, 0.0)


def fixed_rank_of(recipes: Recipes, fixed: Ints, today: dt.date) -> Ranks:
    """What the fixed lines of each row say today."""
    nobody = Seeker(Facts(), today)
    lines = recipes.lines.values
    used = {number for numbers in recipes.fixed.values for number in numbers}
    ranks = np.full(len(lines), YES, dtype=np.uint8)
    for number in used:
        if lines[number].hard:
            ranks[number] = line_finding(recipes.terms, lines[number], nobody, None).answer.rank
    found: Ranks = fixed_ranks(recipes.fixed.values, ranks)[fixed]
    return found
