"""Where the facilities of a list are: region, position that can be believed, duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shapely.geometry import Point

from directory.column_mapping import ColumnMapping
from directory.facility_rows import Facility
from directory.folding import fold
from directory.import_problems import Problem
from directory.queries.region_shapes import RegionShapes
from directory.visibility import Precision

SAME_PLACE_DECIMALS = 3
"""Two positions that agree to about 100 m are one place."""


@dataclass(slots=True)
class Placed:
    """A facility with what is known of where it is."""

    facility: Facility
    region_id: UUID | None
    lon: float | None
    lat: float | None

    @property
    def precision(self) -> Precision:
        """No position: no more than the region."""
        return Precision.REGION if self.lon is None else self.facility.precision


class Placing:
    """Places the facilities of one list, batch by batch, and remembers those it has seen."""

    def __init__(self, shapes: RegionShapes, mapping: ColumnMapping) -> None:
        self._shapes, self._mapping = shapes, mapping
        self._keys: set[int] = set()
        self._places: set[int] = set()
        self._names: set[int] = set()

    def place(self, facilities: Sequence[Facility]) -> Iterable[Placed | Problem]:
        """Each facility with its region, and problems; a problem alone for one that is left out."""
        points = [
            None if one.lon is None or one.lat is None else Point(one.lon, one.lat)
            for one in facilities
        ]
        with_point = [at for at, point in enumerate(points) if point is not None]
        regions = self._shapes.holding(
            [facilities[at].country for at in with_point],
            [point for point in points if point is not None],
        )
        held = dict(zip(with_point, regions, strict=True))
        for at, one in enumerate(facilities):
            yield from self._place(one, points[at], held.get(at))

    def _place(
        self, one: Facility, point: Point | None, held: UUID | None
    ) -> Iterable[Placed | Problem]:
        if not _new(self._keys, one.key):
            yield Problem(one.row, "id-twice", found=one.record)
            return
        claimed = self._claimed(one)
        if one.claimed_region and claimed is None:
            yield Problem(one.row, "unknown-region", self._column("region"), one.claimed_region)
        placed = Placed(one, claimed, None, None)
        if point is not None and held is not None:
            placed = Placed(one, held, one.lon, one.lat)
            if claimed is not None and not self._shapes.is_near(claimed, point):
                yield Problem(one.row, "other-region", self._column("region"), one.claimed_region)
        elif point is not None:
            yield Problem(one.row, self._astray(one, point), found=f"{one.lon}, {one.lat}")
        yield from self._checked(placed)

    def _checked(self, placed: Placed) -> Iterable[Placed | Problem]:
        one = placed.facility
        if placed.region_id is None:
            yield Problem(one.row, "nowhere", self._column("region"), one.claimed_region)
            return
        name = f"{one.country} {fold(one.name)}"
        where = f"{placed.region_id}" if placed.lon is None else _rounded(placed)
        if not _new(self._places, f"{name} {where}"):
            yield Problem(one.row, "duplicate", self._column("name"), one.name)
            return
        if not _new(self._names, f"{name} {placed.region_id}"):
            yield Problem(one.row, "same-name", self._column("name"), one.name)
        yield placed

    def _claimed(self, one: Facility) -> UUID | None:
        if not one.claimed_region:
            return None
        known = self._mapping.regions.get(one.country, {})
        name = known.get(one.claimed_region.casefold(), one.claimed_region)
        return self._shapes.named(one.country, name)

    def _astray(self, one: Facility, point: Point) -> str:
        """Outside the country; if the other way round it would be inside, this is said instead."""
        turned = Point(point.y, point.x)
        found = self._shapes.holding([one.country], [turned]) if abs(point.x) <= 90 else [None]
        return "swapped" if found[0] is not None else "outside-country"

    def _column(self, name: str) -> str:
        return self._mapping.columns.get(name, "")


def _rounded(placed: Placed) -> str:
    return " ".join(
        f"{value:.{SAME_PLACE_DECIMALS}f}"
        for value in (placed.lon, placed.lat)
        if value is not None
    )


def _new(seen: set[int], text: str) -> bool:
    """Whether it was not seen before; a number of 64 bits for each keeps the memory small."""
    number = hash(text)
    if number in seen:
        return False
    seen.add(number)
    return True
