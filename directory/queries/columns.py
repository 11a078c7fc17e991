"""Listings as arrays: one row a listing, in the order of their ids, for filters and distances."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from directory.geodesy import Floats, ecef
from directory.listing_life import State
from directory.visibility import Precision, Visibility

T = TypeVar("T")
Mask: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int32]

STATES = tuple(State)
VISIBILITIES = tuple(Visibility)
PRECISIONS = tuple(Precision)
NEVER = np.iinfo(np.int32).min
"""Day number of something that has not happened."""
ENDLESS = np.iinfo(np.int32).max
"""Day number of something that has no end, or none that is known."""
UNSAID = -1
"""A yes-or-no question that nobody answered."""


class Codes:
    """Values met so far, numbered in the order of their appearance; a number keeps its meaning."""

    def __init__(self, *values: Hashable) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Hashable, int] = {}
        for value in values:
            self.number(value)

    def number(self, value: Hashable) -> int:
        """Number of ``value``, a new one if it was never met."""
        if value not in self._numbers:
            self.values.append(value)
            self._numbers[value] = len(self.values) - 1
        return self._numbers[value]

    def find(self, value: Hashable) -> int:
        """Number of ``value``; −1, which no row has, if it was never met."""
        return self._numbers.get(value, -1)

    def column(self, values: Iterable[Hashable]) -> Ints:
        """The numbers of many values."""
        known, number = self._numbers, self.number
        found = [known[value] if value in known else number(value) for value in values]
        return np.array(found, dtype=np.int32)

    def __len__(self) -> int:
        return len(self.values)


class SetCodes(Codes):
    """Lists of codes (languages, sectors, …): equal lists share one number."""

    def json_column(self, texts: Iterable[str]) -> Ints:
        """The numbers of lists that come as JSON texts; each distinct text is read once."""
        known: dict[str, int] = {}
        found = []
        for text in texts:
            if text not in known:
                known[text] = self.number(frozenset(json.loads(text or "[]")))
            found.append(known[text])
        return np.array(found, dtype=np.int32)

    def holding(self, codes: frozenset[str], *, all_of: bool = False) -> Mask:
        """For each number, whether its list holds one of ``codes`` (or all of them)."""
        test: Callable[[frozenset[str]], bool]
        test = codes.issubset if all_of else lambda held: not codes.isdisjoint(held)
        return np.fromiter((test(held) for held in self.values), dtype=bool, count=len(self.values))


@dataclass(slots=True)
class Vocabulary:
    """The codes behind the numbers in ``Columns``; shared by all columns of one database."""

    category: Codes = field(default_factory=Codes)
    kind: Codes = field(default_factory=Codes)
    cost: Codes = field(default_factory=lambda: Codes(None))
    """Number 0 is "nobody said what it costs"."""
    country: Codes = field(default_factory=Codes)
    region: Codes = field(default_factory=lambda: Codes(None))
    """Ids of regions; number 0 is "region not known"."""
    organisation: Codes = field(default_factory=Codes)
    """Ids of organisations."""
    lists: SetCodes = field(default_factory=lambda: SetCodes(frozenset()))
    """Languages, accessibility, sectors and specialties: number 0 is the empty list."""


@dataclass(slots=True, eq=False, kw_only=True)
class Columns:
    """Arrays of equal length, never changed once made; row numbers are stable within one object.

    Rows are in the order of their ids, so a smaller row number is a smaller id (ties of distance).
    What else a caller wants per listing (names, windows, profiles of conditions) it hangs on with
    ``derived``; it then lives exactly as long as these arrays.
    """

    since: int
    """Every row changed after this version of the directory …"""
    number: int
    """… and not after this one."""
    id_high: NDArray[np.uint64]
    id_low: NDArray[np.uint64]
    document: Ints
    """Number in the full-text index; −1 when not indexed."""
    category: Ints
    kind: Ints
    cost: Ints
    country: Ints
    region: Ints
    organisation: Ints
    languages: Ints
    accessibility: Ints
    """Codes of what the site allows for."""
    supports: Ints
    """Codes of what the service can meet."""
    sectors: Ints
    specialties: Ints
    state: NDArray[np.int8]
    """Place in ``STATES``."""
    visibility: NDArray[np.int8]
    """Place in ``VISIBILITIES``."""
    precision: NDArray[np.int8]
    """Place in ``PRECISIONS``."""
    is_urban: NDArray[np.int8]
    """1, 0 or ``UNSAID``."""
    self_referral: NDArray[np.int8]
    """1, 0 or ``UNSAID``."""
    has_no_end: Mask
    """Somebody said that there are no windows and no end."""
    is_permanent: Mask
    verified_on: Ints
    """Day number (days since 1970), or ``NEVER``."""
    ends_on: Ints
    """Last day of the offer or of its programme, whichever is first, or ``ENDLESS``."""
    lon: Floats
    lat: Floats
    """NaN where there is no position: hidden services have none here, ever."""
    ecef: Floats
    """n × 3, metres; NaN likewise."""
    _derived: dict[Hashable, Any] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def __len__(self) -> int:
        return len(self.id_high)

    def ids(self, rows: NDArray[np.intp]) -> list[UUID]:
        """Ids of some rows, in their order."""
        high, low = self.id_high[rows].tolist(), self.id_low[rows].tolist()
        return [UUID(int=upper << 64 | lower) for upper, lower in zip(high, low, strict=True)]

    def rows(self, ids: Sequence[UUID]) -> NDArray[np.intp]:
        """Row of each id, −1 where it is not among them."""
        high, low = halves(ids)
        first = np.searchsorted(self.id_high, high, side="left")
        last = np.searchsorted(self.id_high, high, side="right")
        found = np.where(last > first, first, -1)
        for at in np.flatnonzero(last - first > 1):  # ids that share their upper half
            found[at] = first[at] + np.searchsorted(self.id_low[first[at] : last[at]], low[at])
            found[at] = min(found[at], last[at] - 1)
        here = found >= 0
        here[here] = self.id_low[found[here]] == low[here]
        return np.where(here, found, -1)

    def derived(self, name: Hashable, make: Callable[[Columns], T]) -> T:
        """What ``make`` computes for these columns, once; ``name`` is ``(<module>, <what>)``."""
        with self._lock:
            if name not in self._derived:
                self._derived[name] = make(self)
            made: T = self._derived[name]
            return made

    def private(self) -> Columns:
        """The same arrays for a transaction that may be undone: what it derives stays its own."""
        with self._lock:
            return replace(self, _derived=dict(self._derived), _lock=RLock())

    def forget(self, name: Hashable) -> None:
        """Drop something derived, for instance what held for yesterday only."""
        with self._lock:
            self._derived.pop(name, None)


def halves(ids: Sequence[UUID]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Upper and lower 64 bits of ids, so that they sort and compare as numbers."""
    return _split(b"".join(key.bytes for key in ids))


def halves_of_hex(ids: Iterable[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The same for ids written as 32 hexadecimal digits."""
    return _split(bytes.fromhex("".join(ids)))


def _split(packed: bytes) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    pairs = np.frombuffer(packed, dtype=">u8").reshape(-1, 2)
    return pairs[:, 0].astype(np.uint64), pairs[:, 1].astype(np.uint64)


def day_number(day: dt.date | None, otherwise: int) -> int:
    """Days since 1970."""
    return otherwise if day is None else day.toordinal() - dt.date(1970, 1, 1).toordinal()


def positions(
    lon: Iterable[float | None], lat: Iterable[float | None]
) -> tuple[Floats, Floats, Floats]:
    """Longitudes, latitudes (NaN where unknown) and earth-centred coordinates."""
    lons = np.array([np.nan if x is None else x for x in lon], dtype=np.float64)
    lats = np.array([np.nan if x is None else x for x in lat], dtype=np.float64)
    return lons, lats, ecef(lons, lats)
