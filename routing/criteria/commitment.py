"""A signed commitment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from directory.core.text import N_, Text
from routing.answers import Answer, Finding
from routing.criteria import kind
from routing.facts import Facts
from routing.kinds import Example
from routing.offer import Offer
from routing.verdicts import found, unknown


@dataclass(frozen=True, slots=True)
class Signed:
    """Nothing to set."""

    def describe(self) -> Text:
        """Such as “The commitment contract is signed”."""
        return N_("The commitment contract is signed")


@kind(
    Signed,
    label=N_("Commitment"),
    about=N_("The person has signed the commitment contract."),
    reads=("commitment",),
    example=Example({}, "contrat d'adhésion, EJOM: TPML report, Mali, §3.2.4"),
)
def commitment(facts: Facts, asks: Signed, offer: Offer, today: dt.date) -> Finding:
    """Somebody who has not signed can still do so: the reason says how."""
    seen = facts.known("commitment", today)
    if seen.unknown:
        return unknown("commitment", seen)
    if seen.value:
        return found(Answer.YES, "commitment", asks.describe())
    reason = N_("The commitment contract is not signed")
    return found(Answer.NO, "commitment", reason, N_("Explain the contract and sign it."))
