"""The tree of regions in memory: a few hundred areas, with what lies inside what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory.core.geo import point
from directory.models import Region, RegionCode


@dataclass(frozen=True, slots=True)
class RegionNode:
    """A region without its shape."""

    id: UUID
    country: str
    level: int
    code: str | None
    name: str
    parent_id: UUID | None
    lon: float
    lat: float
    """Point inside the area: for labels, and the shared pin of hidden services."""


class RegionTree(Mapping[UUID, RegionNode]):
    """All regions by id."""

    def __init__(self, nodes: Iterator[RegionNode]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._children: dict[UUID, list[UUID]] = defaultdict(list)
        for node in self._nodes.values():
            if node.parent_id is not None:
                self._children[node.parent_id].append(node.id)

    def __getitem__(self, key: UUID) -> RegionNode:
        return self._nodes[key]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def within(self, key: UUID) -> frozenset[UUID]:
        """The region and everything inside it."""
        found, waiting = {key}, [key]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return frozenset(found)

    def around(self, key: UUID | None) -> tuple[RegionNode, ...]:
        """The region and what it lies in, narrowest first."""
        chain: list[RegionNode] = []
        while key is not None and key in self._nodes and self._nodes[key] not in chain:
            chain.append(self._nodes[key])
            key = chain[-1].parent_id
        return tuple(chain)

    def narrowest(self, key: UUID | None) -> RegionNode | None:
        """The region itself, if it is known."""
        return self._nodes.get(key) if key is not None else None

    def widest(self, key: UUID | None) -> RegionNode | None:
        """The region of level 1 that holds it: as exact as a hidden service is ever placed."""
        chain = self.around(key)
        return chain[-1] if chain else None


def region_tree(session: Session) -> RegionTree:
    """All regions, without shapes."""
    rows = session.execute(
        select(
            Region.id,
            Region.country,
            Region.level,
            Region.code,
            Region.name,
            Region.parent_id,
            Region.lon,
            Region.lat,
        ).order_by(Region.country, Region.level, Region.name, Region.id)
    )
    return RegionTree(RegionNode(*row) for row in rows)


def region_by_code(session: Session, code: str) -> UUID | None:
    """The region with an ISO 3166-2 code, or a code of another scheme that only one region has."""
    found = session.scalars(select(Region.id).where(Region.code == code)).all()
    if not found:
        found = session.scalars(
            select(RegionCode.region_id).where(RegionCode.value == code).distinct()
        ).all()
    return found[0] if len(found) == 1 else None


def region_known(session: Session, key: UUID) -> UUID | None:
    """The id itself if there is such a region."""
    return session.scalar(select(Region.id).where(Region.id == key))


def region_at(session: Session, lon: float, lat: float) -> UUID | None:
    """The narrowest region that holds a position; on a border, the one with the smaller id."""
    return session.scalars(_regions_holding(lon, lat).limit(1)).first()


def _regions_holding(lon: float, lat: float) -> Select[tuple[UUID]]:
    here = point(lon, lat)
    return (
        select(Region.id)
        .where(Region.shape.is_not(None), func.ST_Intersects(Region.shape, here) == True)  # noqa: E712 -- SQL
        .order_by(Region.level.desc(), Region.id)
    )
