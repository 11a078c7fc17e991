from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.affordability import (
    Amount,
    Floors,
    can_pay_first,
    gap_answer,
    monthly_gap,
    to_advance,
)
from routing.answers import Answer
from routing.facts import Facts
from routing.offer import Allowance, CostModel, Costs, Offer

TODAY = dt.date(2026, 3, 15)
# TPML report §3.2.5: 45 000 FCFA a month and 1 500 FCFA a day
MALI = Costs(
    CostModel.FREE,
    currency="XOF",
    transport_day=1_000,
    meals_day=500,
    lodging_month=0,
    days_month=20,
    allowances=(Allowance("subsistence", 45_000, "month"), Allowance("transport", 1_500, "day")),
    knows_allowances=True,
)
FLOORS = Floors(dependant_month=Amount(10_000, 10_000))


def facts(**known: Any) -> Facts:
    return Facts.read({k.replace("_", "-"): v for k, v in known.items()}, today=TODAY)


def gap(costs: Costs, floors: Floors = FLOORS, **known: Any) -> Amount:
    return monthly_gap(facts(**known), Offer(costs=costs), TODAY, floors).amount


def test_gap_is_costs_minus_help() -> None:
    # 1 000 × 20 + 500 × 20 + 3 × 10 000 − 45 000 − 1 500 × 20 − 5 000
    assert gap(MALI, dependants=3, other_support=5_000) == Amount(-20_000, -20_000)
    assert gap(MALI, dependants=6, other_support=0) == Amount(15_000, 15_000)


def test_unknown_parts_are_ranges_and_are_named() -> None:
    found = monthly_gap(facts(dependants="1..3", other_support=0), Offer(costs=MALI), TODAY, FLOORS)
    assert found.amount == Amount(-35_000, -15_000)
    assert [str(label) for label in found.unknowns] == ["dependants"]
    assert not found.needs_counselling
    assert str(found.explain()) == "No gap: help covers the costs"


def test_cost_that_nobody_wrote_takes_the_range_of_the_country() -> None:
    costs = replace(MALI, lodging_month=None)
    floors = replace(FLOORS, lodging_month=Amount(0, 30_000))
    found = monthly_gap(facts(dependants=3, other_support=0), Offer(costs=costs), TODAY, floors)
    assert found.amount == Amount(-15_000, 15_000)
    assert found.needs_counselling
    assert str(found.explain()) == ("Gap of -15000 to 15000 XOF a month; not known: lodging")


def test_nothing_known_is_no_false_precision() -> None:
    found = monthly_gap(Facts(), Offer(), TODAY)
    assert found.amount == Amount(-math.inf, math.inf)
    assert {str(label) for label in found.unknowns} == {
        "transport", "meals", "lodging", "dependants", "fee", "allowances", "other support",
    }  # fmt: skip
    assert str(found.explain()).startswith("Gap a month not known: transport")


def test_fee_is_spread_over_the_months() -> None:
    costs = replace(MALI, model=CostModel.FEE, price=30_000)
    offer = Offer(costs=costs, duration_days=91)
    fee = monthly_gap(facts(), offer, TODAY).parts[4].amount
    assert fee.lo == pytest.approx(30_000 / (91 / 30.4375))


def test_reimbursed_price_is_no_monthly_cost_but_must_be_advanced() -> None:
    costs = replace(MALI, model=CostModel.PAY_AND_REIMBURSE, price=30_000, deposit=500)
    assert gap(costs, dependants=0, other_support=0) == gap(MALI, dependants=0, other_support=0)
    assert to_advance(Offer(costs=costs)) == 30_500


def test_allowance_by_child_needs_the_ages() -> None:
    costs = replace(MALI, allowances=(Allowance("child-care", 1_000, "child"),))
    known = gap(costs, dependants=0, other_support=0, child_ages=[3, 7])
    assert known == Amount(30_000 - 2_000, 30_000 - 2_000)
    assert gap(costs, dependants=0, other_support=0).lo == -math.inf


