"""C-T05b: what must hold for any person, any conditions and any offer. 1,000 examples each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pyproj
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.answers import Answer
from routing.conditions import Every, Node, condition, leaves
from routing.criteria import KINDS
from routing.education import GRADES, position
from routing.eligibility import Assessment, Verdict, assess
from routing.facts import Facts, Value
from routing.offer import Area, Offer, Reach
from routing.questions import next_questions, pending
from routing.ranking import Components, ranked
from tests.routing import strategies as some
from tests.routing.strategies import TODAY

thorough = settings(
    max_examples=1_000,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_strategies_know_every_kind_and_fact() -> None:
    assert set(some.ASKS) == set(KINDS)


@thorough
@given(some.trees(), some.offers(), st.data())
def test_removing_a_fact_never_makes_ineligible(
    tree: Node, offer: Offer, data: st.DataObject
) -> None:
    facts = data.draw(some.people(tree))
    before = assess(tree, facts, offer, TODAY).verdict
    for name in facts:
        after = assess(tree, facts.without(name), offer, TODAY).verdict
        assert after is not Verdict.INELIGIBLE or before is Verdict.INELIGIBLE, name


@thorough
@given(some.trees(), some.offers(), st.data())
def test_learning_never_turns_ineligible_into_eligible(
    tree: Node, offer: Offer, data: st.DataObject
) -> None:
    """A fact that was unknown or stale becomes known; an interval becomes one of its values."""
    facts = data.draw(some.people(tree))
    before = assess(tree, facts, offer, TODAY)
    learned: dict[str, Value] = {}
    for name in sorted({name for leaf in leaves(tree) for name in leaf.clause.reads}):
        if facts.known(name, TODAY).unknown:
            learned[name] = data.draw(some.values(name))
        else:
            value = data.draw(some.exact(facts[name].value))
            learned[name] = replace(facts[name], value=value)
    after = assess(tree, facts.learning(learned), offer, TODAY)
    if before.verdict is Verdict.INELIGIBLE:
        assert after.verdict is Verdict.INELIGIBLE
    assert len(before.judged) == len(after.judged)


GRADES_IN_ORDER = sorted(GRADES, key=position)
HIGHER_GRADES = dict(zip(GRADES_IN_ORDER, [*GRADES_IN_ORDER[1:], "isced:8"], strict=True))


def widened(asks: dict[str, Any], kind: str, by: int) -> dict[str, Any]:
    """The parameters, letting more people in."""
    wide = dict(asks)
    for name, value in asks.items():
        if value is None:
            continue
        if name in (
            "min",
            "min_months",
            "min_score",
            "min_children",
            "hours_per_week",
            "days",
            "level",
        ):
            lowest = {"group": 2}.get(kind, 1 if name == "level" else 0)
            wide[name] = max(value - by, lowest)
        elif kind == "education":
            wide[name] = HIGHER_GRADES[value]
        elif name in ("max", "km_urban", "km_rural", "max_count", "tolerance"):
            wide[name] = value + by
        elif name in ("any_of", "admin_in", "region_in", "supports") and value:
            pool = {"return-country": some.COUNTRIES, "nationality": some.COUNTRIES}.get(kind)
            extra = {"admin_in": some.REGIONS, "region_in": ["europe", "north-africa"]}
            wide[name] = sorted({*value, *(extra.get(name) or pool or value)[:by]})
        elif name in ("not_in", "has_all", "fields", "parts") and len(value) > 1:
            wide[name] = value[:-1]
        elif name in ("verified", "since_return", "confirm", "requires_specialty"):
            wide[name] = False if kind in ("skill", "safety") else value
    if "max" in wide and kind == "age":
        wide["max"] = min(wide["max"], 120)
    return wide


@thorough
@given(st.data(), some.offers(), st.integers(1, 20))
def test_widening_a_condition_never_loses_a_candidate(
    data: st.DataObject, offer: Offer, by: int
) -> None:
    kind = data.draw(st.sampled_from(sorted(some.ASKS)))
    asks = data.draw(some.ASKS[kind])
    narrow = condition(kind, asks, hard=True)
    wide = condition(kind, widened(asks, kind, by), hard=True)
    facts = data.draw(some.people(narrow))
    before = narrow.clause.judge(facts, TODAY, offer).answer
    assert wide.clause.judge(facts, TODAY, offer).answer.rank >= before.rank
    if assess(narrow, facts, offer, TODAY).verdict is Verdict.ELIGIBLE:
        assert assess(wide, facts, offer, TODAY).verdict is Verdict.ELIGIBLE


def components(found: Assessment, offer: Offer) -> Components:
    return Components(
        found.verdict,
        offer.key,
        starts_on=found.available_on or TODAY,
        metres=offer.reach.lo if offer.reach else None,
        unmet_wishes=len(found.soft),
        free_share=offer.free / offer.places if offer.free is not None and offer.places else None,
    )


@thorough
@given(
    st.lists(
        st.tuples(some.conditions(), some.offers()),
        min_size=1,
        max_size=3,
        unique_by=lambda pair: pair[1].key,
    ),
    some.offers(),
    st.data(),
)
def test_adding_an_ineligible_listing_never_changes_the_order_of_others(
    listings: list[tuple[Node, Offer]], more: Offer, data: st.DataObject
) -> None:
    facts = data.draw(some.people(Every(tuple(asked for asked, _ in listings))))
    ended = replace(
        more, key="zz", has_no_end=False, programme_ends_on=TODAY - dt.timedelta(days=1)
    )
    found = [(assess([asked], facts, offer, TODAY), offer) for asked, offer in listings]
    refused = assess((), facts, ended, TODAY)
    assert refused.verdict is Verdict.INELIGIBLE
    before = ranked(components(*pair) for pair in found)
    after = ranked(components(*pair) for pair in [*found, (refused, ended)])
    assert [item for item in after if item.id != "zz"] == before
    if all(one.verdict is not Verdict.INELIGIBLE for one, _ in found):
        assert after[-1].id == "zz"
    asks = [one.questions for one, _ in found]
    assert next_questions(pending([*asks, refused.questions])) == next_questions(pending(asks))


GEOD = pyproj.Geod(ellps="WGS84")
TO_UTM = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32628", always_xy=True)


@thorough
@given(
    st.integers(1, 200),
    st.floats(-13, -11),
    st.floats(10, 12),
    st.floats(0, 360),
    st.floats(0.5, 1.5),
)
def test_units_and_coordinate_systems_change_nothing(
    limit: int, lon: float, lat: float, azimuth: float, share: float
) -> None:
    """The limit in kilometres, metres or words; the site in degrees or in UTM metres."""
    same = [
        condition("distance", {"km_urban": written})
        for written in (limit, float(limit), f"{limit} km", f"{limit * 1000} m", f"{limit},0")
    ]
    assert all(found is same[0] for found in same)
    site = GEOD.fwd(lon, lat, azimuth, limit * 1000 * share)[:2]
    back = TO_UTM.transform(*TO_UTM.transform(*site), direction="INVERSE")
    facts = Facts.read({"location": {"lon": lon, "lat": lat}}, today=TODAY)
    metres = [GEOD.inv(lon, lat, *point)[2] for point in (site, back)]
    if abs(metres[0] - limit * 1000) < 0.001:
        return
    answers = {
        same[0].clause.judge(facts, TODAY, Offer(area=Area.URBAN, reach=Reach(way, way))).answer
        for way in metres
    }
    assert answers == {Answer.YES if metres[0] <= limit * 1000 else Answer.NO}


@thorough
@given(st.integers(1, 60))
def test_months_weeks_and_years_are_the_days_they_stand_for(number: int) -> None:
    for word, days in (("days", 1), ("weeks", 7), ("jours", 1), ("semaines", 7)):
        assert condition("duration", {"days": f"{number} {word}"}) is condition(
            "duration", {"days": number * days}
        )
    assert condition("duration", {"days": f"{number} mois"}) is condition(
        "duration", {"days": f"{number} months"}
    )


@thorough
@given(some.trees(), some.offers(), st.data())
def test_verdict_and_its_reasons_agree(tree: Node, offer: Offer, data: st.DataObject) -> None:
    facts = data.draw(some.people(tree))
    found = assess(tree, facts, offer, TODAY)
    assert bool(found.failing) == (found.verdict is Verdict.INELIGIBLE)
    assert bool(found.reasons) == (found.verdict is not Verdict.ELIGIBLE)
    if found.verdict is Verdict.ELIGIBLE:
        assert [found.open, found.later, found.to_negotiate] == [(), (), ()]
    if found.verdict is Verdict.ASK:
        assert found.open
    if found.available_on is not None:
        assert found.verdict is Verdict.NOT_NOW
        assert found.available_on > TODAY
    assert set(found.questions) <= set(some.RAW)
    assert all(str(text) for text in (*found.reasons, *found.changes, *found.warnings))
