from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from routing.answers import Answer
from routing.conditions import FOCAL_POINT, Every, condition, tree
from routing.eligibility import Verdict, assess
from routing.facts import Facts
from routing.offer import Area, CostModel, Costs, Offer, Quota, Reach, Window

TODAY = dt.date(2026, 3, 15)
OPEN = Offer(key="enabel", places=20, has_no_end=True, area=Area.RURAL, reach=Reach(8_000, 8_000))
# fiche #4, §4.1.1
ENABEL = tree(
    [
        {"kind": "age", "asks": {"min": 18, "max": 35}},
        {"kind": "education", "asks": {"max": "gn:10"}},
        {"kind": "distance", "asks": {"km_urban": 5, "km_rural": 10}},
    ]
)
PERSON: dict[str, Any] = {
    "born": {"age": 22, "on": "2026-03-15"},
    "location": {"lon": -12.29, "lat": 11.32},
}


def facts(**more: Any) -> Facts:
    return Facts.read({**PERSON, **{k.replace("_", "-"): v for k, v in more.items()}}, today=TODAY)


def test_grade_that_nobody_knows_is_asked_and_not_refused() -> None:
    found = assess(ENABEL, facts(), OPEN, TODAY)
    assert (found.verdict, found.questions) == (Verdict.ASK, ("education",))
    assert [str(reason) for reason in found.reasons] == ["Not known: Schooling"]


def test_everything_known_and_met_is_eligible() -> None:
    found = assess(ENABEL, facts(education="gn:9"), OPEN, TODAY)
    assert (found.verdict, found.reasons, found.questions) == (Verdict.ELIGIBLE, (), ())
    assert found.available_on is None


def test_distance_alone_refuses_at_twelve_kilometres() -> None:
    found = assess(
        ENABEL, facts(education="gn:9"), replace(OPEN, reach=Reach(12_000, 12_000)), TODAY
    )
    assert found.verdict is Verdict.INELIGIBLE
    assert [str(reason) for reason in found.reasons] == ["12.0 km away; at most 10.0 km"]
    assert [str(change) for change in found.changes] == ["Housing or transport nearer to the site."]


def test_every_failing_reason_is_given_and_nothing_is_asked() -> None:
    far = replace(OPEN, reach=Reach(12_000, 12_000))
    found = assess(ENABEL, facts(born="1980-01-01"), far, TODAY)
    assert found.verdict is Verdict.INELIGIBLE
    assert len(found.failing) == 2
    assert found.questions == ()
    assert len(found.judged) == 3 + 6


def test_not_now_gives_the_latest_date() -> None:
    offer = replace(
        OPEN,
        places=1,
        taken=1,
        next_place_on=dt.date(2026, 5, 1),
        windows=(Window(dt.date(2026, 4, 1), dt.date(2026, 4, 30)),),
    )
    found = assess(ENABEL, facts(education="gn:9"), offer, TODAY)
    assert (found.verdict, found.available_on) == (Verdict.NOT_NOW, dt.date(2026, 5, 1))
    assert len(found.reasons) == 2


def test_not_now_without_a_next_date_says_to_call() -> None:
    found = assess(ENABEL, facts(education="gn:9"), replace(OPEN, places=1, taken=1), TODAY)
    assert (found.verdict, found.available_on) == (Verdict.NOT_NOW, None)
    assert "Call the service: no date is known." in map(str, found.changes)


def test_unknown_comes_before_not_now() -> None:
    assert assess(ENABEL, facts(), replace(OPEN, places=0), TODAY).verdict is Verdict.ASK


def test_unknown_capacity_is_routable_with_a_warning() -> None:
    found = assess(ENABEL, facts(education="gn:9"), replace(OPEN, places=None), TODAY)
    assert found.verdict is Verdict.ELIGIBLE
    assert [str(warning) for warning in found.warnings] == [
        "Nobody wrote how many places there are: call before sending."
    ]


def test_soft_condition_never_changes_the_verdict() -> None:
    women = condition("sex", {"any_of": ["female"]}, hard=False)
    found = assess([*ENABEL.parts, women], facts(education="gn:9", sex="male"), OPEN, TODAY)
    assert found.verdict is Verdict.ELIGIBLE
    assert [judged.node for judged in found.soft] == [women]
    assert assess([women], facts(), OPEN, TODAY).questions == ()


def test_waived_condition_is_to_negotiate_and_never_eligible() -> None:
    limit = condition("age", {"max": 20}, flexible_by=FOCAL_POINT)
    assert assess([limit], facts(), OPEN, TODAY).verdict is Verdict.INELIGIBLE
    found = assess([limit], facts(), OPEN, TODAY, waivers=[limit])
    assert found.verdict is Verdict.ASK
    assert [judged.node for judged in found.to_negotiate] == [limit]
    assert found.failing == ()
    assert found.waits_for_agreement_only
    assert str(found.reasons[0]).startswith("To negotiate: 22 years")


def test_waiver_of_a_condition_that_nobody_may_waive_counts_for_nothing() -> None:
    limit = condition("age", {"max": 20})
    assert assess([limit], facts(), OPEN, TODAY, waivers=[limit]).verdict is Verdict.INELIGIBLE


