"""A query string becomes a ``Search``: one reading for pages, feeds, maps, API, command line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from directory.categories import CATEGORIES
from directory.core.errors import Invalid, NotFound
from directory.core.geo import check_position
from directory.core.text import N_, Text
from directory.costs import CostModel
from directory.folding import fold
from directory.organisation_kinds import OrganisationKind
from directory.queries.places import Suggestion, suggested_places, suggestion_of
from directory.queries.regions import region_at, region_by_code, region_known
from directory.search_request import Area, Box, Centre, Point, Search, Sort
from directory.vocabulary import ACCESS_NEEDS

T = TypeVar("T")
Query = Mapping[str, Sequence[str]]

NAMES = (
    "q", "category", "kind", "cost", "language", "sector", "accessibility", "country", "region",
    "organisation", "open_now", "intake_open", "self_referral", "verified", "near", "place", "lat",
    "lon", "within", "bbox", "sort",
)  # fmt: skip
"""Every name that a search reads."""
WITHIN_KM = (5, 10, 25, 50, 100, 200)
"""Radii that the page offers; any other can be asked for."""
FURTHEST_KM = 20_100
"""Half way round the earth."""
MOST_CHOICES = 30
LONGEST_TEXT = 200

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COORDINATES = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "off"})


@dataclass(slots=True)
class Asked:
    """What a query string asks for, and what in it could not be understood."""

    search: Search
    problems: dict[str, Text] = field(default_factory=dict)
    near: Suggestion | None = None
    """The place or region that ``near`` was taken for."""
    also_near: tuple[Suggestion, ...] = ()
    """Others of that name."""
    unknown: Collection[str] = ()
    """Names among ``problems`` whose value could be read, and stands for nothing we have."""

    def valid(self) -> Search:
        """The search, or a refusal instead of half an answer.

        ``Invalid`` with every problem; ``NotFound`` when all that is wrong is that a region or a
        place is not known.
        """
        if set(self.problems) - set(self.unknown):
            raise Invalid(self.problems)
        if self.problems:
            raise NotFound(next(iter(self.problems.values())))
        return self.search


def asked_search(session: Session, query: Query) -> Asked:
    """Read a search; what is wrong is left out and named in ``problems``."""
    reader = _Reader(query)
    country = reader.one("country", _country)
    near, others = _near(session, reader, country)
    values: dict[str, Any] = {
        "words": (reader.text("q") or "")[:LONGEST_TEXT],
        "categories": reader.several("category", _known(CATEGORIES)),
        "kinds": reader.several("kind", _known([kind.value for kind in OrganisationKind])),
        "costs": reader.several("cost", _known([model.value for model in CostModel])),
        "languages": reader.several("language", _matching(_LANGUAGE)),
        "sectors": reader.several("sector", _matching(_CODE)),
        "accessibility": reader.several("accessibility", _known(ACCESS_NEEDS)),
        "country": country,
        "region_id": reader.one("region", lambda text: _region(session, text)),
        "organisation_id": reader.one("organisation", _uuid),
        "open_now": reader.one("open_now", _switch) or False,
        "intake_open": reader.one("intake_open", _switch) or False,
        "self_referral": reader.one("self_referral", _switch) or False,
        "verified_days": reader.one("verified", _days),
        "centre": _centre(session, reader, near),
        "within_metres": reader.one("within", _metres),
        "box": reader.one("bbox", _box),
        "sort": reader.one("sort", _sort) or Sort.BEST,
    }
    return Asked(Search(**values), reader.problems, near, others, reader.unknown)


class _Reader:
    """Values by name; what cannot be read becomes a problem of that name."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self.problems: dict[str, Text] = {}
        self.unknown: set[str] = set()

    def text(self, name: str) -> str | None:
        values = [value.strip() for value in self._query.get(name, ())]
        return next((value for value in values if value), None)

    def one(self, name: str, read: Callable[[str], T]) -> T | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return read(text)
        except _Unreadable as error:
            self.problem(name, error)
            return None

    def problem(self, name: str, error: _Unreadable) -> None:
        self.problems[name] = error.reason
        if isinstance(error, _Unknown):
            self.unknown.add(name)

    def several(self, name: str, read: Callable[[str], str]) -> frozenset[str]:
        found = set()
        for value in list(self._query.get(name, ()))[:MOST_CHOICES]:
            if value.strip():
                try:
                    found.add(read(value.strip()))
                except _Unreadable as error:
                    self.problem(name, error)
        return frozenset(found)


