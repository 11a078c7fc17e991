"""What the person must pay: first, and each month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.affordability import can_pay_first, gap_answer, monthly_gap, to_advance
from routing.answers import Answer, Finding, all_of
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import ask_provider, unknown

MEANS = ("dependants", "other-support")


@dataclass(frozen=True, slots=True)
class Means:
    """The largest monthly gap that is bearable; if not given, only paying first is judged."""

    tolerance: float | None = ask(
        shapes.number(whole=False), N_("Largest gap a month, in local currency"), default=None
    )

    def describe(self) -> Text:
        """Such as “The person can pay what is asked first”."""
        if self.tolerance is None:
            return N_("The person can pay what must be paid first")
        return N_("Not more than {amount} a month is missing", amount=self.tolerance)


def _reads(asks: Means) -> tuple[str, ...]:
    return ("can-advance",) if asks.tolerance is None else ("can-advance", *MEANS, "child-ages")


@kind(
    Means,
    label=N_("Affordability"),
    about=N_("The person can advance what must be paid first, and the monthly gap is bearable."),
    reads=_reads,
    offer=("costs", "duration_days"),
    hard=False,
    standing=True,
    example=Example({}, "paying for care upfront: fiche #4, §4.2.3 and §4.2.4"),
)
def affordability(facts: Facts, asks: Means, offer: Offer, today: dt.date) -> Finding:
    """Soft for the gap; hard wherever money must be paid first and nobody advances it."""
    findings = [_first(facts, offer, today)]
    if asks.tolerance is not None:
        findings.append(_gap(asks.tolerance, facts, offer, today))
    return all_of(findings)


def _first(facts: Facts, offer: Offer, today: dt.date) -> Finding:
    asked = to_advance(offer)
    if offer.costs.has_advance or asked == 0:
        return Finding(Answer.YES, N_("Nothing to pay first"))
    answer = can_pay_first(facts, offer, today)
    reason = (
        N_("Must be paid first; nobody wrote how much")
        if asked is None
        else N_(
            "{amount} {currency} must be paid first",
            amount=asked,
            currency=offer.costs.currency or "",
        )
    )
    if answer is not Answer.UNKNOWN:
        change = N_("Find somebody who advances the money, or direct billing.")
        return Finding(answer, reason, change=change if answer is Answer.NO else None)
    seen = facts.known("can-advance", today)
    if asked is None and not seen.unknown:
        return ask_provider(reason)
    return Finding(
        Answer.UNKNOWN,
        N_("{reason}; can the person?", reason=reason),
        ("can-advance",),
        change=unknown("can-advance").change,
        stale=seen.stale,
    )


def _gap(tolerance: float, facts: Facts, offer: Offer, today: dt.date) -> Finding:
    gap = monthly_gap(facts, offer, today)
    answer = gap_answer(gap, tolerance)
    asks = tuple(name for name in MEANS if facts.known(name, today).unknown)
    if answer is Answer.UNKNOWN and not asks:
        return ask_provider(gap.explain())
    change = N_("Find help with transport, meals or lodging.") if answer is Answer.NO else None
    return Finding(answer, gap.explain(), asks if answer is Answer.UNKNOWN else (), change=change)