def test_allowance_by_child_counts_those_of_its_ages() -> None:
    """S2, box 1: one amount up to 13 years, another from 14 to 18; both bounds are included."""
    costs = replace(MALI, allowances=(
        Allowance("subsistence", 1_000, "child", age_to=13),
        Allowance("subsistence", 5_000, "child", age_from=14, age_to=18),
    ))  # fmt: skip
    found = gap(costs, dependants=0, other_support=0, child_ages=[0, 13, 14, 18, 19])
    assert found == Amount(30_000 - 2 * 1_000 - 2 * 5_000, 30_000 - 2 * 1_000 - 2 * 5_000)


def test_amount_paid_once_for_each_child_is_no_monthly_help() -> None:
    costs = replace(MALI, allowances=(Allowance("subsistence", 1_000, "child-once"),))
    assert gap(costs, dependants=0, other_support=0, child_ages=[3]) == Amount(30_000, 30_000)


def test_allowance_that_nobody_wrote_is_a_range() -> None:
    costs = replace(MALI, allowances=(Allowance("meals", None, "day"),))
    assert gap(costs, dependants=0, other_support=0) == Amount(-math.inf, 30_000)


def test_allowance_paid_at_times_that_nobody_knows_is_a_range() -> None:
    costs = replace(MALI, allowances=(Allowance("transport", 5, "return"),))
    assert gap(costs, dependants=0, other_support=0) == Amount(-math.inf, 30_000)


def test_exact_gap_is_told() -> None:
    found = monthly_gap(facts(dependants=0, other_support=0), Offer(costs=MALI), TODAY,
                        replace(FLOORS, dependant_month=Amount(0, 0)))  # fmt: skip
    assert (
        str(replace(found, parts=found.parts[:1]).explain()) == "Gap of 20000 to 20000 XOF a month"
    )


def test_kit_paid_once_is_no_monthly_help() -> None:
    costs = replace(MALI, allowances=(Allowance("kit", 500_000, "once"),))
    assert gap(costs, dependants=0, other_support=0) == Amount(30_000, 30_000)


@pytest.mark.parametrize(
    ("model", "price", "advance", "expected"),
    [
        (CostModel.PAY_AND_REIMBURSE, 100, None, Answer.UNKNOWN),
        (CostModel.PAY_AND_REIMBURSE, 100, 0, Answer.NO),
        (CostModel.PAY_AND_REIMBURSE, 100, 99, Answer.NO),
        (CostModel.PAY_AND_REIMBURSE, 100, 100, Answer.YES),
        (CostModel.PAY_AND_REIMBURSE, 100, "50..150", Answer.UNKNOWN),
        (CostModel.PAY_AND_REIMBURSE, None, 0, Answer.NO),
        (CostModel.PAY_AND_REIMBURSE, None, 50, Answer.UNKNOWN),
        (CostModel.PAY_AND_REIMBURSE, None, "0..50", Answer.UNKNOWN),
    ],
)
def test_paying_first(
    model: CostModel, price: float | None, advance: object, expected: Answer
) -> None:
    known = facts() if advance is None else facts(can_advance=advance)
    assert can_pay_first(known, Offer(costs=Costs(model, price=price)), TODAY) is expected


@pytest.mark.parametrize(
    ("amount", "answer"),
    [(Amount(0, 10), Answer.YES), (Amount(0, 10.5), Answer.UNKNOWN), (Amount(11, 20), Answer.NO)],
)
def test_gap_is_bearable_up_to_the_tolerance(amount: Amount, answer: Answer) -> None:
    found = monthly_gap(facts(), Offer(), TODAY)
    part = replace(found.parts[0], amount=amount)
    assert gap_answer(replace(found, parts=(part,)), 10) is answer


money = st.none() | st.integers(0, 50_000)


@given(
    st.builds(Costs, model=st.sampled_from(CostModel), price=money, transport_day=money,
              meals_day=money, lodging_month=money, days_month=st.none() | st.integers(0, 30)),
    st.integers(0, 8), st.integers(0, 50_000),
)  # fmt: skip
def test_learning_a_means_never_widens_the_gap(costs: Costs, children: int, support: int) -> None:
    wide, narrow = gap(costs), gap(costs, dependants=children, other_support=support)
    assert wide.lo <= narrow.lo <= narrow.hi <= wide.hi
