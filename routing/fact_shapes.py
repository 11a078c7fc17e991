"""Shapes of the facts that need more than a number, a date or a code."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dateutil.relativedelta import relativedelta

from directory.core.text import N_, Text
from routing import education, regions, shapes
from routing.shapes import BadValue, Shape
from routing.values import Aid, Interval, Place, Skill, SkillLevel

DAYS_A_MONTH = 30.4375
"""365.25 / 12: months in answers and listings are both turned into days with it."""


def days() -> Shape:
    """A length of time in days; "6 months", "26 weeks" and "2 ans" are understood."""
    return shapes.number(unit=N_("days"), reader=_days)


_LENGTH = re.compile(r"([0-9.]+)\s*(d|j|w|s|m|y|a)[a-zé]*")
_DAYS_IN = {"d": 1, "j": 1, "w": 7, "s": 7, "m": DAYS_A_MONTH, "y": 365.25, "a": 365.25}


def _days(text: str) -> float | None:
    match = _LENGTH.fullmatch(text)
    return float(round(float(match[1]) * _DAYS_IN[match[2]])) if match else None


def kilometres() -> Shape:
    """A distance in kilometres; "5 km" and "5000 m" are understood."""
    return shapes.number(whole=False, unit=N_("km"), reader=_kilometres)


def _kilometres(text: str) -> float | None:
    match = re.fullmatch(r"([0-9.]+)\s*(k?m)", text)
    return float(match[1]) / (1 if match[2] == "km" else 1000) if match else None


def past_date() -> Shape:
    """A day, a month (2003-05), a year (2003), an age on a day, or two bounds."""
    exact = shapes.ranging(shapes.date())

    def read(raw: object) -> Any:
        if isinstance(raw, Mapping) and "age" in raw:
            return born_at_age(raw)
        text = str(raw.get("year")) if isinstance(raw, Mapping) and "year" in raw else str(raw)
        if match := re.fullmatch(r"(\d{4})(?:-(\d{2}))?", text.strip()):
            return _calendar_span(int(match[1]), int(match[2]) if match[2] else None)
        return exact.read(raw)

    return replace(exact, read=read)


def born_at_age(raw: Mapping[str, Any]) -> Interval[dt.date]:
    """Birth dates of somebody who is ``age`` years, give or take ``about``, ``on`` a day."""
    on = shapes.date().read(raw.get("on"))
    age = shapes.number(high=120).read(raw["age"])
    about = shapes.number(high=20).read(raw.get("about", 0))
    youngest, oldest = max(age - about, 0), age + about
    return Interval(
        on - relativedelta(years=int(oldest) + 1) + dt.timedelta(days=1),
        on - relativedelta(years=int(youngest)),
    )


def _calendar_span(year: int, month: int | None) -> Interval[dt.date]:
    try:
        first = dt.date(year, month or 1, 1)
    except ValueError as error:
        raise BadValue(N_("A date like 2026-05-31 is needed.")) from error
    length = relativedelta(months=1) if month else relativedelta(years=1)
    return Interval(first, first + length - dt.timedelta(days=1))


def grade() -> Shape:
    """A completed year of school in a national ladder, or a level."""
    labels: dict[str, Text] = {code: grade.label for code, grade in education.GRADES.items()}
    return shapes.ranging(shapes.choice(labels, aliases=education.ALIASES), key=education.position)


def place() -> Shape:
    """A point with its radius in metres, an area, or both."""
    area = shapes.region()

    def read(raw: object) -> Place:
        if isinstance(raw, str):
            return Place(region=area.read(raw))
        if not isinstance(raw, Mapping) or not set(raw) <= {"lon", "lat", "radius", "region"}:
            raise BadValue(N_("A point or a region is needed."))
        path = area.read(raw["region"]) if raw.get("region") else ()
        if raw.get("lon") is None and raw.get("lat") is None:
            if not path:
                raise BadValue(N_("A point or a region is needed."))
            return Place(region=path)
        lon = shapes.number(whole=False, low=-180, high=180).read(raw.get("lon"))
        lat = shapes.number(whole=False, low=-90, high=90).read(raw.get("lat"))
        radius = shapes.number(whole=False).read(raw.get("radius") or 0)
        return Place(float(lon), float(lat), float(radius), path)

    def write(value: Place) -> dict[str, object]:
        written: dict[str, object] = {}
        if value.has_point:
            written = {"lon": value.lon, "lat": value.lat, "radius": value.radius}
        if value.region:
            written["region"] = regions.written(value.region)
        return written

    schema = {
        "type": "object",
        "properties": {
            "lon": {"type": "number", "minimum": -180, "maximum": 180},
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "radius": {"type": "number", "minimum": 0},
            "region": {"type": "string"},
        },
        "additionalProperties": False,
    }
    return Shape("place", read, write, schema)


def aids(kinds: Mapping[str, Text]) -> Shape:
    """Help received: what and, if known, when. In a cell: ``cash@2019-10-01;housing``."""
    what, on = shapes.text(kinds), shapes.date()

    def read(raw: object) -> Aid:
        if isinstance(raw, str):
            name, _, when = raw.partition("@")
            raw = {"what": name, "on": when or None}
        if not isinstance(raw, Mapping) or not set(raw) <= {"what", "on"} or "what" not in raw:
            raise BadValue(N_("Say what help was received and, if known, when."))
        return Aid(what.read(raw["what"]), on.read(raw["on"]) if raw.get("on") else None)

    def write(value: Aid) -> dict[str, object]:
        return {"what": value.what, "on": value.on.isoformat() if value.on else None}

    schema = {"type": "object", "required": ["what"]}
    one = Shape("aid", read, write, schema, choices=kinds)
    return shapes.many(one, key=lambda aid: (aid.what, aid.on or dt.date.min))


def skills(names: Mapping[str, Text]) -> Shape:
    """Skills with level 1 to 3 and whether an expert has seen them. In a cell: ``tailoring:2``."""
    name, level = shapes.text(names), shapes.number(low=1, high=3)

    def read(raw: object) -> Skill:
        if isinstance(raw, str):
            code, _, grade = raw.partition(":")
            raw = {"name": code, "level": grade or 1}
        if not isinstance(raw, Mapping) or not set(raw) <= {"name", "level", "verified"}:
            raise BadValue(N_("Say which skill and at which level."))
        verified = shapes.yes_no().read(raw.get("verified", False))
        return Skill(
            name.read(raw.get("name", "")), SkillLevel(level.read(raw.get("level", 1))), verified
        )

    def write(value: Skill) -> dict[str, object]:
        return {"name": value.name, "level": int(value.level), "verified": value.verified}

    schema = {"type": "object", "required": ["name"]}
    one = Shape("skill", read, write, schema, choices=names)
    return shapes.many(one, key=lambda skill: (skill.name, skill.level, skill.verified))


def ages() -> Shape:
    """Ages in years, each child once, sorted: "3;7;7"."""
    one = shapes.number(high=120, unit=N_("years"))

    def read(raw: object) -> tuple[int, ...]:
        ranked = raw.split(";") if isinstance(raw, str) else raw
        if not isinstance(ranked, list | tuple):
            raise BadValue(N_("A list is needed."))
        return tuple(sorted(one.read(item) for item in ranked if item != ""))

    schema = {"type": "array", "items": one.schema}
    return Shape("ages", read, list, schema, unit=one.unit)


def amount() -> Shape:
    """Money in the currency of the country of the case, as an amount or two bounds."""
    return shapes.ranging(shapes.number(whole=False, high=math.inf, unit=N_("local currency")))
