"""The provider can meet the person's needs for access."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing import shapes
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example, ask
from routing.offer import Offer
from routing.verdicts import found, labels, unknown
from routing.vocabulary import ACCESS_NEEDS


@dataclass(frozen=True, slots=True)
class Supports:
    """What the provider can meet; if nothing is given, what the listing says."""

    supports: frozenset[str] = ask(
        shapes.many(shapes.choice(ACCESS_NEEDS)), N_("Needs that are met"), default=frozenset()
    )

    def describe(self) -> Text:
        """Such as “Meets: Access by wheelchair”."""
        if not self.supports:
            return N_("The provider meets the person's needs for access")
        return N_("Meets: {needs}", needs=labels(self.supports, ACCESS_NEEDS))


def _offer(asks: Supports) -> tuple[str, ...]:
    return () if asks.supports else ("supports",)


@kind(
    Supports,
    label=N_("Accessibility"),
    about=N_("The provider can meet every need for access that the person has."),
    reads=("accessibility",),
    offer=_offer,
    example=Example({"supports": ["wheelchair", "sign-language"]}, "inter-agency referral form"),
)
def accessibility(facts: Facts, asks: Supports, offer: Offer, today: dt.date) -> Finding:
    """A person without such needs always passes."""
    seen = facts.known("accessibility", today)
    if seen.unknown:
        return unknown("accessibility", seen)
    unmet = seen.value - (asks.supports or offer.supports)
    if not unmet:
        return found(Answer.YES, "accessibility", N_("Every need for access is met"))
    reason = N_("Not met: {needs}", needs=labels(unmet, ACCESS_NEEDS))
    return found(
        Answer.NO, "accessibility", reason, N_("Arrange what is missing with the provider.")
    )
