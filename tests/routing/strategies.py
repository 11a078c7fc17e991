"""Random people, conditions and offers for the properties of eligibility."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from routing import vocabulary
from routing.conditions import Every, Node, Not, Some, condition, leaves
from routing.education import GRADES
from routing.facts import FACTS, Facts, Source, Value
from routing.offer import Area, CostModel, Costs, Offer, Quota, Reach, Window
from routing.values import Interval

TODAY = dt.date(2026, 3, 15)

Raw = st.SearchStrategy[Any]


def several(codes: Any, top: int = 3) -> Raw:
    """Some of the codes, none included."""
    return st.lists(st.sampled_from(sorted(codes)), max_size=top, unique=True)


def some_of(codes: Any, top: int = 3) -> Raw:
    """Some of the codes, at least one."""
    return st.lists(st.sampled_from(sorted(codes)), min_size=1, max_size=top, unique=True)


def spans(low: int, high: int) -> Raw:
    """A number, or two bounds."""
    numbers = st.integers(low, high)
    pair = st.tuples(numbers, numbers).map(lambda p: {"lo": min(p), "hi": max(p)})
    return numbers | pair


def dates(first: str, last: str) -> Raw:
    """A day, or two bounds."""
    days = st.dates(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    pair = st.tuples(days, days).map(lambda p: {"lo": min(p).isoformat(), "hi": max(p).isoformat()})
    return days.map(dt.date.isoformat) | pair


def grades() -> Raw:
    """A grade, or two bounds."""
    codes = sorted(GRADES, key=lambda code: (GRADES[code].position, code))
    places = st.integers(0, len(codes) - 1)
    pair = st.tuples(places, places).map(lambda p: {"lo": codes[min(p)], "hi": codes[max(p)]})
    return st.sampled_from(codes) | pair


REGIONS = ["GN", "GN/GN-L", "GN/GN-L/GN-LA", "GN/GN-L/GN-KD", "GN/GN-C", "SN/SN-DK"]
COUNTRIES = ["DE", "FR", "LY", "DZ", "ML"]
ORGANISATIONS = ["org-a", "org-b"]
AIDS = ["cash", "housing", "training"]
PARTS = ["plan", "letter"]
AID = st.builds(
    lambda what, on: {"what": what, "on": on},
    st.sampled_from(AIDS),
    st.none() | st.sampled_from(["2019-06-30", "2025-01-01", "2026-02-01"]),
)
SKILL = st.builds(
    lambda name, level, seen: {"name": name, "level": level, "verified": seen},
    st.sampled_from(["mechanics", "solar"]),
    st.integers(1, 3),
    st.booleans(),
)

RAW: dict[str, Raw] = {
    "born": dates("1985-01-01", "2012-12-31"),
    "sex": st.sampled_from(sorted(vocabulary.SEXES)),
    "education": grades(),
    "literacy": st.sampled_from(sorted(vocabulary.LITERACY)),
    "numeracy": st.sampled_from(sorted(vocabulary.NUMERACY)),
    "location": st.just({"lon": -12.29, "lat": 11.32}) | st.sampled_from(REGIONS),
    "residence": st.sampled_from(REGIONS),
    "resident-since": dates("2024-01-01", "2026-03-15"),
    "population-group": st.sampled_from(sorted(vocabulary.POPULATION_GROUPS)),
    "nationality": several(COUNTRIES),
    "return-mode": st.sampled_from(sorted(vocabulary.RETURN_MODES)),
    "return-country": st.sampled_from(COUNTRIES),
    "government-request": st.booleans(),
    "returned-on": dates("2018-01-01", "2026-03-15"),
    "prior-assistance": st.lists(AID, max_size=3),
    "vulnerability": several(["homeless", "pregnant", "indebted"]),
    "vulnerability-score": st.integers(0, 20),
    "accessibility": several(["wheelchair", "escort"]),
    "medical": several(["addiction", "surgery"]),
    "specialty-needed": several(["psychiatry", "surgery"]),
    "languages": several(["fr", "ff", "wo"]),
    "skills": st.lists(SKILL, max_size=2),
    "sector": several(["carpentry", "solar", "butchery"]),
    "availability": spans(0, 60),
    "max-duration": spans(0, 400),
    "documents": several(["passport", "national-id", "diploma"]),
    "dossier": several(PARTS),
    "income": spans(0, 1000),
    "dependants": spans(0, 8),
    "child-ages": st.lists(st.integers(0, 20), max_size=4),
    "can-advance": spans(0, 200),
    "other-support": spans(0, 100),
    "group-size": spans(1, 10),
    "commitment": st.booleans(),
    "funding-line": st.sampled_from(["eutf", "afd"]),
    "excludes-government": st.booleans(),
    "conflicts": several(ORGANISATIONS),
}


@st.composite
def values(draw: st.DrawFn, name: str) -> Value:
    """Some value of a fact, fresh today."""
    shape = FACTS[name].shape
    return Value(shape.read(draw(RAW[name])), draw(st.sampled_from(Source)), TODAY)


STANDING = ("excludes-government", "conflicts", "can-advance", "funding-line")
"""Facts that the standing conditions read."""


@st.composite
def people(draw: st.DrawFn, node: Node) -> Facts:
    """Somebody of whom most facts that the conditions read are known, a few of them out of date."""
    names = sorted({*(name for leaf in leaves(node) for name in leaf.clause.reads), *STANDING})
    found: dict[str, Value] = {}
    for name in names:
        fate = draw(st.sampled_from(["fresh", "fresh", "fresh", "fresh", "stale", "unknown"]))
        if fate != "unknown":
            value = draw(values(name))
            gone = TODAY - dt.timedelta(days=1)
            found[name] = value if fate == "fresh" else replace(value, expires=gone)
    return Facts(found)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Somebody of whom anything may be known, a few things of it out of date."""
    names = draw(st.lists(st.sampled_from(sorted(RAW)), min_size=1, max_size=25, unique=True))
    old = draw(st.sets(st.sampled_from(names), max_size=2))
    gone = TODAY - dt.timedelta(days=1)
    found = {name: draw(values(name)) for name in names}
    return Facts({n: replace(v, expires=gone) if n in old else v for n, v in found.items()})