def test_waiver_does_not_hide_another_refusal() -> None:
    limit = condition("age", {"max": 20}, flexible_by=FOCAL_POINT)
    women = condition("sex", {"any_of": ["female"]})
    found = assess([limit, women], facts(sex="male"), OPEN, TODAY, waivers=[limit])
    assert found.verdict is Verdict.INELIGIBLE
    assert [judged.node for judged in found.failing] == [women]


def test_alternatives_show_no_reason_that_does_not_count() -> None:
    forced = tree(
        [{"kind": "any", "parts": [
            {"kind": "not", "parts": [{"kind": "return-mode", "asks": {"any_of": ["forced"]}}]},
            {"kind": "all", "parts": [
                {"kind": "return-country", "asks": {"region_in": ["europe"]}},
                {"kind": "government-request"},
            ]},
        ]}]
    )  # fmt: skip
    cases: list[tuple[dict[str, Any], Verdict, tuple[str, ...]]] = [
        ({"return_mode": "avr"}, Verdict.ELIGIBLE, ()),
        ({"return_mode": "forced"}, Verdict.ASK, ("return-country", "government-request")),
        ({"return_mode": "forced", "return_country": "DZ"}, Verdict.INELIGIBLE, ()),
        ({"return_mode": "forced", "return_country": "DE"}, Verdict.ASK, ("government-request",)),
        ({"return_country": "DZ"}, Verdict.ASK, ("return-mode",)),
        ({"return_mode": "forced", "return_country": "DE", "government_request": True},
         Verdict.ELIGIBLE, ()),
    ]  # fmt: skip
    for known, verdict, questions in cases:
        found = assess(forced, facts(**known), OPEN, TODAY)
        assert (found.verdict, found.questions) == (verdict, questions), known


def test_listing_without_conditions_takes_everybody() -> None:
    assert assess(Every(()), Facts(), OPEN, TODAY).verdict is Verdict.ELIGIBLE
    assert assess((), Facts(), OPEN, TODAY).verdict is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("change", "known", "verdict"),
    [
        ({"is_government": True}, {"excludes_government": True}, Verdict.INELIGIBLE),
        ({"is_government": True}, {}, Verdict.ELIGIBLE),
        ({"organisation": "x"}, {"conflicts": ["x"]}, Verdict.INELIGIBLE),
        ({"programme_ends_on": dt.date(2026, 3, 1), "has_no_end": False}, {}, Verdict.INELIGIBLE),
        ({"sender": "ngo", "allowed_senders": frozenset({"iom"})}, {}, Verdict.INELIGIBLE),
        ({"funders": frozenset({"eutf"})}, {}, Verdict.ASK),
        ({"funders": frozenset({"eutf"})}, {"funding_line": "afd"}, Verdict.INELIGIBLE),
        ({"quotas": (Quota(100),), "places": 5}, {"population_group": "refugee"}, Verdict.NOT_NOW),
        (
            {"quotas": (Quota(100),), "places": 5},
            {"population_group": "returnee"},
            Verdict.ELIGIBLE,
        ),
        ({"windows": (Window(dt.date(2026, 9, 1)),)}, {}, Verdict.NOT_NOW),
        # C-T12
        (
            {"costs": Costs(CostModel.PAY_AND_REIMBURSE, price=10)},
            {"can_advance": 0},
            Verdict.INELIGIBLE,
        ),
        ({"costs": Costs(CostModel.PAY_AND_REIMBURSE, price=10)}, {}, Verdict.ASK),
        (
            {"costs": Costs(CostModel.PAY_AND_REIMBURSE, price=10)},
            {"can_advance": 10},
            Verdict.ELIGIBLE,
        ),
        (
            {"costs": Costs(CostModel.PAY_AND_REIMBURSE, price=10, has_advance=True)},
            {},
            Verdict.ELIGIBLE,
        ),
        ({"costs": Costs(CostModel.FREE, deposit=5)}, {"can_advance": 4}, Verdict.INELIGIBLE),
        ({"costs": Costs(CostModel.FEE, price=10)}, {}, Verdict.ELIGIBLE),
        ({"is_hidden": True, "region": ("GN", "GN-L")}, {"residence": "GN-C"}, Verdict.ELIGIBLE),
    ],
)
def test_standing_conditions_are_always_applied(
    change: dict[str, Any], known: dict[str, Any], verdict: Verdict
) -> None:
    assert assess((), facts(**known), replace(OPEN, **change), TODAY).verdict is verdict


def test_distance_to_a_hidden_address_is_membership_of_its_region() -> None:
    within = condition("distance", {"km_urban": 5})
    hidden = replace(OPEN, is_hidden=True, region=("GN", "GN-L"), reach=None)
    assert (
        assess([within], facts(residence="GN/GN-L/GN-LA"), hidden, TODAY).verdict
        is Verdict.ELIGIBLE
    )
    assert assess([within], facts(residence="GN-C"), hidden, TODAY).verdict is Verdict.INELIGIBLE
    same = assess((), facts(residence="GN-C"), hidden, TODAY)
    assert [judged.finding.answer for judged in same.soft] == [Answer.NO]


def test_stale_fact_is_asked_again_and_said_to_be_stale() -> None:
    later = TODAY + dt.timedelta(days=91)
    found = assess(ENABEL, facts(education="gn:9"), OPEN, later)
    assert (found.verdict, found.questions, found.is_stale) == (Verdict.ASK, ("location",), True)
