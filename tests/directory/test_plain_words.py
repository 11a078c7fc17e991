from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from directory.costs import CostModel
from directory.intake import Window, intake
from directory.plain_words import cost_words, intake_words, start_words

TODAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("model", "price", "currency", "sentence"),
    [
        (None, None, None, "Cost not known"),
        ("free", None, None, "Free"),
        ("free", Decimal(0), "GNF", "Free"),
        ("fee", Decimal(15_000), "GNF", "Paid by the person: 15000 GNF"),
        ("voucher", None, None, "Voucher"),
    ],
)
def test_cost(
    model: str | None, price: Decimal | None, currency: str | None, sentence: str
) -> None:
    assert str(cost_words(model, price, currency)) == sentence


def test_every_cost_model_has_words() -> None:
    assert len({str(cost_words(model, None, None)) for model in CostModel}) == len(CostModel)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("windows", "sentence", "start"),
    [
        ([], "Takes people at any time", None),
        ([Window(opens_on=day(-1))], "Enrolment is open", None),
        ([Window(closes_on=day(3))], "Enrolment is open until 2026-03-05", None),
        (
            [Window(opens_on=day(3), starts_on=day(9))],
            "Enrolment opens on 2026-03-05",
            "Starts on 2026-03-11",
        ),
        ([Window(closes_on=day(-1))], "Enrolment is closed", None),
    ],
)
def test_enrolment(windows: list[Window], sentence: str, start: str | None) -> None:
    state = intake(windows, TODAY)
    assert str(intake_words(state)) == sentence
    found = start_words(state)
    assert (None if found is None else str(found)) == start
