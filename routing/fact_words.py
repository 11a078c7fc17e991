"""What is known about a person, in words, for screens and paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from directory.categories import CATEGORIES
from directory.core.text import N_, Metres, Text, Words
from routing.disclosure import FIELDS
from routing.fact_table import FACTS
from routing.priorities import PRIORITIES
from routing.regions import ANY_PARENT
from routing.shapes import BadValue
from routing.values import Aid, Interval, Place, Skill, SkillLevel, Source, bounds

Names = Mapping[str, str]
"""Names by code: of regions, countries and organisations, which rules do not know."""
NO_NAMES: Names = MappingProxyType({})

SOURCES: dict[Source, Text] = {
    Source.INFERRED: N_("worked out"),
    Source.DECLARED: N_("said by the person"),
    Source.DOCUMENT: N_("seen in a document"),
    Source.VERIFIED: N_("verified"),
}
LEVELS: dict[SkillLevel, Text] = {
    SkillLevel.BASIC: N_("basic"),
    SkillLevel.INTERMEDIATE: N_("intermediate"),
    SkillLevel.ADVANCED: N_("advanced"),
}
NONE = N_("none")
YES, NO = N_("yes"), N_("no")


def value_words(name: str, value: Any, *, today: dt.date, names: Names = NO_NAMES) -> Text:
    """The value of the fact ``name``, as the rules hold it, in words."""
    if name == "born":
        return _age(value, today)
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Place):
        return _place(value, names)
    if name == "residence":
        return _region(value, names)
    if isinstance(value, Interval):
        low, high = _one(name, value.lo, names), _one(name, value.hi, names)
        return _with_unit(name, N_("{low} to {high}", low=low, high=high))
    if isinstance(value, frozenset | tuple | list):
        return _several(name, value, names)
    return _with_unit(name, N_("{value}", value=_one(name, value, names)))


def field_words(name: str, value: Any, *, today: dt.date, names: Names = NO_NAMES) -> Text:
    """A field of a payload (``routing.disclosure``), as it is written there, in words."""
    if name in WRITTEN:
        return WRITTEN[name](value, names)
    fact = FACTS.get(FIELDS[name].fact)
    if fact is not None:
        try:
            return value_words(fact.name, fact.shape.read(value), today=today, names=names)
        except BadValue:
            return N_("{value}", value=str(value))
    if isinstance(value, bool):
        return YES if value else NO
    return N_("{value}", value=value)


def _one(name: str, value: Any, names: Names) -> object:
    if isinstance(value, dt.date | int | float):
        return value
    choices = FACTS[name].shape.choices or {}
    return choices.get(value) or names.get(str(value), str(value))


def _several(name: str, values: Any, names: Names) -> Text:
    if not values:
        return NONE
    ordered = values if isinstance(values, tuple | list) else sorted(values, key=str)
    return _with_unit(name, N_("{parts}", parts=Words(_part(name, one, names) for one in ordered)))


def _part(name: str, one: Any, names: Names) -> object:
    if isinstance(one, Skill):
        skill = _one(name, one.name, names)
        if one.verified:
            return N_("{skill} ({level}, verified)", skill=skill, level=LEVELS[one.level])
        return N_("{skill} ({level})", skill=skill, level=LEVELS[one.level])
    if isinstance(one, Aid):
        what = _one(name, one.what, names)
        return N_("{what} ({date})", what=what, date=one.on) if one.on else what
    return _one(name, one, names)


def _with_unit(name: str, text: Text) -> Text:
    unit = FACTS[name].shape.unit
    return text if unit is None else N_("{amount} {unit}", amount=text, unit=unit)


def _age(value: Any, today: dt.date) -> Text:
    earliest, latest = bounds(value)
    youngest, oldest = _years(latest, today), _years(earliest, today)
    if earliest == latest:
        return N_("{years} years (born on {date})", years=youngest, date=earliest)
    if youngest == oldest:
        return N_("{years} years", years=youngest)
    return N_("{low} to {high} years", low=youngest, high=oldest)


def _years(born: dt.date, today: dt.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _place(place: Place, names: Names) -> Text:
    area = _region(place.region, names)
    if not place.has_point:
        return area
    if not place.radius:
        return N_("exact position, {area}", area=area) if place.region else N_("exact position")
    around = Metres(place.radius)
    if not place.region:
        return N_("known to within {metres}", metres=around)
    return N_("{area}, known to within {metres}", area=area, metres=around)


def _region(path: Any, names: Names) -> Text:
    """From the narrowest up, without the country: people know in which one they are."""
    codes = [code for code in reversed(tuple(path)) if code != ANY_PARENT]
    inner = codes[:-1] or codes
    return N_("{parts}", parts=Words(names.get(code, code) for code in inner))


def _band(value: Any, _names: Names) -> Text:
    low, high = value
    if high is None:
        return N_("{low} years or more", low=low)
    return N_("{low} to {high} years", low=low, high=high)


def _household(value: Any, names: Names) -> Text:
    return N_("{parts}", parts=Words(_member(one, names) for one in value))


def _member(one: Mapping[str, Any], names: Names) -> Text:
    relation = MEMBERS[one["relation"]]
    if one["years"] is None:
        return N_("{relation} (age not known)", relation=relation)
    return N_("{relation} ({age})", relation=relation, age=_band(one["years"], names))


def _distance(value: Any, _names: Names) -> Text:
    low, high = value
    if high is None:
        return N_("more than {low} km", low=low)
    if not low:
        return N_("less than {high} km", high=high)
    return N_("{low} to {high} km", low=low, high=high)


def _area(value: Any, names: Names) -> Text:
    return _region(str(value).split("/"), names)


def _priority(value: Any, _names: Names) -> Text:
    known = {code.value: label for code, label in PRIORITIES.items()}
    return known.get(str(value)) or N_("{value}", value=value)


def _need(value: Any, _names: Names) -> Text:
    return CATEGORIES[value].label if value in CATEGORIES else N_("{value}", value=value)


def _routes(value: Any, _names: Names) -> Text:
    return N_("{parts}", parts=Words(route_words(route) for route in value)) if value else NONE


def _address(value: Any, _names: Names) -> Text:
    return N_("{lat}, {lon}", lat=f"{value['lat']:.5f}", lon=f"{value['lon']:.5f}")


def route_words(route: Mapping[str, Any]) -> Text:
    """A way to contact the person with what is safe on it."""
    return N_("{contact} ({rules})", contact=route["value"], rules=safe_words(route))


def safe_words(route: Mapping[str, Any]) -> Text:
    """What is safe on a way of contact, and when."""
    allowed = [text for name, text in SAFE.items() if route.get(name)]
    return N_("{parts}", parts=Words((*allowed, *([route["hours"]] if route.get("hours") else ()))))


MEMBERS: dict[str, Text] = {
    "principal": N_("the person who opened the case"),
    "spouse": N_("husband or wife"),
    "child": N_("child"),
    "other": N_("other member of the household"),
}
"""What somebody is in a household, within a sentence."""
SAFE: dict[str, Text] = {
    "safe_to_call": N_("call"),
    "safe_to_leave_voice": N_("voice message"),
    "safe_to_text": N_("text message"),
}

WRITTEN: dict[str, Callable[[Any, Names], Text]] = {
    "age-band": _band,
    "distance-band": _distance,
    "household-members": _household,
    "area": _area,
    "locality": lambda value, _names: N_("{place}", place=value),
    "priority": _priority,
    "need": _need,
    "contact-route": _routes,
    "address": _address,
    "interpreter": lambda value, _names: YES if value else NO,
}
"""Fields that are written in their own way, not as the fact that they come from."""