def exact(value: Any) -> Raw:
    """What an interval can turn out to be: one of its bounds; anything else is itself."""
    if isinstance(value, Interval):
        return st.sampled_from([value.lo, value.hi])
    return st.just(value)


def limits(low: int, high: int) -> Raw:
    """``min`` and ``max``, one of them perhaps missing."""
    pair = st.tuples(st.integers(low, high), st.integers(low, high))
    both = pair.map(lambda p: {"min": min(p), "max": max(p)})
    return both | both.map(lambda p: {"min": p["min"]}) | both.map(lambda p: {"max": p["max"]})


def fixed(**parts: Raw) -> Raw:
    """Parameters, each drawn."""
    return st.fixed_dictionaries(dict(parts))


ASKS: dict[str, Raw] = {
    "age": limits(10, 45),
    "sex": fixed(any_of=some_of(vocabulary.SEXES)),
    "education": st.sampled_from(sorted(GRADES)).map(lambda code: {"max": code}),
    "literacy": fixed(reading=st.sampled_from(sorted(vocabulary.LITERACY))),
    "distance": fixed(km_urban=st.integers(1, 12), km_rural=st.integers(1, 12)),
    "residence": fixed(admin_in=some_of(REGIONS), min_months=st.none() | st.integers(1, 24)),
    "population-group": fixed(any_of=some_of(vocabulary.POPULATION_GROUPS)),
    "nationality": fixed(any_of=some_of(COUNTRIES), not_in=several(COUNTRIES)),
    "return-mode": fixed(any_of=some_of(vocabulary.RETURN_MODES)),
    "return-country": fixed(region_in=some_of(["europe", "north-africa"]),
                            any_of=several(COUNTRIES)),
    "government-request": st.just({}),
    "return-date": fixed(after=st.sampled_from(["2019-07-01", "2025-01-01"])),
    "prior-assistance": fixed(none_of=several(AIDS), max_count=st.integers(0, 2),
                              since=st.none() | st.just("2025-01-01"), since_return=st.booleans()),
    "vulnerability": fixed(any_of=some_of(["homeless", "pregnant"]),
                           min_score=st.none() | st.integers(0, 20)),
    "accessibility": fixed(supports=several(["wheelchair", "escort"])),
    "medical": fixed(not_in=some_of(["addiction", "surgery"]), requires_specialty=st.booleans()),
    "language": fixed(any_of=several(["fr", "ff"])),
    "skill": fixed(skill=st.sampled_from(["mechanics", "solar"]), level=st.integers(1, 3),
                   verified=st.booleans()),
    "sector": fixed(any_of=several(["carpentry", "solar"])),
    "availability": fixed(hours_per_week=st.integers(0, 60), days=st.none() | st.integers(0, 400)),
    "duration": fixed(days=st.none() | st.integers(0, 400)),
    "documents": fixed(has_all=several(["passport", "diploma"]),
                       has_any_of=some_of(["national-id", "passport"]),
                       obtainable_in_days=st.none() | st.integers(1, 60)),
    "dossier": fixed(fields=some_of(["born", "sex", "education"]), parts=several(PARTS)),
    "income": limits(0, 1000),
    "dependants": fixed(min=st.integers(0, 3), min_children=st.none() | st.integers(0, 2)),
    "affordability": fixed(tolerance=st.none() | st.integers(0, 500)),
    "group": fixed(min=st.integers(2, 8)),
    "commitment": st.just({}),
    "quota": fixed(share=st.integers(1, 100), group=st.sampled_from(["returnee", "women"]),
                   at_most=st.booleans()),
    "intake-window": st.just({}),
    "capacity": st.just({}),
    "programme-end": st.just({}),
    "funding": fixed(any_of=several(["eutf"])),
    "referral-channel": fixed(any_of=several(ORGANISATIONS)),
    "safety": fixed(confirm=st.booleans()),
    "government-exclusion": st.just({}),
    "evidence": fixed(fields=some_of(["born", "education", "skills"]),
                      source=st.sampled_from(["declared", "document", "verified"])),
}  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn) -> Node:
    """A condition of any kind."""
    kind = draw(st.sampled_from(sorted(ASKS)))
    return condition(kind, draw(ASKS[kind]), hard=draw(st.sampled_from([True, True, True, False])))


