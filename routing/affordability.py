"""What using a service costs a person a month, and whether they can pay first (protocol A.10).

Every part is a range; unknown parts are named and keep the range wide, so that a gap is never shown
as more exact than it is.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from directory.core.text import N_, Text, Words
from routing.answers import Answer
from routing.child_amounts import children_counted
from routing.facts import Facts
from routing.offer import Allowance, CostModel, Costs, Offer
from routing.values import Interval, between, bounds


@dataclass(frozen=True, slots=True)
class Amount:
    """Money between two bounds, both possible; ``math.inf`` where nothing limits it."""

    lo: float
    hi: float

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.lo + other.lo, self.hi + other.hi)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.lo - other.hi, self.hi - other.lo)

    def __mul__(self, times: Amount) -> Amount:
        return Amount(_times(self.lo, times.lo), _times(self.hi, times.hi))

    @property
    def is_exact(self) -> bool:
        """Both bounds are the same."""
        return self.lo == self.hi


ZERO = Amount(0, 0)
ANY = Amount(0, math.inf)


@dataclass(frozen=True, slots=True)
class Floors:
    """What a country assumes where nobody wrote a cost, in its currency. All [P]."""

    transport_day: Amount = ANY
    meals_day: Amount = ANY
    lodging_month: Amount = ANY
    days_month: Amount = Amount(0, 31)
    dependant_month: Amount = ANY
    """What one dependant needs a month (``dependants_floor``)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the sum."""

    label: Text
    amount: Amount
    """Positive: the person pays; negative: the person receives."""
    known: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing a month, with the lines that make it."""

    parts: tuple[Part, ...]
    currency: str | None

    @property
    def amount(self) -> Amount:
        """The gap: above zero the person lacks money."""
        total = ZERO
        for part in self.parts:
            total += part.amount
        return total

    @property
    def unknowns(self) -> tuple[Text, ...]:
        """The lines that nobody wrote."""
        return tuple(part.label for part in self.parts if not part.known)

    @property
    def needs_counselling(self) -> bool:
        """Some gap is possible: it must be talked about before sending."""
        return self.amount.hi > 0

    def explain(self) -> Text:
        """The gap in words."""
        low, high = self.amount.lo, self.amount.hi
        currency = self.currency or ""
        if high <= 0:
            return N_("No gap: help covers the costs")
        if not self.unknowns:
            return N_("Gap of {low} to {high} {currency} a month",
                      low=_money(low), high=_money(high),
                      currency=currency)  # fmt: skip
        if math.isinf(high):
            return N_("Gap a month not known: {unknowns}", unknowns=Words(self.unknowns))
        return N_("Gap of {low} to {high} {currency} a month; not known: {unknowns}",
                  low=_money(low), high=_money(high), currency=currency,
                  unknowns=Words(self.unknowns))  # fmt: skip


def monthly_gap(facts: Facts, offer: Offer, today: dt.date, floors: Floors = Floors()) -> Gap:
    """Transport + meals + lodging + dependants + fee − allowances − other support, a month."""
    costs = offer.costs
    days = _given(costs.days_month, floors.days_month)
    parts = (
        _cost(N_("transport"), costs.transport_day, floors.transport_day, days),
        _cost(N_("meals"), costs.meals_day, floors.meals_day, days),
        _cost(N_("lodging"), costs.lodging_month, floors.lodging_month),
        _dependants(facts, floors, today),
        _fee(offer),
        _allowances(facts, costs, days, today),
        _support(facts, today),
    )
    return Gap(parts, costs.currency)


def can_pay_first(facts: Facts, offer: Offer, today: dt.date) -> Answer:
    """Can the person advance what must be paid before the service starts?

    NO only if the most they can advance is less than the least that is asked.
    """
    asked = to_advance(offer)
    seen = facts.known("can-advance", today)
    if seen.unknown or asked is None:
        if not seen.unknown and bounds(seen.value)[1] <= 0:
            return Answer.NO
        return Answer.UNKNOWN
    return between(seen.value, asked, None)


