"""What a fact can hold, with where it comes from and until when it counts (protocol A.9.1)."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from routing.answers import Answer


class Source(enum.StrEnum):
    """Where a value comes from, weakest first."""

    INFERRED = "inferred"
    DECLARED = "declared"
    DOCUMENT = "document"
    VERIFIED = "verified"

    @property
    def strength(self) -> int:
        """0 (inferred) to 3 (verified)."""
        return _STRENGTH[self]


_STRENGTH: dict[Source, int] = {source: place for place, source in enumerate(Source)}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Interval(Generic[T]):
    """A value known only to lie between two others, both included ("about 17" is 16 to 18)."""

    lo: T
    hi: T


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: a point with a radius, an area, or both."""

    lon: float | None = None
    lat: float | None = None
    radius: float = 0.0
    """Metres around the point within which the person is."""
    region: tuple[str, ...] = ()
    """The area with those above it, country first; see ``routing.regions``."""

    @property
    def has_point(self) -> bool:
        """The distance to a site can be computed."""
        return self.lon is not None and self.lat is not None


@dataclass(frozen=True, slots=True)
class Aid:
    """Help that the person has received."""

    what: str
    """Category code, or the code of a programme."""
    on: dt.date | None = None
    """When; nothing if nobody knows."""


class SkillLevel(enum.IntEnum):
    """How well somebody masters a skill."""

    BASIC = 1
    INTERMEDIATE = 2
    ADVANCED = 3


@dataclass(frozen=True, slots=True)
class Skill:
    """Something the person can do."""

    name: str
    level: SkillLevel = SkillLevel.BASIC
    verified: bool = False
    """An expert has seen it; over-declared skills were a problem in Mali (TPML report §3.2.5)."""


@dataclass(frozen=True, slots=True)
class Value:
    """One fact about a person. ``value`` is an exact value, an ``Interval`` or a frozen set."""

    value: Any
    source: Source
    as_of: dt.date
    """Day on which it was true."""
    expires: dt.date | None = None
    """Last day on which it counts; nothing: the freshness of the fact decides."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a criterion sees of a fact on a day: equal for equal values, whatever their dates."""

    value: Any
    """The value; ``None`` if unknown or stale. An empty set is a known value."""
    source: Source | None = None
    stale: bool = False

    @property
    def unknown(self) -> bool:
        """Nothing usable is known."""
        return self.value is None


NOTHING = Seen(None)
STALE = Seen(None, None, True)


def bounds(value: Any) -> tuple[Any, Any]:
    """The lowest and the highest that ``value`` can be."""
    return (value.lo, value.hi) if isinstance(value, Interval) else (value, value)


def between(value: Any, low: Any, high: Any) -> Answer:
    """Does ``value`` lie between ``low`` and ``high``, both included? ``None`` sets no limit."""
    lo, hi = bounds(value)
    if (low is not None and hi < low) or (high is not None and lo > high):
        return Answer.NO
    if (low is None or lo >= low) and (high is None or hi <= high):
        return Answer.YES
    return Answer.UNKNOWN
