"""What can be asked of the directory: plain values for pages, API, command line and feeds."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from directory.core.text import N_, Text


class Sort(enum.StrEnum):
    """Order of what is found; ties are broken by id."""

    BEST = "best"
    DISTANCE = "distance"
    NAME = "name"


SORT_LABELS: dict[Sort, Text] = {
    Sort.BEST: N_("Best match first"),
    Sort.DISTANCE: N_("Nearest first"),
    Sort.NAME: N_("By name"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """A position from which distances count, and the region that holds it."""

    lon: float
    lat: float
    region_id: UUID | None = None
    """Decides for services of which only the region is known or may be known."""
    label: str = ""
    """As a person calls it."""


@dataclass(frozen=True, slots=True)
class Area:
    """A region from whose border distances count; inside it they are 0."""

    region_id: UUID
    label: str = ""


Centre: TypeAlias = Point | Area


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map. ``west`` beyond ``east`` spans the antimeridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Filters combine: a listing is found when it passes every one that is set.

    Within one filter any of several values is enough, except accessibility, where all are needed.
    """

    words: str = ""
    categories: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    """Kinds of organisation."""
    costs: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    accessibility: frozenset[str] = frozenset()
    country: str | None = None
    region_id: UUID | None = None
    """The region or any inside it."""
    organisation_id: UUID | None = None
    open_now: bool = False
    """Receives people at this hour."""
    intake_open: bool = False
    """Takes new people today."""
    self_referral: bool = False
    verified_days: int | None = None
    """Verified at most so many days ago."""
    centre: Centre | None = None
    within_metres: float | None = None
    """At most so far from the centre, the limit included."""
    box: Box | None = None
    sort: Sort = Sort.BEST