class _Unreadable(Exception):
    def __init__(self, reason: Text) -> None:
        self.reason = reason


class _Unknown(_Unreadable):
    """It could be read, and stands for nothing we have."""


def _near(
    session: Session, reader: _Reader, country: str | None
) -> tuple[Suggestion | None, tuple[Suggestion, ...]]:
    """The place meant: the one chosen from suggestions, else the likeliest of that name."""
    chosen, typed = reader.one("place", _uuid), reader.text("near")
    if chosen is not None:
        found = suggestion_of(session, chosen)
        if found is None:
            reader.problem("place", _Unknown(N_("This place is not known.")))
        return found, ()
    if typed is None or _COORDINATES.fullmatch(typed):
        return None, ()
    found_all = suggested_places(session, typed[:LONGEST_TEXT], country=country)
    if not found_all:
        reason = N_(
            "No place called “{name}” is known: type a town nearby, or choose a region.", name=typed
        )
        reader.problem("near", _Unknown(reason))
        return None, ()
    same_name = (one for one in found_all[1:] if fold(one.name) == fold(found_all[0].name))
    return found_all[0], tuple(same_name)


def _centre(session: Session, reader: _Reader, near: Suggestion | None) -> Centre | None:
    if near is not None:
        if near.kind == "region":
            return Area(near.id, near.name)
        region = region_at(session, near.lon, near.lat) or near.region_id
        return Point(near.lon, near.lat, region, near.name)
    typed = _COORDINATES.fullmatch(reader.text("near") or "")
    lat = float(typed[1]) if typed else reader.one("lat", _number)
    lon = float(typed[2]) if typed else reader.one("lon", _number)
    if lat is None or lon is None:
        if (lat is None) != (lon is None):
            missing = "lat" if lat is None else "lon"
            reader.problems.setdefault(missing, N_("Latitude and longitude go together."))
        return None
    try:
        check_position(lon, lat)
    except Invalid as error:
        reader.problems.update(error.fields)
        return None
    return Point(lon, lat, region_at(session, lon, lat))


def _known(codes: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in codes:
            raise _Unreadable(N_("“{value}” is not one of the choices.", value=text[:40]))
        return text

    return read


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise _Unreadable(N_("“{value}” is not one of the choices.", value=text[:40]))
        return text

    return read


def _country(text: str) -> str:
    return _matching(_COUNTRY)(text).upper()


def _region(session: Session, text: str) -> UUID:
    found = region_by_code(session, _matching(_CODE)(text).upper()) or _region_id(session, text)
    if found is None:
        raise _Unknown(N_("The region “{value}” is not known.", value=text))
    return found


def _region_id(session: Session, text: str) -> UUID | None:
    """Some regions have no code: they are named by their id."""
    try:
        return region_known(session, UUID(text))
    except ValueError:
        return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise _Unreadable(N_("This is not an identifier.")) from None


def _switch(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise _Unreadable(N_("Say yes or no: 1 or 0."))


def _days(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or not int(text):
        raise _Unreadable(N_("Say a number of days between 1 and 9999."))
    return int(text)


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise _Unreadable(N_("This is not a number."))
    return found


def _metres(text: str) -> float:
    kilometres = _number(text.replace(",", "."))
    if not 0 < kilometres <= FURTHEST_KM:
        raise _Unreadable(
            N_("Say a distance in kilometres between 0 and {most}.", most=FURTHEST_KM)
        )
    return kilometres * 1000


def _box(text: str) -> Box:
    numbers = [_number(part) for part in text.split(",")]
    try:
        west, south, east, north = numbers
        check_position(west, south)
        check_position(east, north)
    except (ValueError, Invalid):
        raise _Unreadable(N_("A part of the map is west,south,east,north in degrees.")) from None
    return Box(west, south, east, north)


def _sort(text: str) -> Sort:
    return Sort(_known([sort.value for sort in Sort])(text))