def to_advance(offer: Offer) -> float | None:
    """What must be paid first; nothing if nobody wrote it."""
    costs = offer.costs
    if costs.model is not CostModel.PAY_AND_REIMBURSE:
        return costs.deposit
    return None if costs.price is None else costs.price + costs.deposit


def _cost(label: Text, given: float | None, floor: Amount, days: Amount | None = None) -> Part:
    amount = _given(given, floor)
    known = given is not None and (given == 0 or days is None or days.is_exact)
    return Part(label, amount if days is None else amount * days, known)


def _given(given: float | None, floor: Amount) -> Amount:
    return floor if given is None else Amount(given, given)


def _dependants(facts: Facts, floors: Floors, today: dt.date) -> Part:
    seen = facts.known("dependants", today)
    label = N_("dependants")
    if seen.unknown:
        return Part(label, floors.dependant_month * ANY, False)
    low, high = bounds(seen.value)
    known = high == 0 or (low == high and floors.dependant_month.is_exact)
    return Part(label, floors.dependant_month * Amount(low, high), known)


def _fee(offer: Offer) -> Part:
    costs, label = offer.costs, N_("fee")
    if costs.model in (CostModel.FREE, CostModel.DIRECT_BILLING, CostModel.VOUCHER):
        return Part(label, ZERO, True)
    if costs.model is CostModel.PAY_AND_REIMBURSE:
        return Part(label, ZERO, True)
    if costs.model is None or costs.price is None:
        return Part(label, ANY, False)
    months = max((offer.duration_days or 30) / 30.4375, 1)
    return Part(label, Amount(costs.price / months, costs.price / months), True)


ONCE = frozenset({"once", "child-once"})
"""Paid once: it does not help month after month."""
_PER_MONTH: dict[str, float] = {"month": 1, "week": 52 / 12}


def _allowances(facts: Facts, costs: Costs, days: Amount, today: dt.date) -> Part:
    label = N_("allowances")
    total = ZERO
    known = costs.knows_allowances or bool(costs.allowances)
    for allowance in costs.allowances:
        amount, exact = _allowance(allowance, facts, days, today)
        total += amount
        known = known and exact
    if not costs.knows_allowances and not costs.allowances:
        total = ANY
    return Part(label, ZERO - total, known)


def _allowance(
    allowance: Allowance, facts: Facts, days: Amount, today: dt.date
) -> tuple[Amount, bool]:
    if allowance.per in ONCE:
        return ZERO, True
    if allowance.amount is None:
        return ANY, False
    one = Amount(allowance.amount, allowance.amount)
    if allowance.per == "day":
        return one * days, days.is_exact
    if allowance.per == "child":
        seen = facts.known("child-ages", today)
        if seen.unknown:
            return one * ANY, False
        number = children_counted(seen.value, allowance.age_from, allowance.age_to)
        return one * Amount(number, number), True
    months = _PER_MONTH.get(allowance.per)
    if months is None:  # "per return" and other words of a source: nobody knows how often
        return ANY, False
    return one * Amount(months, months), True


def _support(facts: Facts, today: dt.date) -> Part:
    seen = facts.known("other-support", today)
    label = N_("other support")
    if seen.unknown:
        return Part(label, ZERO - ANY, False)
    low, high = bounds(seen.value)
    return Part(label, Amount(-high, -low), low == high)


def _times(amount: float, number: float) -> float:
    return 0 if amount == 0 or number == 0 else amount * number


def _money(amount: float) -> float:
    return round(amount, 2) if math.isfinite(amount) else amount


def gap_answer(gap: Gap, tolerance: float) -> Answer:
    """Is the gap at most ``tolerance``? UNKNOWN while both are possible."""
    return between(Interval(gap.amount.lo, gap.amount.hi), None, tolerance)
