"""Places as people name them: suggestions while they type, and what a typed name stands for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from directory.folding import fold
from directory.models import Place, Region

MOST = 8
"""Suggestions shown."""
LEAST_LIKENESS = 80
"""Of 100: how alike a misspelt name and a place must be to be suggested."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A town, village or region that may be meant."""

    id: UUID
    kind: str
    """``place`` or ``region``."""
    name: str
    region: str
    country: str
    lon: float
    lat: float
    region_id: UUID | None
    """The region itself, or the one that the place lies in."""
    code: str
    """Of the region, where it is one; else of the country."""

    @property
    def label(self) -> str:
        """What the field holds once chosen: "Labé, Labé, GN" the town, "Labé, GN-L" the region."""
        return ", ".join(part for part in (self.name, self.region, self.code) if part)


def suggested_places(
    session: Session, typed: str, *, country: str | None = None, limit: int = MOST
) -> list[Suggestion]:
    """Places and regions that ``typed`` may mean: same name, then beginning, then near spelling.

    Within each, those of ``country`` first, then the larger ones.
    """
    wanted = fold(typed.split(",", maxsplit=1)[0])
    if not wanted:
        return []
    found = [*_places(session, wanted, country, limit), *_regions(session, wanted, country)]
    if not found:
        found = _alike(session, wanted, country, limit)
    exact = [one for one in found if fold(one.name) == wanted]
    rest = [one for one in found if fold(one.name) != wanted]
    return _narrowed(typed, [*exact, *rest])[:limit]


def suggestion_of(session: Session, key: UUID) -> Suggestion | None:
    """The place or region with this id."""
    place = session.get(Place, key, options=[joinedload(Place.region)])
    if place is not None:
        return _of_place(place)
    region = session.get(Region, key)
    return _of_region(region) if region is not None else None


def _narrowed(typed: str, found: list[Suggestion]) -> list[Suggestion]:
    """Those whose region or country was typed behind the name, if it was."""
    details = {fold(part) for part in typed.split(",")[1:]} - {""}
    if not details:
        return found
    narrow = [one for one in found if details <= _details(one)]
    return narrow or found


def _details(one: Suggestion) -> set[str]:
    return {fold(one.region), fold(one.country), fold(one.code)}


def _places(session: Session, wanted: str, country: str | None, limit: int) -> list[Suggestion]:
    query = (
        select(Place)
        .where(Place.folded.startswith(wanted, autoescape=True))
        .order_by(
            case((Place.folded == wanted, 0), else_=1),
            case((Place.country == (country or ""), 0), else_=1),
            func.coalesce(Place.population, 0).desc(),
            Place.folded,
            Place.id,
        )
        .limit(limit)
    )
    return [_of_place(place) for place in session.scalars(_with_region(query))]


def _regions(session: Session, wanted: str, country: str | None) -> list[Suggestion]:
    query = select(Region).order_by(
        case((Region.country == (country or ""), 0), else_=1), Region.level, Region.name, Region.id
    )
    columns = (Region.id, Region.country, Region.name, Region.lon, Region.lat, Region.code)
    rows = session.execute(query.with_only_columns(*columns))
    return [
        _region(row.id, row.name, row.country, row.lon, row.lat, row.code)
        for row in rows
        if fold(row.name).startswith(wanted)
    ]


def _alike(session: Session, wanted: str, country: str | None, limit: int) -> list[Suggestion]:
    """Places whose name, or another name they go by, is spelt nearly so."""
    query = select(Place.id, Place.folded, Place.alternate_names, Place.country, Place.population)
    rows = session.execute(query).all()
    names = [
        (place, name)
        for place in rows
        for name in {place.folded, *(fold(name) for name in place.alternate_names)}
    ]
    near = process.extract(
        wanted,
        [name for _, name in names],
        scorer=fuzz.ratio,
        score_cutoff=LEAST_LIKENESS,
        limit=None,
    )
    ranked = sorted(
        (
            names[at][0].country != country,
            -likeness,
            -(names[at][0].population or 0),
            str(names[at][0].id),
        )
        for _, likeness, at in near
    )
    ids = list(dict.fromkeys(UUID(key) for *_, key in ranked))[:limit]
    found = {
        place.id: place
        for place in session.scalars(_with_region(select(Place).where(Place.id.in_(ids))))
    }
    return [_of_place(found[key]) for key in ids]


def _with_region(query: Select[tuple[Place]]) -> Select[tuple[Place]]:
    without_shape = joinedload(Place.region).load_only(Region.name, Region.country)
    return query.options(without_shape)


def _of_place(place: Place) -> Suggestion:
    region = place.region.name if place.region else ""
    return Suggestion(
        place.id, "place", place.name, region, place.country, place.lon, place.lat,
        place.region_id, place.country,
    )  # fmt: skip


def _of_region(one: Region) -> Suggestion:
    return _region(one.id, one.name, one.country, one.lon, one.lat, one.code)


def _region(
    key: UUID, name: str, country: str, lon: float, lat: float, code: str | None
) -> Suggestion:
    return Suggestion(key, "region", name, "", country, lon, lat, key, code or country)
