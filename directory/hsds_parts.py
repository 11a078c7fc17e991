"""Small HSDS objects made from plain values. What is not known is ``None`` and left out later."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from directory.core.text import N_, Text, Words
from directory.hsds_identifiers import PUBLISHED, derived_id
from directory.opening_hours import Hours
from directory.vocabulary import DOCUMENTS

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""RFC 5545, Monday first."""
PLACES = derived_id(PUBLISHED, "unit", "place")
ACTIVE, INACTIVE = "active", "inactive"


def status_of(last_days: Iterable[dt.date | None], today: dt.date) -> str:
    """``inactive`` when every offer of a service has had its last day, else ``active``.

    What is suspended, ended or not yet verified is not published at all.
    """
    is_over = all(day is not None and day < today for day in last_days)
    return INACTIVE if is_over else ACTIVE


def schedules(owner: UUID, hours: Sequence[Hours], utc_hours: float) -> list[dict[str, Any]]:
    """Weekdays with the same hours together, as a rule of RFC 5545 in fields."""
    days: dict[tuple[dt.time, dt.time], list[int]] = defaultdict(list)
    for span in sorted(hours):
        days[span.opens_at, span.closes_at].append(span.weekday)
    return [
        {
            "id": derived_id(owner, "schedule", opens, closes),
            "service_at_location_id": owner,
            "freq": "WEEKLY",
            "interval": 1,
            "wkst": WEEKDAYS[0],
            "byday": ",".join(WEEKDAYS[day] for day in weekdays),
            "opens_at": f"{opens:%H:%M}",
            "closes_at": f"{closes:%H:%M}",
            "timezone": utc_hours,
            "notes": N_("Closes on the next day.") if closes <= opens else None,
        }
        for (opens, closes), weekdays in days.items()
    ]


def ages(conditions: Sequence[Mapping[str, Any]]) -> tuple[int | None, int | None]:
    """Youngest and oldest age that hard conditions ask for, in completed years."""
    lowest, highest = [], []
    for row in conditions:
        if row["hard"] and row["kind"] == "age":
            lowest.append(row["asks"].get("min"))
            highest.append(row["asks"].get("max"))
        elif row["hard"] and row["kind"] == "all":
            low, high = ages(row["parts"])
            lowest.append(low)
            highest.append(high)
    return (
        max((age for age in lowest if age is not None), default=None),
        min((age for age in highest if age is not None), default=None),
    )


def widest_ages(
    offers: Sequence[tuple[int | None, int | None]],
) -> tuple[int | None, int | None]:
    """Ages of a service from those of its offers: a limit stands only if every offer has one."""
    lows, highs = [low for low, _ in offers], [high for _, high in offers]
    low = None if None in lows else min((age for age in lows if age is not None), default=None)
    high = None if None in highs else max((age for age in highs if age is not None), default=None)
    return low, high


def rule_objects(conditions: Sequence[Mapping[str, Any]], told: Any) -> list[dict[str, Any]]:
    """Conditions as profile ``eligibility_rule``; ``told`` says a condition in words."""
    return [
        {
            "kind": row["kind"],
            "asks": dict(row["asks"]),
            "required": row["hard"],
            "sentence": told(row),
            "source": row["source"] or None,
            "parts": rule_objects(row["parts"], told),
        }
        for row in conditions
    ]


def required_documents(owner: UUID, codes: Iterable[str]) -> list[dict[str, Any]]:
    """HSDS ``required_document``, one for each code."""
    return [
        {
            "id": derived_id(owner, "document", code),
            "service_id": owner,
            "document": DOCUMENTS.get(code, code),
        }
        for code in sorted(set(codes))
    ]


def capacity_object(
    owner: UUID, service: UUID, places: int, free: int, updated_at: dt.datetime,
    period: tuple[dt.date | None, dt.date | None],
) -> dict[str, Any]:  # fmt: skip
    """HSDS ``service_capacity`` in places; ``period`` is first and last day, if there are any."""
    first, last = period
    return {
        "id": derived_id(owner, "capacity", first, last),
        "service_id": service,
        "service_at_location_id": owner,
        "unit_id": PLACES,
        "unit": {"id": PLACES, "name": N_("Place for one person")},
        "available": free,
        "maximum": places,
        "updated": updated_at,
        "description": _period(first, last),
    }


def _period(first: dt.date | None, last: dt.date | None) -> Text | None:
    if first is not None and last is not None:
        return N_("From {first} to {last}", first=first, last=last)
    if first is not None:
        return N_("From {first}", first=first)
    return N_("Until {last}", last=last) if last is not None else None


def eligibility_words(
    offers: Sequence[tuple[object, Sequence[Text]]],
) -> list[Text]:
    """Conditions of a service in sentences: once if its places agree, else place by place.

    ``offers`` are places with their sentences.
    """
    told = [(place, tuple(sentences)) for place, sentences in offers if sentences]
    if not told:
        return []
    if len({sentences for _, sentences in told}) == 1 and len(told) == len(offers):
        return list(told[0][1])
    return [
        N_("{place}: {conditions}", place=place, conditions=Words(sentences))
        for place, sentences in told
    ]
