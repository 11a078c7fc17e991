"""Whether a rejection contradicts the listing: then it is contested, or the listing corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from directory.core.text import N_, Text
from routing.details import problems
from routing.education import ALIASES, GRADES, position
from routing.reasons import REASONS


class Condition(Protocol):
    """A row of the listing's conditions."""

    @property
    def kind(self) -> str: ...
    @property
    def asks(self) -> Mapping[str, Any]: ...


Asks = Mapping[str, Any]
Detail = Mapping[str, Any]


def contradicts(
    code: str, detail: Detail, conditions: Iterable[Condition], *, urban: bool | None = None
) -> Text | None:
    """How the limit that was applied differs from the published one; nothing if it does not.

    Compares the limits of age, education and distance; for the other reasons of A.7 that a listing
    can give it sees whether the listing has such a condition at all. ``urban`` is the class of the
    site's place: where it is not known, the shorter distance is compared.
    """
    if code not in COMPARED or problems(REASONS[code].details, detail):
        return None
    kinds, compare = COMPARED[code]
    published = [condition.asks for condition in conditions if condition.kind in kinds]
    published = [_of_class(asks, urban=urban) for asks in published]
    if not published:
        return N_("The listing has no such condition.")
    return next((text for asks in published if (text := compare(detail, asks)) is not None), None)


def _age(detail: Detail, asks: Asks) -> Text | None:
    low, high = asks.get("min"), asks.get("max")
    applied_low, applied_high = detail.get("min"), detail.get("max")
    if applied_low is not None and (low is None or applied_low > low):
        return _limit(applied_low, low)
    if applied_high is not None and (high is None or applied_high < high):
        return _limit(applied_high, high)
    return None


def _education_low(detail: Detail, asks: Asks) -> Text | None:
    return _education(detail, asks, "min", lambda applied, listed: applied > listed)


def _education_high(detail: Detail, asks: Asks) -> Text | None:
    return _education(detail, asks, "max", lambda applied, listed: applied < listed)


def _education(
    detail: Detail, asks: Asks, end: str, stricter: Callable[[Any, Any], bool]
) -> Text | None:
    applied, listed = _grade(detail["limit"]), asks.get(end)
    if listed is None or stricter(position(applied), position(_grade(listed))):
        return _limit(GRADES[applied].label, listed and GRADES[_grade(listed)].label)
    seen = position(_grade(detail["seen"]))
    within = seen == position(applied) or stricter(seen, position(applied))
    if not within:
        return None
    return N_(
        "The level seen, {seen}, is within the limit.", seen=GRADES[_grade(detail["seen"])].label
    )


def _distance(detail: Detail, asks: Asks) -> Text | None:
    limits = [km for key in ("km_urban", "km_rural") if (km := asks.get(key)) is not None]
    if limits and detail["limit_km"] < min(limits):
        return _limit(detail["limit_km"], min(limits))
    if detail["distance_km"] <= detail["limit_km"]:
        return N_(
            "{distance} km is within the limit of {limit} km.",
            distance=detail["distance_km"], limit=detail["limit_km"],
        )  # fmt: skip
    return None


def _of_class(asks: Asks, *, urban: bool | None) -> Asks:
    """``asks`` without the distance for places of the other class."""
    other = {True: "km_rural", False: "km_urban", None: ""}[urban]
    kept = {name: value for name, value in asks.items() if name != other}
    has_limit = any(kept.get(name) is not None for name in ("km_urban", "km_rural"))
    return kept if has_limit else asks


def _limit(applied: object, published: object) -> Text:
    if published is None:
        return N_("The limit applied, {applied}, is not in the listing.", applied=applied)
    return N_(
        "The limit applied, {applied}, is stricter than the listing: {published}.",
        applied=applied, published=published,
    )  # fmt: skip


def _grade(code: str) -> str:
    return ALIASES.get(code, code)


def kinds_of(code: str) -> frozenset[str]:
    """The kinds of condition that a reason speaks of; none for reasons that no listing gives."""
    return COMPARED[code][0] if code in COMPARED else frozenset()


def _same_kind(_detail: Detail, _asks: Asks) -> Text | None:
    """The listing has such a condition; whether the person meets it is judged with the data."""
    return None


Compare = Callable[[Detail, Asks], Text | None]
COMPARED: dict[str, tuple[frozenset[str], Compare]] = {
    "R01": (frozenset({"age"}), _age),
    "R02": (frozenset({"education"}), _education_low),
    "R03": (frozenset({"education"}), _education_high),
    "R04": (frozenset({"distance"}), _distance),
    "R06": (frozenset({"return-mode"}), _same_kind),
    "R07": (frozenset({"return-date"}), _same_kind),
    "R08": (frozenset({"residence", "nationality"}), _same_kind),
    "R09": (frozenset({"sex"}), _same_kind),
}
"""The kinds of condition that a reason is compared with, and how."""