def _negated(part: Node) -> Node:
    return part if any(leaf.clause.kind.presumes for leaf in leaves(part)) else Not(part)


def trees() -> st.SearchStrategy[Node]:
    """A tree of conditions up to a few levels deep."""
    return st.recursive(
        conditions(),
        lambda parts: st.one_of(
            st.lists(parts, min_size=1, max_size=3).map(lambda p: Every(tuple(p))),
            st.lists(parts, min_size=1, max_size=3).map(lambda p: Some(tuple(p))),
            parts.map(_negated),
        ),
        max_leaves=4,
    )


@st.composite
def reaches(draw: st.DrawFn) -> Reach:
    """A distance in metres, exact or not."""
    low = draw(st.integers(0, 15_000))
    return Reach(low, low + draw(st.sampled_from([0, 0, 1, 3_000])))


DAYS = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    """A listing as one person sees it; half of them are open to everybody as they stand."""
    if draw(st.booleans()):
        return Offer(
            key=draw(st.text("abcdef", min_size=1, max_size=4)),
            area=draw(st.sampled_from(Area)),
            reach=draw(reaches()),
            places=9,
            has_no_end=True,
            languages=frozenset({"fr"}),
            specialties=frozenset({"psychiatry"}),
            sectors=frozenset({"carpentry"}),
            supports=frozenset({"escort"}),
            duration_days=90,
        )
    places = draw(st.none() | st.integers(0, 12))
    windows = draw(st.lists(st.builds(Window, opens_on=DAYS, closes_on=DAYS), max_size=2))
    return Offer(
        key=draw(st.text("abcdef", min_size=1, max_size=4)),
        organisation=draw(st.sampled_from(ORGANISATIONS)),
        is_government=draw(st.booleans()),
        area=draw(st.none() | st.sampled_from(Area)),
        region=("GN", "GN-L"),
        reach=draw(st.none() | reaches()),
        is_hidden=draw(st.sampled_from([False, False, True])),
        windows=tuple(windows),
        places=places,
        taken=draw(st.integers(0, places or 0)),
        taken_by_group=(("returnee", draw(st.integers(0, 3))),),
        next_place_on=draw(DAYS),
        quotas=tuple(draw(st.lists(st.builds(Quota, st.integers(1, 100)), max_size=1))),
        programme_ends_on=draw(DAYS),
        duration_days=draw(st.none() | st.integers(0, 200)),
        costs=Costs(
            draw(st.none() | st.sampled_from(CostModel)), draw(st.none() | st.integers(0, 200))
        ),
        languages=frozenset(draw(several(["fr", "wo"]))),
        supports=frozenset(draw(several(["wheelchair"]))),
        specialties=frozenset(draw(several(["psychiatry"]))),
        sectors=frozenset(draw(several(["carpentry", "solar"]))),
        saturated=frozenset(draw(several(["carpentry", "solar"]))),
        funders=frozenset(draw(several(["eutf"]))),
        sender=draw(st.sampled_from(["", *ORGANISATIONS, "self"])),
        allowed_senders=frozenset(draw(several(ORGANISATIONS))),
        self_referral=draw(st.none() | st.booleans()),
    )
