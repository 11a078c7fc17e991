"""A trade that the person wishes and the service still offers."""

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
from routing.verdicts import ask_provider, found, labels, unknown
from routing.vocabulary import SECTORS


@dataclass(frozen=True, slots=True)
class Trades:
    """Trades offered; if none is given, those of the listing."""

    any_of: frozenset[str] = ask(
        shapes.many(shapes.text(SECTORS)), N_("One of"), default=frozenset()
    )

    def describe(self) -> Text:
        """Such as “Trades: Carpentry”."""
        if not self.any_of:
            return N_("A wished trade is offered")
        return N_("Trades: {sectors}", sectors=labels(self.any_of, SECTORS))


def _offer(asks: Trades) -> tuple[str, ...]:
    return ("saturated",) if asks.any_of else ("sectors", "saturated")


@kind(
    Trades,
    label=N_("Sector"),
    about=N_("One of the trades that the person wishes is offered and not full."),
    reads=("sector",),
    offer=_offer,
    hard=False,
    example=Example(
        {"any_of": ["agriculture", "crafts", "commerce", "services"]},
        "four sectors, some saturated, EJOM: TPML report, Mali, §3.2.4",
    ),
)
def sector(facts: Facts, asks: Trades, offer: Offer, today: dt.date) -> Finding:
    """Soft at first, hard where nobody can change trade later; full trades are "not now"."""
    offered = asks.any_of or offer.sectors
    if not offered:
        return ask_provider(N_("The trades of the service are not known."))
    seen = facts.known("sector", today)
    if seen.unknown:
        return unknown("sector", seen)
    wished = [trade for trade in seen.value if trade in offered] if seen.value else list(offered)
    free = [trade for trade in wished if trade not in offer.saturated]
    if free:
        return found(Answer.YES, "sector", N_("Offered: {sectors}", sectors=labels(free, SECTORS)))
    if wished:
        return Finding(
            Answer.NOT_NOW,
            N_("Full at present: {sectors}", sectors=labels(wished, SECTORS)),
            change=N_("Choose another trade or wait."),
        )
    reason = N_("None of the wished trades; offered: {sectors}", sectors=labels(offered, SECTORS))
    return found(Answer.NO, "sector", reason, N_("Choose another trade."))
